import { useState } from 'react';

import { ApiProblem, explain } from '@/api/problem';
import type { AnswerPortOrderRequest, PortOrder, PortOrderState } from '@/api/types';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Input, Textarea } from '@/ui/input';
import { Notice } from '@/ui/notice';
import { toast } from '@/ui/toast';

import { useAnswerOrder } from './queries';

export interface Answer {
  answer: AnswerPortOrderRequest['answer'];
  label: string;
  /** States in which the carrier may answer so. */
  from: readonly PortOrderState[];
  /** What the workspace is told. */
  effect: string;
}

export const ANSWERS: readonly Answer[] = [
  {
    answer: 'scheduled',
    label: 'Date set',
    from: ['submitted', 'scheduled'],
    effect: 'The workspace sees the day of the move (FOC date).',
  },
  {
    answer: 'rejected',
    label: 'Rejected',
    from: ['submitted', 'scheduled'],
    effect: 'The workspace sees the reason and may correct the order. Without an answer it is cancelled after a week.',
  },
  {
    answer: 'completed',
    label: 'Completed',
    from: ['scheduled'],
    effect: 'The numbers become numbers of the workspace and take the place of those that they replace.',
  },
  {
    answer: 'cancelled',
    label: 'Cancelled',
    from: ['submitted', 'rejected', 'scheduled'],
    effect: 'The order ends, and its numbers stay where they are.',
  },
];

interface Props {
  order: PortOrder;
  answer: Answer;
  onClose: () => void;
}

const FORM = 'port-answer';

/** Records what the carrier has said. */
export function AnswerDialog({ order, answer: { answer, label, effect }, onClose }: Props) {
  const [reason, setReason] = useState('');
  const [focDate, setFocDate] = useState(order.focDate ?? '');
  const [carrierReference, setReference] = useState(order.carrierReference ?? '');
  const record = useAnswerOrder(order.id);
  const problem = record.error instanceof ApiProblem ? record.error : null;
  const needsReason = answer === 'rejected' || answer === 'cancelled';
  const save = () => {
    const body: AnswerPortOrderRequest = { answer, version: order.version };
    if (needsReason) body.reason = reason.trim();
    if (answer === 'scheduled') body.focDate = focDate;
    if (carrierReference.trim()) body.carrierReference = carrierReference.trim();
    record.mutate(body, {
      onSuccess: () => {
        toast.success('Recorded');
        onClose();
      },
    });
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={label}
      description={effect}
      footer={
        <>
          <Button variant="outline" onClick={onClose}>
            Close without recording
          </Button>
          <Button type="submit" form={FORM} isBusy={record.isPending}>
            Record
          </Button>
        </>
      }
    >
      <form
        id={FORM}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        {needsReason && (
          <Field label="Reason" hint="As the customer is to read it." error={problem?.field('reason')}>
            <Textarea required rows={4} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
          </Field>
        )}
        {answer === 'scheduled' && (
          <Field label="Day of the move" error={problem?.field('focDate')}>
            <Input type="date" required className="max-w-48" value={focDate} onChange={(event) => setFocDate(event.target.value)} />
          </Field>
        )}
        <Field label="Reference of the carrier" hint="Optional." error={problem?.field('carrierReference')}>
          <Input maxLength={100} autoComplete="off" value={carrierReference} onChange={(event) => setReference(event.target.value)} />
        </Field>
        {record.isError && (problem?.fields().length ?? 0) === 0 && <Notice tone="danger">{explain(record.error)}</Notice>}
      </form>
    </Dialog>
  );
}
