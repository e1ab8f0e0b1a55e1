import { useCallback, useEffect } from 'react';
import { useLocation, useNavigate } from 'react-router';

/** Back to the list, as filtered. */
export function useLeave(): () => void {
  const navigate = useNavigate();
  const { search } = useLocation();
  return useCallback(() => {
    void navigate({ pathname: '/conversations', search });
  }, [navigate, search]);
}

/** Escape leaves the conversation and returns to its row in the list. */
export function useLeaveKey(): void {
  const leave = useLeave();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest('[role="dialog"], [role="menu"], input, select')) return;
      document.querySelector<HTMLElement>('[data-row][aria-current="page"]')?.focus();
      leave();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [leave]);
}
