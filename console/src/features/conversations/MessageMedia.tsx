import { File as FileIcon, FileClock, FileX } from 'lucide-react';
import type { ReactNode } from 'react';

import type { Media, Message } from '@/api/types';
import { formatBytes } from '@/domain/bytes';
import { cn } from '@/ui/cn';

import { stableUrl } from './stable-urls';

/** The pictures and files of a message. */
export function MessageMedia({ message }: { message: Message }) {
  const isOurs = message.direction === 'outbound';
  return (
    <ul className={cn('flex max-w-[85%] flex-wrap gap-1.5 sm:max-w-[75%]', isOurs && 'justify-end')}>
      {message.media.map((medium, index) => (
        <li key={index}>
          <Medium medium={medium} url={stableUrl(`${message.id}/${index}`, medium.url)} />
        </li>
      ))}
    </ul>
  );
}

function Medium({ medium, url }: { medium: Media; url: string }) {
  const type = medium.contentType ?? '';
  if (medium.state === 'pending') return <Chip icon={FileClock}>A file is on its way</Chip>;
  if (medium.state === 'failed') return <Chip icon={FileX}>A file could not be fetched</Chip>;
  if (medium.state === 'deleted') return <Chip icon={FileX}>A file was deleted</Chip>;
  if (/^image\/(png|jpe?g|gif|webp)$/.test(type)) return <Picture url={url} />;
  // What is said in them is not known; they come from customers.
  /* eslint-disable jsx-a11y/media-has-caption */
  if (type.startsWith('audio/')) return <audio controls preload="none" src={url} className="max-w-full" />;
  if (type.startsWith('video/')) return <video controls preload="metadata" src={url} className="max-h-72 max-w-full rounded-lg" />;
  /* eslint-enable jsx-a11y/media-has-caption */
  return (
    <a href={url} target="_blank" rel="noopener noreferrer" className="block rounded-lg">
      <Chip icon={FileIcon}>
        <span className="text-link underline-offset-2 hover:underline">{type || 'File'}</span>
        {medium.byteSize != null && <span className="text-muted"> {formatBytes(medium.byteSize)}</span>}
      </Chip>
    </a>
  );
}

function Picture({ url }: { url: string }) {
  return (
    <a href={url} target="_blank" rel="noopener noreferrer" className="block overflow-hidden rounded-xl border border-line">
      <img src={url} alt="Open the attachment" loading="lazy" className="max-h-64 min-h-16 max-w-full min-w-16 bg-subtle object-cover" />
    </a>
  );
}

function Chip({ icon: Icon, children }: { icon: typeof FileIcon; children: ReactNode }) {
  return (
    <span className="flex items-center gap-2 rounded-lg border border-line bg-surface px-3 py-2 text-sm">
      <Icon aria-hidden className="size-4 shrink-0 text-muted" />
      <span>{children}</span>
    </span>
  );
}
