import '@fontsource-variable/inter';
import './styles.css';

import { StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './app/App';
import { ErrorBoundary } from './app/ErrorBoundary';
import { followTheme } from './app/theme';
import { loadConfig } from './config';
import { FullPageSpinner } from './ui/spinner';

followTheme();
const config = loadConfig();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <ErrorBoundary className="grid min-h-dvh place-items-center">
      <Suspense fallback={<FullPageSpinner />}>
        <App config={config} />
      </Suspense>
    </ErrorBoundary>
  </StrictMode>,
);
