/** Short messages in the corner. The library is loaded beside the page, not before it. */
export const toast = {
  success: (message: string) => show((sonner) => sonner.toast.success(message)),
  error: (message: string) => show((sonner) => sonner.toast.error(message, { duration: 8_000 })),
};

function show(act: (sonner: typeof import('sonner')) => void): void {
  void import('sonner').then(act);
}
