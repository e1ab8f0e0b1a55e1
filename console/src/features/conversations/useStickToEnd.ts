import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** Nearer to the end than this is at the end. */
const SLACK = 48;

/**
 * Shows the end of what grows at the end, keeps what is being read in place when something is added before it, and
 * leaves a reader alone who has scrolled up.
 */
export function useStickToEnd(first: string, last: string) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [isAtEnd, setIsAtEnd] = useState(true);
  const stick = useRef(true);
  const before = useRef({ first, last, height: 0 });

  const toEnd = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    element.scrollTop = element.scrollHeight;
    stick.current = true;
    setIsAtEnd(true);
  }, []);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const isOlder = before.current.first !== first && before.current.last === last;
    if (stick.current) element.scrollTop = element.scrollHeight;
    else if (isOlder) element.scrollTop += element.scrollHeight - before.current.height;
    before.current = { first, last, height: element.scrollHeight };
  }, [first, last]);

  useEffect(() => {
    const element = scroller.current;
    if (!element || !content.current) return;
    const onScroll = () => {
      stick.current = element.scrollHeight - element.scrollTop - element.clientHeight < SLACK;
      setIsAtEnd(stick.current);
    };
    // Pictures that load, and a composer that grows, move the end.
    const sizes = new ResizeObserver(() => {
      if (stick.current) element.scrollTop = element.scrollHeight;
      before.current.height = element.scrollHeight;
    });
    sizes.observe(content.current);
    sizes.observe(element);
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
  }, []);

  return { scroller, content, isAtEnd, toEnd };
}
