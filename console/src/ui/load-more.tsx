import { useEffect, useEffectEvent, useRef, type ReactNode } from 'react';

import { Button } from './button';
import { Spinner } from './spinner';

interface Props {
  isLoading: boolean;
  /** After a failure the user decides when to try again. */
  hasFailed: boolean;
  onLoad: () => void;
  children: ReactNode;
}

/** The end of a list of which there is more: asks for it when it comes near, or when told to. */
export function LoadMore({ isLoading, hasFailed, onLoad, children }: Props) {
  const end = useRef<HTMLDivElement>(null);
  const load = useEffectEvent(onLoad);

  useEffect(() => {
    if (!end.current || isLoading || hasFailed) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) load();
      },
      { rootMargin: '400px' },
    );
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [isLoading, hasFailed]);

  return (
    <div ref={end} className="grid place-items-center py-4">
      {isLoading ? (
        <Spinner />
      ) : (
        <Button variant="ghost" size="sm" onClick={onLoad}>
          {hasFailed ? 'That did not work. Try again' : children}
        </Button>
      )}
    </div>
  );
}
