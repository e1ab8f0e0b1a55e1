import { useState } from 'react';
import { useSearchParams } from 'react-router';

import { ApiProblem, explain } from '@/api/problem';
import type { Registration } from '@/api/types';
import { formatCents } from '@/domain/money';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { Checkbox } from '@/ui/checkbox';
import { Notice } from '@/ui/notice';
import { toast } from '@/ui/toast';

import { dueNow, FeeList } from '../FeeList';
import { useSubmitRegistration } from '../queries';
import { labelOfField, sayFinding, STEPS, stepOf, type Step } from '../registration-fields';
import { BrandFacts, CampaignFacts } from '../RegistrationView';

interface Props {
  registration: Registration;
  onGo: (step: Step) => void;
}

/** Everything once more, what it costs, and the consent to that. */
export function ReviewStep({ registration, onGo }: Props) {
  const { brand, campaign, editable, findings } = registration;
  return (
    <>
      {findings.length > 0 && <Findings findings={findings} onGo={onGo} />}
      {editable === 'all' && (
        <Card title="Company">
          <BrandFacts brand={brand} />
        </Card>
      )}
      <Card title="What you text">
        <CampaignFacts campaign={campaign} />
      </Card>
      <Consent registration={registration} />
    </>
  );
}

function Findings({ findings, onGo }: { findings: Registration['findings']; onGo: (step: Step) => void }) {
  return (
    <Notice tone="warning">
      <p className="font-medium">Registries would refuse this</p>
      <ul className="mt-1 flex flex-col gap-1">
        {findings.map((finding) => {
          const step = stepOf(finding.field);
          return (
            <li key={`${finding.field} ${finding.code}`}>
              {labelOfField(finding.field)}: {sayFinding(finding)}{' '}
              <Button variant="link" size="inline" className="text-current underline" onClick={() => onGo(step)}>
                To “{STEPS.find((one) => one.step === step)?.label}”
              </Button>
            </li>
          );
        })}
      </ul>
    </Notice>
  );
}

function Consent({ registration: { fees, findings, state } }: { registration: Registration }) {
  const shown = JSON.stringify(fees.dueNow);
  // Other fees need another consent.
  const [agreed, setAgreed] = useState<string | null>(null);
  const submit = useSubmitRegistration();
  const [, setQuery] = useSearchParams();
  const submitted = () => {
    toast.success('The registration was submitted.');
    // A correction begins at the first part again.
    setQuery({}, { replace: true });
  };
  const code = submit.error instanceof ApiProblem ? submit.error.code : null;
  const hasAgreed = agreed === shown;
  return (
    <Card title="Fees" description="The registry and the carriers take them, and do not give them back when they refuse.">
      <FeeList fees={fees.dueNow} />
      <Checkbox
        label={`I agree that ${formatCents(dueNow(fees.dueNow))} are charged now, and ${formatCents(fees.dueNow.campaignMonthlyCents)} each month from the approval on.`}
        checked={hasAgreed}
        onChange={(isChecked) => setAgreed(isChecked ? shown : null)}
      />
      {submit.isError && (
        <Notice tone="danger">
          {code === 'fees_changed' ? 'The fees have changed meanwhile. Look at them once more before you agree.' : explain(submit.error)}
        </Notice>
      )}
      <Button
        className="self-end"
        disabled={!hasAgreed || findings.length > 0}
        isBusy={submit.isPending}
        onClick={() => submit.mutate(fees.dueNow, { onSuccess: submitted })}
      >
        {state === 'draft' ? 'Submit' : 'Submit again'}
      </Button>
    </Card>
  );
}
