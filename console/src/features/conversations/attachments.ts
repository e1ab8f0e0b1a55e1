import type { components } from '@/api/schema';

export type UploadType = components['schemas']['UploadType'];

/** What phones show and carriers pass on, as the API has it. */
export const UPLOAD_TYPES: readonly UploadType[] = [
  'image/jpeg',
  'image/png',
  'image/gif',
  'application/pdf',
  'audio/mpeg',
  'audio/mp4',
  'audio/ogg',
  'audio/wav',
  'video/mp4',
  'video/3gpp',
  'text/vcard',
  'text/calendar',
];

/** The API's limits. */
export const LARGEST_FILE = 1_200_000;
export const MOST_FILES = 8;

/** A photo is made this large, in pixels; half as large when that is still too much. */
const PHOTO_SIDES = [2048, 1600, 1024, 640];

export type Prepared = { file: Blob; contentType: UploadType; error?: undefined } | { error: string };

/** A file as it may be uploaded, or why not. Photos, which are mostly too large, are made smaller. */
export async function prepare(file: Blob, shrink: (file: Blob, side: number) => Promise<Blob> = shrinkPhoto): Promise<Prepared> {
  const contentType = UPLOAD_TYPES.find((type) => type === file.type);
  if (contentType && file.size > 0 && file.size <= LARGEST_FILE) return { file, contentType };
  if (file.size === 0) return { error: 'The file is empty.' };
  if (!file.type.startsWith('image/') || contentType === 'image/gif') {
    return { error: contentType ? 'The file is larger than 1.2 MB.' : 'Files of this kind cannot be sent to phones.' };
  }
  try {
    for (const side of PHOTO_SIDES) {
      const photo = await shrink(file, side);
      if (photo.size <= LARGEST_FILE) return { file: photo, contentType: 'image/jpeg' };
    }
  } catch {
    return { error: 'The picture cannot be read.' };
  }
  return { error: 'The picture is too large.' };
}

async function shrinkPhoto(file: Blob, side: number): Promise<Blob> {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext('2d');
  if (!context) throw new Error('the browser has no canvas');
  // What is transparent would be black.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('the picture cannot be written'))),
      'image/jpeg',
      0.85,
    );
  });
}
