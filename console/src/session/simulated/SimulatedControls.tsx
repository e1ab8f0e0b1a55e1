import { ChevronsUpDown, LogOut, Wrench } from 'lucide-react';

import { useConfig } from '@/app/config-context';
import { Avatar } from '@/ui/avatar';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '@/ui/dropdown-menu';

import { useSession } from '../session';
import { useSimulator } from './SimulatorContext';

/** Stands in for Clerk's OrganizationSwitcher: leads back to the sign-in page, where organisations are. */
export function SimulatedOrganizations() {
  const { organization } = useSession();
  const { setIdentity } = useSimulator();
  return (
    <button
      type="button"
      className="flex w-full min-w-0 items-center gap-2 rounded-md px-2 py-1.5 text-left text-sm font-medium hover:bg-hover"
      onClick={() => setIdentity(null)}
    >
      <Avatar name={organization.name} size="sm" square />
      <span className="min-w-0 flex-1 truncate">{organization.name}</span>
      <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-muted" />
      <span className="sr-only">Change the organisation</span>
    </button>
  );
}

/** Stands in for Clerk's UserButton. */
export function SimulatedAccount() {
  const { localUrl } = useConfig();
  const { organization, user, role } = useSession();
  const { setIdentity } = useSimulator();
  return (
    <DropdownMenu>
      <DropdownMenuTrigger className="rounded-full" aria-label={`Account of ${user.name}`}>
        <Avatar name={user.name} />
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuLabel>
          <div className="font-medium">{user.name}</div>
          <div className="font-normal text-muted">
            {role === 'admin' ? 'Admin' : 'Member'} of {organization.name}
          </div>
        </DropdownMenuLabel>
        <DropdownMenuSeparator />
        {localUrl && (
          <DropdownMenuItem asChild>
            <a href={localUrl}>
              <Wrench aria-hidden /> The local stack
            </a>
          </DropdownMenuItem>
        )}
        <DropdownMenuItem onSelect={() => setIdentity(null)}>
          <LogOut aria-hidden /> Sign out
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
