import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { MemoryRouter, useLocation } from 'react-router';

import { ApiProvider } from '@/api/ApiProvider';
import { SessionContext, type Session } from '@/session/session';
import { TooltipProvider } from '@/ui/tooltip';

const SESSION: Session = {
  organization: { id: 'org_1', name: 'Harbour Dental' },
  user: { id: 'user_1', name: 'Ana Lima' },
  role: 'admin',
  getToken: () => Promise.resolve('token'),
  OrganizationSwitcher: () => null,
  UserButton: () => null,
};

/** Renders pages at an address, as a signed-in admin. */
export function renderAt(address: string, pages: ReactNode) {
  const user = userEvent.setup();
  let current = address;
  function Address() {
    const { pathname, search } = useLocation();
    current = pathname + search;
    return null;
  }
  render(
    <TooltipProvider>
      <SessionContext value={SESSION}>
        <ApiProvider baseUrl="http://api">
          <MemoryRouter initialEntries={[address]}>
            <Address />
            {pages}
          </MemoryRouter>
        </ApiProvider>
      </SessionContext>
    </TooltipProvider>,
  );
  return { user, address: () => current };
}
