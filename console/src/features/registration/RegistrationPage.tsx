import { ArrowLeft } from 'lucide-react';
import { Link } from 'react-router';

import type { Registration } from '@/api/types';
import { useSession } from '@/session/session';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Notice } from '@/ui/notice';
import { Page } from '@/ui/page';
import { ErrorState, Skeleton } from '@/ui/states';

import { CampaignNumbers } from './CampaignNumbers';
import { useRegistration } from './queries';
import { describeRegistration } from './registration-state';
import { RegistrationForm } from './RegistrationForm';
import { RegistrationView } from './RegistrationView';

/** Who texts, and what: what the carriers of the United States want to know before they pass texts on. */
export default function RegistrationPage() {
  const { role } = useSession();
  return (
    <Page
      title="Texting registration"
      description="Carriers in the United States pass texts on only when they know who sends them and why (10DLC)."
      className="max-w-3xl"
      actions={
        <Button asChild variant="ghost">
          <Link to="/settings/phone-numbers">
            <ArrowLeft aria-hidden /> Phone numbers
          </Link>
        </Button>
      }
    >
      {role === 'admin' ? (
        <Present />
      ) : (
        <Notice>The registration has the company’s tax number, so only administrators of your organisation see it.</Notice>
      )}
    </Page>
  );
}

function Present() {
  const registration = useRegistration();
  if (registration.isPending) {
    return (
      <div role="status" aria-label="Loading the registration">
        <Skeleton className="h-72" />
      </div>
    );
  }
  if (!registration.data) return <ErrorState error={registration.error} onRetry={() => void registration.refetch()} />;
  const { data } = registration;
  return (
    <>
      <State registration={data} />
      {data.editable === 'nothing' ? (
        <>
          <CampaignNumbers registration={data} />
          <RegistrationView registration={data} />
        </>
      ) : (
        <>
          {data.state === 'deactivated' && <CampaignNumbers registration={data} />}
          {/* What was written belongs to the state in which it was written. */}
          <RegistrationForm key={data.state} registration={data} />
        </>
      )}
    </>
  );
}

function State({ registration }: { registration: Registration }) {
  const { label, tone, explanation } = describeRegistration(registration);
  const reason = registration.reason && <p className="mt-1 break-words whitespace-pre-line">{registration.reason}</p>;
  if (tone === 'danger') {
    return (
      <Notice tone="danger">
        <p className="font-medium">{label}</p>
        {reason ?? <p className="mt-1">The registry gave no reason. We ask for it, and show it here.</p>}
        <p className="mt-1">{explanation}</p>
      </Notice>
    );
  }
  return (
    <section aria-label="State" className="flex flex-col gap-2 rounded-lg border border-line bg-surface p-4 text-sm sm:p-5">
      <p>
        <Badge tone={tone}>{label}</Badge>
      </p>
      <p>{explanation}</p>
      {reason}
    </section>
  );
}
