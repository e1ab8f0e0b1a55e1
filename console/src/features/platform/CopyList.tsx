import { CopyButton } from '@/ui/copy-button';

interface Props {
  label: string;
  entries: { label: string; value: string }[];
}

/** Values to carry over into somebody else's form, each with its name. */
export function CopyList({ label: name, entries }: Props) {
  return (
    <dl aria-label={name} className="flex flex-col divide-y divide-line text-sm">
      {entries.map(({ label, value }) => (
        <div key={label} className="flex items-start gap-3 py-1.5">
          <dt className="w-28 shrink-0 pt-1.5 break-words text-muted sm:w-40">{label}</dt>
          <dd className="flex min-w-0 flex-1 items-start gap-3">
            <span className="min-w-0 flex-1 pt-1.5 font-medium break-words whitespace-pre-line">{value}</span>
            <CopyButton text={value} name={`the ${label}`} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
