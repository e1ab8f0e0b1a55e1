import type { PhoneNumber } from '@/api/types';
import { usePhoneNumbers, useWorkspace } from '@/api/workspace';
import { formatPhoneNumber } from '@/domain/phone-number';
import { Field } from '@/ui/field';
import { Select } from '@/ui/select';

import { choiceOf, DEFAULT_SENDER } from './senders';

interface Props {
  value: string;
  onChange: (value: string) => void;
  /** Whether a number can do what is wanted. */
  canSend: (number: PhoneNumber) => boolean;
  error: string | undefined;
}

/** The number that sends or calls; by default the API chooses. */
export function SenderField({ value, onChange, canSend, error }: Props) {
  const numbers = usePhoneNumbers();
  const workspace = useWorkspace();
  const usable = numbers.data?.phoneNumbers.filter(canSend) ?? [];
  const shared = workspace.data ? `Shared ${formatPhoneNumber(workspace.data.platformNumber)}` : 'The shared number';
  return (
    <Field label="From" error={error}>
      <Select value={value} onChange={(event) => onChange(event.target.value)}>
        <option value={DEFAULT_SENDER}>{usable.length > 0 ? 'Chosen automatically' : shared}</option>
        {usable.map(choiceOf).map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </Select>
    </Field>
  );
}
