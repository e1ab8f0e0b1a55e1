import { expect, it, vi } from 'vitest';

import { LARGEST_FILE, prepare } from './attachments';

const file = (type: string, size: number) => new Blob([new Uint8Array(size)], { type });

it('takes what the API takes, as it is', async () => {
  const shrink = vi.fn();
  for (const type of ['image/png', 'application/pdf', 'video/mp4']) {
    const blob = file(type, LARGEST_FILE);
    await expect(prepare(blob, shrink)).resolves.toEqual({ file: blob, contentType: type });
  }
  expect(shrink).not.toHaveBeenCalled();
});

it('makes photos smaller until they fit, and those of other kinds JPEG', async () => {
  const sizes = [3_000_000, 1_500_000, 900_000];
  const shrink = vi.fn(() => Promise.resolve(file('image/jpeg', sizes.shift() ?? 1)));
  await expect(prepare(file('image/jpeg', 4_000_000), shrink)).resolves.toMatchObject({ contentType: 'image/jpeg' });
  expect(shrink).toHaveBeenCalledTimes(3);
  await expect(prepare(file('image/webp', 10), shrink)).resolves.toMatchObject({ contentType: 'image/jpeg' });
});

it.each([
  ['application/zip', 10, /kind/],
  ['application/pdf', LARGEST_FILE + 1, /1.2 MB/],
  ['image/gif', LARGEST_FILE + 1, /1.2 MB/],
  ['image/png', 0, /empty/],
  ['image/heic', 10, /cannot be read/],
])('says why it does not take %s of %d bytes', async (type, size, why) => {
  const unreadable = () => Promise.reject(new Error('no picture'));
  await expect(prepare(file(type, size), unreadable)).resolves.toEqual({ error: expect.stringMatching(why) as string });
});
