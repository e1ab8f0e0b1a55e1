import '@testing-library/jest-dom/vitest';

import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

// A machine that does other things too is slow, not wrong.
configure({ asyncUtilTimeout: 20_000 });

// What jsdom does not have. Nothing is ever on the screen, so that nothing is loaded by scrolling.
class Observer {
  observe() {
    return undefined;
  }
  unobserve() {
    return undefined;
  }
  disconnect() {
    return undefined;
  }
}
const matchMedia = (query: string) => ({
  matches: query === '(hover: hover)',
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
});
// Not by vi.stubGlobal, which tests undo.
Object.assign(window, { ResizeObserver: Observer, IntersectionObserver: Observer, matchMedia });
Element.prototype.scrollIntoView = () => undefined;
Element.prototype.hasPointerCapture = () => false;

afterEach(() => {
  cleanup();
  window.localStorage.clear();
  window.sessionStorage.clear();
});
