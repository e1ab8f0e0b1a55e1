import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { useApi } from '@/api/ApiProvider';
import { unwrap } from '@/api/client';
import { ApiProblem, explain } from '@/api/problem';
import type { Retention, Workspace } from '@/api/types';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Notice } from '@/ui/notice';
import { toast } from '@/ui/toast';

type Kept = keyof Retention;

const KINDS: { kept: Kept; label: string; hint: string; least: number }[] = [
  {
    kept: 'messageDays',
    label: 'Messages and calls',
    hint: 'They leave the conversations with their files, recordings and transcriptions. What they cost stays in the analytics.',
    least: 14,
  },
  {
    kept: 'mediaDays',
    label: 'Pictures and files',
    hint: 'The messages stay, and say that there was a file.',
    least: 1,
  },
  {
    kept: 'recordingDays',
    label: 'Recordings and voicemails',
    hint: 'The calls stay, with what was understood of them.',
    least: 1,
  },
];

/** How long things are kept. */
export function RetentionCard({ workspace, mayChange }: { workspace: Workspace; mayChange: boolean }) {
  return (
    <section aria-labelledby="retention" className="flex max-w-2xl flex-col gap-4 rounded-lg border border-line bg-surface p-4 sm:p-5">
      <div>
        <h2 id="retention" className="font-medium">
          Retention
        </h2>
        <p className="text-sm text-muted">
          What is older than this is deleted within minutes, here and at the carrier, and cannot be brought back. Contacts and
          opt-outs stay, and so does what waits to be sent.
        </p>
      </div>
      {mayChange ? <RetentionForm workspace={workspace} /> : <Present workspace={workspace} />}
    </section>
  );
}

function Present({ workspace }: { workspace: Workspace }) {
  return (
    <ul className="text-sm">
      {KINDS.map(({ kept, label }) => (
        <li key={kept}>
          {label}: {forDays(workspace.retention[kept] ?? workspace.retentionDefaults[kept])}
        </li>
      ))}
    </ul>
  );
}

function forDays(days: number | null): string {
  if (days === null) return 'for ever';
  return days === 1 ? '1 day' : `${days} days`;
}

function RetentionForm({ workspace }: { workspace: Workspace }) {
  const [days, setDays] = useState(() => written(workspace.retention));
  const save = useSaveRetention();
  const problem = save.error instanceof ApiProblem ? save.error : null;
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(read(days), { onSuccess: () => toast.success('Saved') });
      }}
    >
      {KINDS.map(({ kept, label, hint, least }) => (
        <Field key={kept} label={`${label}, in days`} hint={hint} error={problem?.field(`retention.${kept}`)}>
          <Input
            type="number"
            min={least}
            max={3650}
            className="max-w-40"
            placeholder={forDays(workspace.retentionDefaults[kept])}
            value={days[kept]}
            onChange={(event) => setDays({ ...days, [kept]: event.target.value })}
          />
        </Field>
      ))}
      {save.isError && <Notice tone="danger">{explain(save.error)}</Notice>}
      <Button type="submit" className="self-start" isBusy={save.isPending}>
        Save
      </Button>
    </form>
  );
}

function written(retention: Retention): Record<Kept, string> {
  const text = (days: number | null) => days?.toString() ?? '';
  return {
    messageDays: text(retention.messageDays),
    mediaDays: text(retention.mediaDays),
    recordingDays: text(retention.recordingDays),
  };
}

/** An empty field: as long as the platform keeps it. */
function read(days: Record<Kept, string>): Retention {
  const number = (text: string) => (text.trim() === '' ? null : Number(text));
  return { messageDays: number(days.messageDays), mediaDays: number(days.mediaDays), recordingDays: number(days.recordingDays) };
}

function useSaveRetention() {
  const { client, workspace } = useApi();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (retention: Retention) =>
      unwrap(client.PATCH('/api/workspaces/{workspace}', { params: { path: { workspace } }, body: { retention } })),
    onSuccess: () => cache.invalidateQueries({ queryKey: [workspace, 'workspace'] }),
  });
}
