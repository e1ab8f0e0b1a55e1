import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { useApi } from '@/api/ApiProvider';
import { unwrap } from '@/api/client';
import { ApiProblem, explain } from '@/api/problem';
import type { QuietHours, Workspace } from '@/api/types';
import { useWorkspace } from '@/api/workspace';
import { useSession } from '@/session/session';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Notice } from '@/ui/notice';
import { Page } from '@/ui/page';
import { ErrorState, Skeleton } from '@/ui/states';
import { Switch } from '@/ui/switch';
import { toast } from '@/ui/toast';

import { RetentionCard } from './RetentionCard';

const USUAL: QuietHours = { start: '21:00', end: '08:00', exemptReplies: true };

/** What holds for the whole workspace. */
export default function SettingsPage() {
  const { role } = useSession();
  const workspace = useWorkspace();
  return (
    <Page title="Settings" description="What holds for the whole workspace.">
      {workspace.isPending && <Skeleton className="h-52" />}
      {workspace.isError && <ErrorState error={workspace.error} onRetry={() => void workspace.refetch()} />}
      {workspace.data && (
        <div className="flex flex-col gap-6">
          <QuietHoursCard workspace={workspace.data} mayChange={role === 'admin'} />
          <RetentionCard workspace={workspace.data} mayChange={role === 'admin'} />
        </div>
      )}
    </Page>
  );
}

function QuietHoursCard({ workspace, mayChange }: { workspace: Workspace; mayChange: boolean }) {
  return (
    <section aria-labelledby="quiet-hours" className="flex max-w-2xl flex-col gap-4 rounded-lg border border-line bg-surface p-4 sm:p-5">
      <div>
        <h2 id="quiet-hours" className="font-medium">
          Quiet hours
        </h2>
        <p className="text-sm text-muted">
          Texts and WhatsApp messages that you write during the customer’s night wait until the morning, by the clock of where
          their number is. In the conversation you can see which ones wait, and cancel them.
        </p>
      </div>
      {mayChange ? <QuietHoursForm saved={workspace.quietHours} /> : <Present quietHours={workspace.quietHours} />}
    </section>
  );
}

function Present({ quietHours }: { quietHours: QuietHours | null }) {
  if (!quietHours) return <p className="text-sm">Messages never wait.</p>;
  return (
    <p className="text-sm">
      Messages wait from {quietHours.start} to {quietHours.end}
      {quietHours.exemptReplies ? ', except answers to a customer who has just written.' : ', answers as well.'}
    </p>
  );
}

function QuietHoursForm({ saved }: { saved: QuietHours | null }) {
  const [isOn, setIsOn] = useState(saved !== null);
  const [hours, setHours] = useState(saved ?? USUAL);
  const save = useSaveQuietHours();
  const problem = save.error instanceof ApiProblem ? save.error : null;
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(isOn ? hours : null, { onSuccess: () => toast.success('Saved') });
      }}
    >
      <Switch label="Hold messages at night" checked={isOn} onChange={setIsOn} />
      {isOn && (
        <>
          <div className="grid max-w-sm grid-cols-2 gap-4">
            <Field label="From" error={problem?.field('quietHours.start')}>
              <Input type="time" required value={hours.start} onChange={(event) => setHours({ ...hours, start: event.target.value })} />
            </Field>
            <Field label="To" error={problem?.field('quietHours.end')}>
              <Input type="time" required value={hours.end} onChange={(event) => setHours({ ...hours, end: event.target.value })} />
            </Field>
          </div>
          <Switch
            label="Answers do not wait"
            hint="A customer who has just written is awake."
            checked={hours.exemptReplies}
            onChange={(exemptReplies) => setHours({ ...hours, exemptReplies })}
          />
        </>
      )}
      {save.isError && <Notice tone="danger">{explain(save.error)}</Notice>}
      <Button type="submit" className="self-start" isBusy={save.isPending}>
        Save
      </Button>
    </form>
  );
}

function useSaveQuietHours() {
  const { client, workspace } = useApi();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (quietHours: QuietHours | null) =>
      unwrap(client.PATCH('/api/workspaces/{workspace}', { params: { path: { workspace } }, body: { quietHours } })),
    onSuccess: () => cache.invalidateQueries({ queryKey: [workspace, 'workspace'] }),
  });
}
