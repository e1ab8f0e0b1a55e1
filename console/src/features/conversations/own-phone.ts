/** The phone on which somebody takes calls, remembered in this browser for each user. */
const PREFIX = 'switchboard.phone.';

export function readOwnPhone(userId: string): string {
  return window.localStorage.getItem(PREFIX + userId) ?? '';
}

export function keepOwnPhone(userId: string, phoneNumber: string): void {
  window.localStorage.setItem(PREFIX + userId, phoneNumber);
}
