import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';

import { useIdempotencyKey } from '@/api/idempotency';
import { ApiProblem, explain } from '@/api/problem';
import type { PortOrder } from '@/api/types';
import { Button } from '@/ui/button';
import { Notice } from '@/ui/notice';
import { Steps } from '@/ui/steps';
import { toast } from '@/ui/toast';

import { CancelOrder } from './CancelOrder';
import { changesOf, toDraft, type PortDraft } from './draft';
import { AddressStep } from './form/AddressStep';
import { CarrierStep } from './form/CarrierStep';
import { DocumentsStep } from './form/DocumentsStep';
import { NumbersStep } from './form/NumbersStep';
import { ReviewStep } from './form/ReviewStep';
import type { StepProps } from './form/step-props';
import { STEPS, stepOf, type Step } from './port-fields';
import { useChangeOrder, useCreateOrder, usePortOrder, useSubmitOrder } from './queries';
import { Rejection } from './Rejection';

/** Writes an order, part by part; each part is saved when it is left. */
export function OrderForm({ order }: { order: PortOrder | null }) {
  const [query] = useSearchParams();
  // What follows belongs to an order, which there is when the first part is saved.
  const step = (order && STEPS.find((one) => one.step === query.get('step'))?.step) ?? 'numbers';
  const form = useOrderForm(order);
  const index = STEPS.findIndex((one) => one.step === step);
  const next = STEPS[index + 1]?.step;
  const missing = form.base?.missing ?? [];
  const steps = STEPS.map((one) => ({
    ...one,
    isDone: form.base !== null && one.step !== 'review' && missing.every((field) => stepOf(field) !== one.step),
  }));
  return (
    <>
      {form.base && <Rejection order={form.base} />}
      <Steps label="Parts of the order" steps={steps} current={step} onChoose={form.base ? (to) => form.save(to) : undefined} />
      <form
        aria-label={STEPS[index]?.label}
        className="flex flex-col gap-5 rounded-lg border border-line bg-surface p-4 sm:p-5"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (next) form.save(next);
          else form.submit();
        }}
      >
        <StepBody step={step} form={form} />
        {form.error && <Problem form={form} step={step} />}
        <div className="flex flex-wrap justify-end gap-2 border-t border-line pt-4">
          <Button variant="outline" disabled={form.isBusy} onClick={() => form.save('list')}>
            Save and finish later
          </Button>
          <Button type="submit" isBusy={form.isBusy}>
            {next ? 'Continue' : form.base?.state === 'rejected' ? 'Submit again' : 'Submit the order'}
          </Button>
        </div>
      </form>
      {form.base && <CancelOrder order={form.base} />}
    </>
  );
}

type Form = ReturnType<typeof useOrderForm>;

function useOrderForm(order: PortOrder | null) {
  // What the order was when the writing began: newer news of it do not disturb, and are not overwritten either.
  const [base, setBase] = useState(order);
  const [draft, setDraft] = useState(() => toDraft(order));
  const [error, setError] = useState<Error | null>(null);
  const [create, change, submission] = [useCreateOrder(), useChangeOrder(), useSubmitOrder()];
  const present = usePortOrder(base?.id ?? '', base !== null);
  const key = useIdempotencyKey();
  const navigate = useNavigate();

  const take = (saved: PortOrder) => {
    setBase(saved);
    setDraft(toDraft(saved));
    setError(null);
  };
  const go = (to: Step | 'list', id: string) => {
    const address = '/settings/phone-numbers/porting';
    void navigate(to === 'list' ? address : `${address}/${id}?step=${to}`, { replace: base === null });
  };
  const save = (to: Step | 'list') => {
    const fields = changesOf(base, draft);
    const onSuccess = (saved: PortOrder) => {
      take(saved);
      go(to, saved.id);
    };
    const done = { onSuccess, onError: setError };
    if (!base && !fields.numbers) setError(noNumber());
    else if (!base) create.mutate({ fields, key: key.of(fields) }, done);
    else if (Object.keys(fields).length > 0) change.mutate({ order: base, fields }, done);
    else go(to, base.id);
  };
  const submitted = ({ id }: PortOrder) => {
    toast.success('The order was submitted.');
    // What comes back is read first, not written on where this ended.
    void navigate(`/settings/phone-numbers/porting/${id}`, { replace: true });
  };
  return {
    base,
    draft,
    error,
    isBusy: create.isPending || change.isPending || submission.isPending,
    change: (changes: Partial<PortDraft>) => setDraft((before) => ({ ...before, ...changes })),
    save,
    /** A document has changed the order on the way. */
    uploaded: (saved: PortOrder) => setBase(saved),
    submit: () =>
      base &&
      submission.mutate(base, { onSuccess: submitted, onError: setError }),
    /** Forgets what was written here for what somebody else has saved. */
    reload: () => void present.refetch().then(({ data }) => data && take(data)),
  };
}

/** The API would take a draft without anything. */
function noNumber(): ApiProblem {
  return new ApiProblem(422, { errors: [{ field: 'numbers[0].phoneNumber', detail: 'enter the number that is to move' }] });
}

function StepBody({ step, form }: { step: Step; form: Form }) {
  const problem = form.error instanceof ApiProblem ? form.error : null;
  const props: StepProps = { draft: form.draft, onChange: form.change, error: (field) => problem?.field(field) };
  switch (step) {
    case 'numbers':
      return <NumbersStep {...props} />;
    case 'carrier':
      return <CarrierStep {...props} />;
    case 'address':
      return <AddressStep {...props} />;
    case 'documents':
      return form.base ? <DocumentsStep {...props} order={form.base} onUploaded={form.uploaded} /> : null;
    case 'review':
      return form.base ? <ReviewStep order={form.base} problem={problem} onGo={(to) => form.save(to)} /> : null;
  }
}

function Problem({ form, step }: { form: Form; step: Step }) {
  const problem = form.error instanceof ApiProblem ? form.error : null;
  if (problem?.code === 'port_order_changed') {
    return (
      <Notice
        tone="danger"
        action={
          <Button variant="outline" size="sm" className="text-ink" onClick={form.reload}>
            Show it
          </Button>
        }
      >
        Somebody else has changed this order meanwhile. What you have just written is not saved.
      </Notice>
    );
  }
  // What is said at its field is not said again, and the review says it with the way there.
  if (problem && (problem.fields().length > 0 || step === 'review')) return null;
  return <Notice tone="danger">{explain(form.error)}</Notice>;
}
