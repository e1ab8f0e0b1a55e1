import { createContext, use } from 'react';

import type { RuntimeConfig } from '@/config';

export const ConfigContext = createContext<RuntimeConfig | null>(null);

export function useConfig(): RuntimeConfig {
  const config = use(ConfigContext);
  if (!config) throw new Error('useConfig needs the App around it');
  return config;
}
