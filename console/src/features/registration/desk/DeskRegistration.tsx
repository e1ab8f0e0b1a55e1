import { useState } from 'react';

import { ApiProblem, explain } from '@/api/problem';
import type { AdminRegistration } from '@/api/types';
import { CopyList } from '@/features/platform/CopyList';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { ConfirmDialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Textarea } from '@/ui/input';
import { Notice } from '@/ui/notice';
import { toast } from '@/ui/toast';

import { describeRegistration } from '../registration-state';
import { LEGAL_ENTITIES, labelOf, SUB_USE_CASES, USE_CASES, VERTICALS } from '../words';
import { useNote } from './queries';

/** One registration: what is to be done, with which data, and what came of it. */
export function DeskRegistration({ registration }: { registration: AdminRegistration }) {
  const { label, tone } = describeRegistration(registration);
  const { reason, workspace, operatorTask } = registration;
  return (
    <Card title={workspace.name} actions={<Badge tone={tone}>{label}</Badge>}>
      {reason && <p className="text-sm break-words whitespace-pre-line">{reason}</p>}
      {operatorTask === 'hand_in_correction' && <HandIn registration={registration} />}
      {operatorTask === 'give_reason' && <GiveReason id={registration.id} />}
      {operatorTask === 'end_campaign' && (
        <Notice tone="warning">
          The organization was deleted, and its campaign goes on costing. End it in the carrier’s dashboard; this goes away once the
          carrier says so.
        </Notice>
      )}
      <details className="text-sm">
        <summary className="cursor-pointer font-medium text-link">Data for the dashboard</summary>
        <CopyList label={`Data of ${workspace.name}`} entries={entriesOf(registration)} />
      </details>
    </Card>
  );
}

/** What there is to copy, in the order of the carrier's form. */
function entriesOf({ brand, campaign, carrierBrandId, carrierCampaignId }: AdminRegistration): { label: string; value: string }[] {
  const entries: [string, string | null | undefined][] = [
    ['Brand at the carrier', carrierBrandId],
    ['Company', brand.companyName],
    ['Kind of company', labelOf(LEGAL_ENTITIES, brand.legalEntityType)],
    ['EIN', brand.ein],
    ['Country of the EIN', brand.einIssuingCountry],
    ['Branch', labelOf(VERTICALS, brand.vertical)],
    ['Address', brand.address],
    ['Website', brand.website],
    ['Mail address', brand.contactEmail],
    ['Phone', brand.contactPhone],
    ['Campaign at the carrier', carrierCampaignId],
    ['Kind of texts', labelOf(USE_CASES, campaign.useCase)],
    ['Several kinds', campaign.subUseCases?.map((useCase) => labelOf(SUB_USE_CASES, useCase)).join(', ')],
    ['Description', campaign.description],
    ['Message flow', campaign.messageFlow],
    ...(campaign.samples ?? []).map((sample, index): [string, string] => [`Sample ${index + 1}`, sample]),
    ['Opt-out message', campaign.optOutMessage],
    ['Help message', campaign.helpMessage],
  ];
  return entries.flatMap(([label, value]) => (value ? [{ label, value }] : []));
}

function HandIn({ registration: { id, workspace, correctionRequestedAt } }: { registration: AdminRegistration }) {
  const [isAsking, setIsAsking] = useState(false);
  const note = useNote(id);
  const confirm = () =>
    note.mutate(
      { action: 'resubmitted' },
      {
        onSuccess: () => {
          toast.success('Recorded');
          setIsAsking(false);
        },
      },
    );
  return (
    <Notice
      tone="warning"
      action={
        <Button variant="outline" size="sm" className="text-ink" onClick={() => setIsAsking(true)}>
          Handed in
        </Button>
      }
    >
      The company’s data were corrected{correctionRequestedAt && ` on ${DATE.format(new Date(correctionRequestedAt))}`}. Enter
      them in the carrier’s dashboard, then record it here.
      {isAsking && (
        <ConfirmDialog
          isOpen
          onClose={() => setIsAsking(false)}
          onConfirm={confirm}
          isBusy={note.isPending}
          title={`Was the correction of ${workspace.name} handed in?`}
          confirmLabel="It was handed in"
        >
          <p>The fee of a further try is charged to the workspace, and the registry’s answer is waited for.</p>
          {note.isError && <Notice tone="danger">{explain(note.error)}</Notice>}
        </ConfirmDialog>
      )}
    </Notice>
  );
}

const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

function GiveReason({ id }: { id: string }) {
  const [reason, setReason] = useState('');
  const note = useNote(id);
  const problem = note.error instanceof ApiProblem ? note.error : null;
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        note.mutate({ action: 'reason', reason: reason.trim() }, { onSuccess: () => toast.success('Recorded') });
      }}
    >
      <Field label="Reason" hint="The dashboard has it; the customer reads it." error={problem?.field('reason')}>
        <Textarea required rows={3} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
      </Field>
      {note.isError && (problem?.fields().length ?? 0) === 0 && <Notice tone="danger">{explain(note.error)}</Notice>}
      <Button type="submit" size="sm" className="self-start" isBusy={note.isPending}>
        Tell the customer
      </Button>
    </form>
  );
}
