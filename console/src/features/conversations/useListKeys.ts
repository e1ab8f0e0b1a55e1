import { useEffect, type RefObject } from 'react';

import { isTyping } from '@/ui/keyboard';

const STEPS: Record<string, number> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

/** J and K, and within the list the arrows, go from row to row; Enter opens, as on any link; `/` goes to the search. */
export function useListKeys(region: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event)) return;
      if (event.key === '/') {
        event.preventDefault();
        document.querySelector<HTMLElement>('[aria-keyshortcuts="/"]')?.focus();
        return;
      }
      const step = STEPS[event.key];
      const isArrow = event.key.startsWith('Arrow');
      const isInside = region.current?.contains(document.activeElement) ?? false;
      if (step === undefined || (isArrow && !isInside)) return;
      event.preventDefault();
      move(region.current, step);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [region]);
}

function move(region: HTMLElement | null, step: number): void {
  const rows = [...(region?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
  const focused = rows.findIndex((row) => row === document.activeElement);
  const current = focused === -1 ? rows.findIndex((row) => row.ariaCurrent === 'page') : focused;
  const next = current === -1 ? 0 : Math.min(Math.max(current + step, 0), rows.length - 1);
  rows[next]?.focus();
}
