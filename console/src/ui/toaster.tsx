import { Toaster as Sonner } from 'sonner';

/** Where toasts appear. */
export default function Toaster({ isDark }: { isDark: boolean }) {
  return <Sonner theme={isDark ? 'dark' : 'light'} position="top-center" closeButton />;
}
