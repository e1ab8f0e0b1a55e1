/** What is being written, by conversation; survives going elsewhere and reloading, not the tab. */
const PREFIX = 'switchboard.draft.';

export function readDraft(conversationId: string): string {
  return window.sessionStorage.getItem(PREFIX + conversationId) ?? '';
}

export function keepDraft(conversationId: string, text: string): void {
  if (text) window.sessionStorage.setItem(PREFIX + conversationId, text);
  else window.sessionStorage.removeItem(PREFIX + conversationId);
}
