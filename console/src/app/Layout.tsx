import { ChartColumn, CreditCard, Landmark, MessageSquareText, Phone, Settings, type LucideIcon } from 'lucide-react';
import { Suspense } from 'react';
import { Link, matchPath, Outlet, useLocation, useMatch } from 'react-router';

import { useIsPlatformAdmin } from '@/features/platform/queries';
import { useSession } from '@/session/session';
import { cn } from '@/ui/cn';
import { Spinner } from '@/ui/spinner';

import { ErrorBoundary } from './ErrorBoundary';
import { Logo } from './Logo';
import { ThemeMenu } from './ThemeMenu';

interface Destination {
  to: string;
  label: string;
  /** Where there is little room. */
  short: string;
  icon: LucideIcon;
}

const DESTINATIONS: Destination[] = [
  { to: '/conversations', label: 'Conversations', short: 'Inbox', icon: MessageSquareText },
  { to: '/settings/phone-numbers', label: 'Phone numbers', short: 'Numbers', icon: Phone },
  { to: '/settings/phone-numbers/analytics', label: 'Analytics', short: 'Analytics', icon: ChartColumn },
  { to: '/settings/workspace', label: 'Settings', short: 'Settings', icon: Settings },
  { to: '/billing', label: 'Billing', short: 'Billing', icon: CreditCard },
];

/** Of those who see the platform's figures. */
const PLATFORM: Destination = { to: '/admin', label: 'Platform', short: 'Platform', icon: Landmark };

/** Current is the one that the page is or lies below; when one lies below another, the nearer. */
function useDestinations(): (Destination & { isCurrent: boolean })[] {
  const { pathname } = useLocation();
  const destinations = useIsPlatformAdmin() ? [...DESTINATIONS, PLATFORM] : DESTINATIONS;
  const above = destinations.filter(({ to }) => matchPath({ path: to, end: false }, pathname));
  const current = above.toSorted((one, other) => other.to.length - one.to.length)[0];
  return destinations.map((destination) => ({ ...destination, isCurrent: destination === current }));
}

/** The frame of every page: navigation beside it, below it on a phone. */
export function Layout() {
  // On a phone the thread has the whole screen.
  const { pathname } = useLocation();
  const hasOwnScreen = useMatch('/conversations/:id') !== null;
  return (
    <div className="flex h-dvh flex-col md:flex-row">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded-md focus:bg-surface focus:px-3 focus:py-2"
      >
        Skip to the content
      </a>
      <PhoneBar isHidden={hasOwnScreen} />
      <SideBar />
      <main id="main" tabIndex={-1} className="relative min-h-0 min-w-0 flex-1 overflow-y-auto outline-none">
        <ErrorBoundary key={pathname.split('/', 2).join('/')}>
          <Suspense
            fallback={
              <div className="grid h-full place-items-center">
                <Spinner />
              </div>
            }
          >
            <Outlet />
          </Suspense>
        </ErrorBoundary>
      </main>
      <TabBar isHidden={hasOwnScreen} />
    </div>
  );
}

function SideBar() {
  const { OrganizationSwitcher, UserButton } = useSession();
  const destinations = useDestinations();
  return (
    <aside className="hidden w-56 shrink-0 flex-col border-r border-line bg-surface md:flex">
      <Link to="/conversations" className="flex items-center gap-2.5 px-4 pt-4 pb-3 font-semibold">
        <Logo className="size-7" /> Switchboard
      </Link>
      <div className="px-2 pb-2">
        <OrganizationSwitcher />
      </div>
      <nav aria-label="Pages" className="flex flex-1 flex-col gap-0.5 overflow-y-auto border-t border-line p-2">
        {destinations.map(({ to, label, icon: Icon, isCurrent }) => (
          <Link
            key={to}
            to={to}
            aria-current={isCurrent ? 'page' : undefined}
            className={cn(
              'flex items-center gap-2.5 rounded-md px-2.5 py-2 text-sm font-medium text-muted hover:bg-hover hover:text-ink',
              isCurrent && 'bg-selected text-ink',
            )}
          >
            <Icon aria-hidden className="size-4" /> {label}
          </Link>
        ))}
      </nav>
      <div className="flex items-center justify-between border-t border-line px-4 py-3">
        <UserButton />
        <ThemeMenu />
      </div>
    </aside>
  );
}

function PhoneBar({ isHidden }: { isHidden: boolean }) {
  const { OrganizationSwitcher, UserButton } = useSession();
  return (
    <header
      className={cn(
        'flex h-14 shrink-0 items-center gap-1 border-b border-line bg-surface px-2 md:hidden',
        isHidden && 'hidden',
      )}
    >
      <div className="min-w-0 flex-1">
        <OrganizationSwitcher />
      </div>
      <ThemeMenu />
      <UserButton />
    </header>
  );
}

function TabBar({ isHidden }: { isHidden: boolean }) {
  const destinations = useDestinations();
  return (
    <nav
      aria-label="Pages"
      className={cn(
        'grid shrink-0 auto-cols-fr grid-flow-col border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden',
        isHidden && 'hidden',
      )}
    >
      {destinations.map(({ to, short, icon: Icon, isCurrent }) => (
        <Link
          key={to}
          to={to}
          aria-current={isCurrent ? 'page' : undefined}
          data-focus-inset
          className={cn(
            'flex flex-col items-center gap-0.5 py-2 text-[0.6875rem] font-medium text-muted',
            isCurrent && 'text-link',
          )}
        >
          <Icon aria-hidden className="size-5" /> {short}
        </Link>
      ))}
    </nav>
  );
}
