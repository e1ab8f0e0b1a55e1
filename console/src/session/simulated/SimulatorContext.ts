import { createContext, use } from 'react';

import type { Identity } from './simulator';

interface Simulator {
  url: string;
  identity: Identity | null;
  setIdentity: (identity: Identity | null) => void;
}

export const SimulatorContext = createContext<Simulator | null>(null);

export function useSimulator(): Simulator {
  const simulator = use(SimulatorContext);
  if (!simulator) throw new Error('useSimulator needs a simulated session around it');
  return simulator;
}
