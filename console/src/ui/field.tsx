import { createContext, use, useId, type ReactNode } from 'react';

interface FieldIds {
  control: string;
  described: string | undefined;
  isInvalid: boolean;
}

const FieldContext = createContext<FieldIds | null>(null);

interface Props {
  label: ReactNode;
  hint?: ReactNode;
  /** What is wrong, for instance from `ApiProblem.field`. */
  error?: string | undefined;
  children: ReactNode;
}

/** A label, its control, and what is to be said about it. */
export function Field({ label, hint, error, children }: Props) {
  const id = useId();
  const said = error ?? hint;
  const ids = { control: `${id}-control`, described: said ? `${id}-said` : undefined, isInvalid: Boolean(error) };
  return (
    <FieldContext value={ids}>
      <div className="flex min-w-0 flex-col gap-1.5">
        <label htmlFor={ids.control} className="text-sm font-medium">
          {label}
        </label>
        {children}
        {said && (
          <p id={ids.described} className={error ? 'text-sm text-danger' : 'text-sm text-muted'} role={error ? 'alert' : undefined}>
            {said}
          </p>
        )}
      </div>
    </FieldContext>
  );
}

/** What a control needs to belong to the field around it. */
export function useFieldProps() {
  const ids = use(FieldContext);
  if (!ids) return {};
  return { id: ids.control, 'aria-describedby': ids.described, 'aria-invalid': ids.isInvalid || undefined };
}
