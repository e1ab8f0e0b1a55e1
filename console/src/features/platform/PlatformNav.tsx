import { NavLink } from 'react-router';

import { cn } from '@/ui/cn';

const PAGES = [
  { to: '/admin/analytics', label: 'Figures' },
  { to: '/admin/porting', label: 'Porting' },
  { to: '/admin/registration', label: 'Texting registration' },
];

/** The pages of those who run the platform. */
export function PlatformNav() {
  return (
    <nav aria-label="Platform" className="flex flex-wrap gap-1 self-start rounded-lg bg-subtle p-1">
      {PAGES.map(({ to, label }) => (
        <NavLink
          key={to}
          to={to}
          className={({ isActive }) =>
            cn('rounded-md px-3 py-1 text-sm font-medium text-muted', isActive && 'bg-surface text-ink shadow-xs')
          }
        >
          {label}
        </NavLink>
      ))}
    </nav>
  );
}
