import type { PortOrder } from '@/api/types';
import { usePlans, useWorkspace } from '@/api/workspace';
import { formatCents } from '@/domain/money';
import { Notice } from '@/ui/notice';

/** What the numbers take of the plan, from the day on which the order is submitted. */
export function PlanRoom({ order }: { order: PortOrder }) {
  const workspace = useWorkspace().data;
  const extra = usePlans().data?.extraNumberMonthlyPriceCents;
  if (!workspace) return null;
  // What takes the place of an own number is no further one.
  const added = order.numbers.filter(({ replacesPhoneNumberId }) => replacesPhoneNumberId === null).length;
  const after = workspace.numbersUsed + added;
  if (after > workspace.numberLimit) {
    return (
      <Notice tone="warning">
        Your plan allows {countOf(workspace.numberLimit)}, and there would be {after}. Let the new one take the place of another,
        release one, or choose a larger plan.
      </Notice>
    );
  }
  return (
    <Notice>
      <p>
        Your plan: {workspace.numbersUsed} of {countOf(workspace.numberLimit)} in use, {after} from the submission on
        {added < order.numbers.length && ', as a number that takes the place of another does not count twice'}.
      </p>
      {added > 0 && extra !== undefined && (
        <p className="mt-1">Your first number is included. Each further one adds {formatCents(extra)} a month once it is here.</p>
      )}
    </Notice>
  );
}

function countOf(numbers: number): string {
  return numbers === 1 ? 'one number' : `${numbers} numbers`;
}
