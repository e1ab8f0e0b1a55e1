import { useState } from 'react';
import { useSearchParams } from 'react-router';

import { explain } from '@/api/problem';
import type { Registration } from '@/api/types';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { Notice } from '@/ui/notice';
import { Steps } from '@/ui/steps';
import { toast } from '@/ui/toast';

import { CompanyStep } from './form/CompanyStep';
import { MessagesStep } from './form/MessagesStep';
import { ReviewStep } from './form/ReviewStep';
import type { StepProps } from './form/step-props';
import { WordsStep } from './form/WordsStep';
import { useFindings, useSaveRegistration, type Brand, type Campaign } from './queries';
import { sayFinding, STEPS, stepOf, type Step } from './registration-fields';
import { BrandFacts } from './RegistrationView';
import { useSettled } from './useSettled';

/** How long somebody has to pause before what they have written is checked. */
const PAUSE_MS = 600;

/** Writes a registration, part by part; each is saved when it is left, and checked while it is written. */
export function RegistrationForm({ registration }: { registration: Registration }) {
  const [query, setQuery] = useSearchParams();
  const steps = STEPS.filter(({ step }) => registration.editable === 'all' || step !== 'company');
  const step = steps.find((one) => one.step === query.get('step'))?.step ?? steps[0]?.step ?? 'messages';
  const form = useRegistrationForm(registration, (to) => setQuery({ step: to }));
  const next = steps[steps.findIndex((one) => one.step === step) + 1]?.step;
  const done = (one: Step) => one !== 'review' && registration.findings.every(({ field }) => stepOf(field) !== one);
  return (
    <>
      {registration.editable === 'campaign' && (
        <Card title="Company" description="It is known to the registry and stays as it is.">
          <BrandFacts brand={registration.brand} />
        </Card>
      )}
      <Steps
        label="Parts of the registration"
        steps={steps.map((one) => ({ ...one, isDone: done(one.step) }))}
        current={step}
        onChoose={form.save}
      />
      {next ? (
        <form
          aria-label={STEPS.find((one) => one.step === step)?.label}
          className="flex flex-col gap-5 rounded-lg border border-line bg-surface p-4 sm:p-5"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            form.save(next);
          }}
        >
          {step === 'company' && <CompanyStep {...form.props} />}
          {step === 'messages' && <MessagesStep {...form.props} />}
          {step === 'words' && <WordsStep {...form.props} />}
          {form.error && <Notice tone="danger">{explain(form.error)}</Notice>}
          <div className="flex flex-wrap justify-end gap-2 border-t border-line pt-4">
            <Button variant="outline" disabled={form.isBusy} onClick={() => form.save(step, () => toast.success('Saved'))}>
              Save
            </Button>
            <Button type="submit" isBusy={form.isBusy}>
              Continue
            </Button>
          </div>
        </form>
      ) : (
        <ReviewStep registration={registration} onGo={form.save} />
      )}
    </>
  );
}

function useRegistrationForm(registration: Registration, onGo: (step: Step) => void) {
  const [brand, setBrand] = useState(registration.brand);
  const [campaign, setCampaign] = useState(registration.campaign);
  // Nobody is told what is missing before they were there.
  const [touched, setTouched] = useState<ReadonlySet<string>>(() => new Set());
  const settled = useSettled(JSON.stringify({ brand, campaign }), PAUSE_MS);
  const { brand: settledBrand, campaign: settledCampaign } = JSON.parse(settled) as { brand: Brand; campaign: Campaign };
  const findings = useFindings(settledBrand, settledCampaign).data?.findings ?? registration.findings;
  const saving = useSaveRegistration();

  const touch = (part: string, changes: object) =>
    setTouched((before) => new Set([...before, ...Object.keys(changes).map((name) => `${part}.${name}`)]));
  const props: StepProps = {
    brand,
    campaign,
    onBrand: (changes) => {
      touch('brand', changes);
      setBrand((before) => ({ ...before, ...changes }));
    },
    onCampaign: (changes) => {
      touch('campaign', changes);
      setCampaign((before) => ({ ...before, ...changes }));
    },
    finding: (field) => {
      const found = findings.find((finding) => finding.field === field);
      const isKnown = touched.has(field.replace(/\[.*/, '')) || !isEmpty(registration, field);
      return found && isKnown ? sayFinding(found) : undefined;
    },
  };
  return {
    props,
    error: saving.error,
    isBusy: saving.isPending,
    /** Saves what is new, then goes on. */
    save: (to: Step, then?: () => void) => {
      const changes = {
        ...(!isSame(brand, registration.brand) && { brand }),
        ...(!isSame(campaign, registration.campaign) && { campaign }),
      };
      const finish = () => {
        onGo(to);
        then?.();
      };
      if (Object.keys(changes).length === 0) finish();
      else saving.mutate(changes, { onSuccess: finish });
    },
  };
}

function isSame(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Whether nothing was ever written into a field. */
function isEmpty({ brand, campaign }: Registration, field: string): boolean {
  const [part, name = ''] = field.split(/[.[]/);
  const values: Record<string, unknown> = part === 'brand' ? { ...brand } : { ...campaign };
  const value = values[name];
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}
