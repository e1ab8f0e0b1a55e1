import { LoaderCircle } from 'lucide-react';

import { explain } from '@/api/problem';
import type { Provisioning } from '@/api/types';
import { NumberTypeBadge } from '@/domain/NumberTypeBadge';
import { formatPhoneNumber } from '@/domain/phone-number';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { toast } from '@/ui/toast';

import { describeProvisioning, isUnfinished } from './number-state';
import { useRetryProvisioning } from './queries';

const STEPS = 3;

/** A number that is on its way, or why it is not coming. */
export function ProvisioningCard({ provisioning, mayChange }: { provisioning: Provisioning; mayChange: boolean }) {
  const { label, tone, explanation, step } = describeProvisioning(provisioning);
  const retry = useRetryProvisioning();
  const isFailed = provisioning.state === 'failed';
  return (
    <article
      aria-label={`New number: ${label}`}
      className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border border-line bg-surface p-4"
    >
      <div className="flex min-w-0 flex-1 basis-64 flex-col gap-1">
        <div className="flex flex-wrap items-center gap-2">
          <h2 className="font-medium">{nameOf(provisioning)}</h2>
          <NumberTypeBadge type={provisioning.numberType} />
        </div>
        <p role={isFailed ? 'alert' : 'status'} className="flex items-baseline gap-2 text-sm text-muted">
          <Badge tone={tone}>
            {isUnfinished(provisioning) && <LoaderCircle aria-hidden className="animate-spin" />}
            {label}
          </Badge>
          {explanation}
        </p>
        {step > 0 && <Steps done={step} />}
      </div>
      {isFailed && mayChange && (
        <Button
          variant="outline"
          size="sm"
          isBusy={retry.isPending}
          onClick={() => retry.mutate(provisioning.id, { onError: (error) => toast.error(explain(error)) })}
        >
          Try again
        </Button>
      )}
    </article>
  );
}

function Steps({ done }: { done: number }) {
  return (
    <span aria-hidden className="mt-1 flex max-w-56 gap-1">
      {Array.from({ length: STEPS }, (_, index) => (
        <span key={index} className={`h-1 flex-1 rounded-full ${index < done ? 'bg-primary' : 'bg-line-strong'}`} />
      ))}
    </span>
  );
}

function nameOf(provisioning: Provisioning): string {
  if (provisioning.friendlyName) return provisioning.friendlyName;
  if (provisioning.phoneNumber) return formatPhoneNumber(provisioning.phoneNumber);
  return provisioning.areaCode ? `A number in area code ${provisioning.areaCode}` : 'A new number';
}
