import { Check } from 'lucide-react';

import { cn } from './cn';

interface Props<Step extends string> {
  label: string;
  steps: readonly { step: Step; label: string; isDone: boolean }[];
  current: Step;
  /** Absent while another step cannot be gone to. */
  onChoose?: ((step: Step) => void) | undefined;
}

/** Where somebody is in a long form, and the way to its other parts. */
export function Steps<Step extends string>({ label, steps, current, onChoose }: Props<Step>) {
  return (
    <nav aria-label={label}>
      <ol className="flex flex-wrap gap-x-1 gap-y-2">
        {steps.map(({ step, label: name, isDone }, index) => (
          <li key={step}>
            <button
              type="button"
              aria-current={step === current ? 'step' : undefined}
              disabled={!onChoose && step !== current}
              onClick={() => onChoose?.(step)}
              className={cn(
                'flex items-center gap-2 rounded-full py-1 pr-3 pl-1 text-sm text-muted hover:bg-hover disabled:hover:bg-transparent',
                step === current && 'bg-selected font-medium text-ink',
              )}
            >
              <span
                aria-hidden
                className={cn('grid size-6 place-items-center rounded-full bg-subtle text-xs', isDone && 'bg-success-tint text-success')}
              >
                {isDone ? <Check className="size-3.5" /> : index + 1}
              </span>
              {name}
              {isDone && <span className="sr-only">, done</span>}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
