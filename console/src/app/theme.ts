import { useSyncExternalStore } from 'react';

export type Theme = 'system' | 'light' | 'dark';

// public/theme.js reads the same key before the first paint.
const KEY = 'switchboard.theme';
const listeners = new Set<() => void>();
const systemIsDark = window.matchMedia('(prefers-color-scheme: dark)');

/** The choice of this browser; follows the system until something else is chosen. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  return [useSyncExternalStore(subscribe, readTheme), setTheme];
}

export function readTheme(): Theme {
  const stored = window.localStorage.getItem(KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

export function setTheme(theme: Theme): void {
  if (theme === 'system') window.localStorage.removeItem(KEY);
  else window.localStorage.setItem(KEY, theme);
  apply();
  for (const listener of listeners) listener();
}

/** Keeps the page in step with the system and with other tabs. */
export function followTheme(): void {
  systemIsDark.addEventListener('change', apply);
  window.addEventListener('storage', (event) => {
    if (event.key !== KEY) return;
    apply();
    for (const listener of listeners) listener();
  });
}

export function isDark(theme: Theme): boolean {
  return theme === 'dark' || (theme === 'system' && systemIsDark.matches);
}

function apply(): void {
  document.documentElement.classList.toggle('dark', isDark(readTheme()));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
