import { lazy, Suspense, use } from 'react';
import { BrowserRouter } from 'react-router';

import { ApiProvider } from '@/api/ApiProvider';
import type { RuntimeConfig } from '@/config';
import { SessionGate } from '@/session/SessionGate';
import { TooltipProvider } from '@/ui/tooltip';

import { ConfigContext } from './config-context';
import { Pages } from './Pages';
import { isDark, useTheme } from './theme';

const Toaster = lazy(() => import('@/ui/toaster'));

export function App({ config }: { config: Promise<RuntimeConfig> }) {
  const settings = use(config);
  const [theme] = useTheme();
  return (
    <ConfigContext value={settings}>
      <TooltipProvider delayDuration={300}>
        <SessionGate config={settings}>
          <ApiProvider baseUrl={settings.apiUrl}>
            <BrowserRouter>
              <Pages />
            </BrowserRouter>
          </ApiProvider>
        </SessionGate>
      </TooltipProvider>
      <Suspense>
        <Toaster isDark={isDark(theme)} />
      </Suspense>
    </ConfigContext>
  );
}
