import { CircleAlert, LoaderCircle, Paperclip, X } from 'lucide-react';
import { useRef } from 'react';

import { IconButton } from '@/ui/button';
import { cn } from '@/ui/cn';

import { MOST_FILES, UPLOAD_TYPES } from './attachments';
import type { Attachment } from './useAttachments';

/** The chosen files, each with what became of it. */
export function AttachmentList({ attachments, onRemove }: { attachments: Attachment[]; onRemove: (id: string) => void }) {
  if (attachments.length === 0) return null;
  return (
    <ul aria-label="Files" className="flex flex-wrap gap-1.5 px-2.5 pt-2.5">
      {attachments.map(({ id, name, state, error }) => (
        <li
          key={id}
          className={cn(
            'flex max-w-full items-center gap-1.5 rounded-md border border-line bg-subtle py-1 pr-1 pl-2 text-xs',
            state === 'failed' && 'border-danger-line bg-danger-tint text-danger',
          )}
        >
          {state === 'uploading' && <LoaderCircle aria-label="Uploading" className="size-3.5 shrink-0 animate-spin" />}
          {state === 'failed' && <CircleAlert aria-hidden className="size-3.5 shrink-0" />}
          <span className="truncate">{name}</span>
          {error && <span role="alert">{error}</span>}
          <button type="button" aria-label={`Remove ${name}`} className="rounded-sm p-0.5 hover:bg-hover" onClick={() => onRemove(id)}>
            <X aria-hidden className="size-3.5" />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Chooses files. */
export function AttachButton({ count, onAdd }: { count: number; onAdd: (files: File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={`${UPLOAD_TYPES.join(',')},image/*`}
        aria-label="Files to attach"
        onChange={(event) => {
          onAdd(Array.from(event.target.files ?? []));
          // The same file may be chosen again after it was removed.
          event.target.value = '';
        }}
      />
      <IconButton label="Attach a file" side="top" disabled={count >= MOST_FILES} onClick={() => input.current?.click()}>
        <Paperclip aria-hidden />
      </IconButton>
    </>
  );
}
