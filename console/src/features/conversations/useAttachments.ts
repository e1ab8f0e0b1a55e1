import { useState } from 'react';

import { useApi } from '@/api/ApiProvider';
import { unwrap, type ApiClient } from '@/api/client';
import { explain } from '@/api/problem';

import { MOST_FILES, prepare } from './attachments';

/** A file that is to go along. */
export interface Attachment {
  id: string;
  name: string;
  state: 'uploading' | 'ready' | 'failed';
  /** Where it is, when it is ready. */
  mediaUrl: string | null;
  error: string | null;
}

/** The files of a message that is being written; each is uploaded as soon as it is chosen. */
export function useAttachments() {
  const { client, workspace } = useApi();
  const [attachments, setAttachments] = useState<Attachment[]>([]);

  const change = (id: string, changes: Partial<Attachment>) =>
    setAttachments((all) => all.map((one) => (one.id === id ? { ...one, ...changes } : one)));

  const add = (files: File[]) => {
    for (const file of files.slice(0, MOST_FILES - attachments.length)) {
      const id = crypto.randomUUID();
      setAttachments((all) => [...all, { id, name: file.name, state: 'uploading', mediaUrl: null, error: null }]);
      upload(client, workspace, file).then(
        (mediaUrl) => change(id, { state: 'ready', mediaUrl }),
        (error: unknown) => change(id, { state: 'failed', error: explain(error) }),
      );
    }
  };
  return {
    attachments,
    add,
    remove: (id: string) => setAttachments((all) => all.filter((one) => one.id !== id)),
    clear: () => setAttachments([]),
  };
}

async function upload(client: ApiClient, workspace: string, original: File): Promise<string> {
  const prepared = await prepare(original);
  if (prepared.error !== undefined) throw new Error(prepared.error);
  const { file, contentType } = prepared;
  const body = { contentType, byteSize: file.size, fileName: original.name };
  const params = { path: { workspace } };
  const place = await unwrap(client.POST('/api/workspaces/{workspace}/media', { params, body }));
  // Straight to the bucket, without the session token, which is none of its business.
  const response = await fetch(place.upload.url, { method: place.upload.method, headers: place.upload.headers, body: file });
  if (!response.ok) throw new Error(`The file could not be uploaded (HTTP ${response.status}).`);
  return place.mediaUrl;
}
