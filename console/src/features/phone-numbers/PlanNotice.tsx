import { Sparkles } from 'lucide-react';
import { Link } from 'react-router';

import type { Workspace } from '@/api/types';
import { Button } from '@/ui/button';
import { Notice } from '@/ui/notice';

/** Why there are no more numbers, or none at all. */
export function PlanNotice({ workspace, mayChange }: { workspace: Workspace; mayChange: boolean }) {
  const { numberLimit, numbersUsed } = workspace;
  if (numberLimit === 0) return <UpgradeBanner mayChange={mayChange} />;
  if (numbersUsed < numberLimit) return null;
  const allowed = numberLimit === 1 ? 'one number' : `${numberLimit} numbers`;
  return (
    <Notice
      action={
        mayChange && (
          <Button asChild variant="outline" size="sm">
            <Link to="/billing">See the plans</Link>
          </Button>
        )
      }
    >
      Your plan allows {allowed}, and {numberLimit === 1 ? 'it is' : 'all of them are'} in use. Release one, or choose a
      larger plan.
    </Notice>
  );
}

function UpgradeBanner({ mayChange }: { mayChange: boolean }) {
  return (
    <section
      aria-labelledby="upgrade"
      className="flex flex-wrap items-center gap-x-4 gap-y-3 rounded-lg border border-line bg-selected p-4 sm:p-5"
    >
      <span className="grid size-10 place-items-center rounded-full bg-primary text-on-primary">
        <Sparkles aria-hidden className="size-5" />
      </span>
      <div className="min-w-0 flex-1 basis-60">
        <h2 id="upgrade" className="font-medium">
          A number of your own
        </h2>
        <p className="text-sm text-muted">
          Your plan sends from the shared number. With Pro, customers text and call a number that is yours alone.
          {!mayChange && ' An administrator can upgrade.'}
        </p>
      </div>
      {mayChange && (
        <Button asChild>
          <Link to="/billing">Upgrade now</Link>
        </Button>
      )}
    </section>
  );
}
