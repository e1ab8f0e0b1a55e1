import { Switch as Radix } from 'radix-ui';
import { useId, type ReactNode } from 'react';

interface Props {
  label: ReactNode;
  hint?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

/** On or off, with its label beside it. */
export function Switch({ label, hint, checked, onChange }: Props) {
  const id = useId();
  const hintId = hint ? `${id}-hint` : undefined;
  return (
    <div className="flex items-start justify-between gap-4">
      <div className="min-w-0">
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        {hint && (
          <p id={hintId} className="text-sm text-muted">
            {hint}
          </p>
        )}
      </div>
      <Radix.Root
        id={id}
        aria-describedby={hintId}
        checked={checked}
        onCheckedChange={onChange}
        className="mt-0.5 inline-flex h-6 w-10 shrink-0 items-center rounded-full border border-line-strong bg-subtle px-0.5 transition-colors data-[state=checked]:border-primary data-[state=checked]:bg-primary"
      >
        <Radix.Thumb className="size-4.5 rounded-full bg-muted transition-transform data-[state=checked]:translate-x-4 data-[state=checked]:bg-on-primary" />
      </Radix.Root>
    </div>
  );
}
