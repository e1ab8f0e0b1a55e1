import { Plus, Trash2 } from 'lucide-react';

import type { NumberType, PhoneNumber } from '@/api/types';
import { usePhoneNumbers } from '@/api/workspace';
import { NUMBER_TYPES } from '@/domain/number-type';
import { formatPhoneNumber } from '@/domain/phone-number';
import { Button, IconButton } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Notice } from '@/ui/notice';
import { Select } from '@/ui/select';

import { MOST_NUMBERS, NO_NUMBER, type NumberDraft } from '../draft';
import type { StepProps } from './step-props';

/** Which numbers move, and what becomes of each. */
export function NumbersStep({ draft, onChange, error }: StepProps) {
  const { numbers } = draft;
  const owned = usePhoneNumbers().data?.phoneNumbers.filter(({ status }) => status === 'active') ?? [];
  const set = (index: number, changes: Partial<NumberDraft>) =>
    onChange({ numbers: numbers.map((number, at) => (at === index ? { ...number, ...changes } : number)) });
  return (
    <>
      <p className="text-sm text-muted">
        All numbers of an order are at the same carrier, on the same account. Make an order for each account.
      </p>
      {numbers.map((number, index) => (
        <NumberFields
          // A number has no identity but its place in the list.
          key={index}
          place={index}
          number={number}
          owned={owned}
          onChange={(changes) => set(index, changes)}
          onRemove={numbers.length > 1 ? () => onChange({ numbers: numbers.toSpliced(index, 1) }) : undefined}
          error={(field) => error(`numbers[${index}].${field}`)}
        />
      ))}
      {error('numbers') && numbers.every((_, index) => !error(`numbers[${index}].phoneNumber`)) && (
        <Notice tone="danger">{error('numbers')}</Notice>
      )}
      {numbers.length < MOST_NUMBERS && (
        <Button
          variant="outline"
          size="sm"
          className="self-start"
          onClick={() => onChange({ numbers: [...numbers, { ...NO_NUMBER, numberType: 'custom' }] })}
        >
          <Plus aria-hidden /> Add a number
        </Button>
      )}
    </>
  );
}

interface Props {
  place: number;
  number: NumberDraft;
  owned: PhoneNumber[];
  onChange: (changes: Partial<NumberDraft>) => void;
  /** Absent for the only one. */
  onRemove?: (() => void) | undefined;
  error: (field: string) => string | undefined;
}

function NumberFields({ place, number, owned, onChange, onRemove, error }: Props) {
  return (
    <fieldset className="flex flex-col gap-4 rounded-md border border-line p-4">
      <legend className="px-1 text-sm font-medium">Number {place + 1}</legend>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Phone number" hint="Of the United States or Canada." error={error('phoneNumber')}>
          <Input
            type="tel"
            autoComplete="off"
            placeholder="(405) 555-0100"
            value={number.phoneNumber}
            onChange={(event) => onChange({ phoneNumber: event.target.value })}
          />
        </Field>
        <Field label="Department" error={error('numberType')}>
          <Select value={number.numberType} onChange={(event) => onChange({ numberType: event.target.value as NumberType })}>
            {NUMBER_TYPES.map(({ type, label }) => (
              <option key={type} value={type}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="Name" hint="Optional. Only your team sees it." error={error('friendlyName')}>
          <Input
            value={number.friendlyName}
            maxLength={64}
            autoComplete="off"
            placeholder="Front desk"
            onChange={(event) => onChange({ friendlyName: event.target.value })}
          />
        </Field>
        {owned.length > 0 && (
          <Field
            label="Takes the place of"
            hint="A number that you have used here meanwhile. Its conversations go on from the new one."
            error={error('replacesPhoneNumberId')}
          >
            <Select value={number.replaces} onChange={(event) => onChange({ replaces: event.target.value })}>
              <option value="">no number: it is one more</option>
              {owned.map(({ id, phoneNumber, friendlyName }) => (
                <option key={id} value={id}>
                  {formatPhoneNumber(phoneNumber)}, {friendlyName}
                </option>
              ))}
            </Select>
          </Field>
        )}
      </div>
      {onRemove && (
        <IconButton label={`Remove number ${place + 1}`} className="self-end" onClick={onRemove}>
          <Trash2 aria-hidden />
        </IconButton>
      )}
    </fieldset>
  );
}
