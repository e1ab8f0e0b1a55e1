import type { ApiProblem } from '@/api/problem';
import { explain } from '@/api/problem';
import type { PortOrder } from '@/api/types';
import { Button } from '@/ui/button';
import { Notice } from '@/ui/notice';

import { OrderFacts } from '../OrderFacts';
import { PlanRoom } from '../PlanRoom';
import { labelOf, STEPS, stepOf, type Step } from '../port-fields';

interface Props {
  order: PortOrder;
  /** Why it was not taken. */
  problem: ApiProblem | null;
  onGo: (step: Step) => void;
}

/** Everything once more, what is still missing, and what happens when it is submitted. */
export function ReviewStep({ order, problem, onGo }: Props) {
  const refused = problem?.fields() ?? [];
  const missing = order.missing.map((field) => ({ field, detail: 'Is missing.' }));
  return (
    <>
      {refused.length > 0 ? <ToDo items={refused} tone="danger" onGo={onGo} /> : <ToDo items={missing} tone="warning" onGo={onGo} />}
      {problem && refused.length === 0 && problem.code !== 'port_order_changed' && <Notice tone="danger">{explain(problem)}</Notice>}
      <OrderFacts order={order} />
      <Notice>
        <p>{EXPECTED[order.expectedReason] ?? ''} Keep your present contract until then: it ends the number when it ends first.</p>
        <p className="mt-1">
          An emergency address does not move along. When the number is here, give it one on the page of your numbers.
        </p>
      </Notice>
      <PlanRoom order={order} />
    </>
  );
}

const EXPECTED: Record<string, string> = {
  standard: 'Carriers usually need up to seven business days.',
  toll_free: 'For toll-free numbers, carriers need up to two weeks.',
  canada: 'For Canadian numbers, carriers need up to two weeks.',
};

interface ToDoProps {
  items: { field: string; detail: string }[];
  tone: 'danger' | 'warning';
  onGo: (step: Step) => void;
}

function ToDo({ items, tone, onGo }: ToDoProps) {
  if (items.length === 0) return null;
  return (
    <Notice tone={tone}>
      <p className="font-medium">Before it can be submitted</p>
      <ul className="mt-1 flex flex-col gap-1">
        {items.map(({ field, detail }) => {
          const step = stepOf(field);
          return (
            <li key={field}>
              {labelOf(field)}: {detail}{' '}
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
