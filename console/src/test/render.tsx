import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { MemoryRouter, useLocation } from 'react-router';

import { ApiProvider } from '@/api/ApiProvider';
import { ConfigContext } from '@/app/config-context';
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

const CONFIG = {
  apiUrl: 'http://api',
  clerk: { mode: 'simulated', url: 'http://clerk', tokenUrl: 'http://clerk/token' } as const,
  billingUrl: 'http://clerk/billing',
};

/** Renders pages at an address, as somebody who is signed in sees them: an admin, unless a role is given. */
export function renderAt(address: string, pages: ReactNode, role: Session['role'] = 'admin') {
  const user = userEvent.setup();
  let current = address;
  function Address() {
    const { pathname, search } = useLocation();
    current = pathname + search;
    return null;
  }
  render(
    <ConfigContext value={CONFIG}>
      <TooltipProvider>
        <SessionContext value={{ ...SESSION, role }}>
          <ApiProvider baseUrl={CONFIG.apiUrl}>
            <MemoryRouter initialEntries={[address]}>
              <Address />
              {pages}
            </MemoryRouter>
          </ApiProvider>
        </SessionContext>
      </TooltipProvider>
    </ConfigContext>,
  );
  return { user, address: () => current };
}
