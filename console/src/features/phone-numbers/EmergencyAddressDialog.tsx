import { useState } from 'react';

import { ApiProblem, explain } from '@/api/problem';
import type { PhoneNumber } from '@/api/types';
import { formatPhoneNumber } from '@/domain/phone-number';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Notice } from '@/ui/notice';
import { Select } from '@/ui/select';
import { toast } from '@/ui/toast';

import { useRemoveEmergencyAddress, useSaveEmergencyAddress, type AddressFields } from './queries';

type Text = Exclude<keyof AddressFields, 'unitType' | 'country'>;
type Draft = Record<Text | 'unitType' | 'country', string>;

const FORM = 'emergency-address';
const UNITS: NonNullable<AddressFields['unitType']>[] = ['Apartment', 'Basement', 'Building', 'Department', 'Floor', 'Office', 'Penthouse', 'Suite', 'Trailer', 'Unit'];

/** Where help is sent when somebody calls 911 from the number. */
export default function EmergencyAddressDialog({ number, onClose }: { number: PhoneNumber; onClose: () => void }) {
  const { emergencyAddress: saved } = number;
  const [draft, setDraft] = useState(() => toDraft(saved?.address ?? null));
  const save = useSaveEmergencyAddress(number.id);
  const remove = useRemoveEmergencyAddress(number.id);
  const failure = save.error ?? remove.error;
  const problem = save.error instanceof ApiProblem ? save.error : null;
  const done = (said: string) => ({
    onSuccess: () => {
      toast.success(said);
      onClose();
    },
  });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Emergency address of ${formatPhoneNumber(number.phoneNumber)}`}
      description="Where help is sent when somebody calls 911 from this number (E911). Carriers charge $100 for such a call from a number without one."
      footer={
        <>
          {saved && saved.status !== 'removing' && (
            <Button variant="ghost" className="mr-auto text-danger" isBusy={remove.isPending} onClick={() => remove.mutate(undefined, done('The address is being removed.'))}>
              Remove
            </Button>
          )}
          <Button variant="outline" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form={FORM} isBusy={save.isPending}>
            Save
          </Button>
        </>
      }
    >
      <form
        id={FORM}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(toFields(draft), done('The address is on its way to the carrier.'));
        }}
      >
        {saved?.status === 'failed' && <Notice tone="danger">{saved.failureReason ?? 'The carrier did not take the address.'}</Notice>}
        <AddressFieldset draft={draft} onChange={(changes) => setDraft({ ...draft, ...changes })} error={(field) => problem?.field(field)} />
        {failure && (problem?.fields().length ?? 0) === 0 && <Notice tone="danger">{explain(failure)}</Notice>}
      </form>
    </Dialog>
  );
}

interface FieldsetProps {
  draft: Draft;
  onChange: (changes: Partial<Draft>) => void;
  error: (field: keyof Draft) => string | undefined;
}

function AddressFieldset({ draft, onChange, error }: FieldsetProps) {
  const isCanada = draft.country === 'CA';
  const text = (name: Text, label: string, input: { required?: boolean; maxLength?: number } = { required: true }) => (
    <Field label={label} error={error(name)}>
      <Input autoComplete="off" maxLength={100} {...input} value={draft[name]} onChange={(event) => onChange({ [name]: event.target.value })} />
    </Field>
  );
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {text('firstName', 'First name')}
      {text('lastName', 'Last name')}
      {text('streetNumber', 'House number')}
      {text('streetName', 'Street')}
      <Field label="Kind of unit" error={error('unitType')}>
        <Select value={draft.unitType} onChange={(event) => onChange({ unitType: event.target.value })}>
          <option value="">none</option>
          {UNITS.map((unit) => (
            <option key={unit}>{unit}</option>
          ))}
        </Select>
      </Field>
      {text('unitNumber', 'Number of the unit', { required: false })}
      {text('city', 'City')}
      {text('state', isCanada ? 'Province, two letters' : 'State, two letters', { required: true, maxLength: 2 })}
      {text('postalCode', isCanada ? 'Postal code' : 'ZIP code', { required: true, maxLength: 10 })}
      <Field label="Country" error={error('country')}>
        <Select value={draft.country} onChange={(event) => onChange({ country: event.target.value })}>
          <option value="US">United States</option>
          <option value="CA">Canada</option>
        </Select>
      </Field>
    </div>
  );
}

function toDraft(saved: AddressFields | null): Draft {
  return {
    firstName: saved?.firstName ?? '',
    lastName: saved?.lastName ?? '',
    streetNumber: saved?.streetNumber ?? '',
    streetName: saved?.streetName ?? '',
    unitType: saved?.unitType ?? '',
    unitNumber: saved?.unitNumber ?? '',
    city: saved?.city ?? '',
    state: saved?.state ?? '',
    postalCode: saved?.postalCode ?? '',
    country: saved?.country ?? 'US',
  };
}

/** A unit is left out, not empty. */
function toFields({ unitType, unitNumber, ...draft }: Draft): AddressFields {
  return { ...draft, unitType: UNITS.find((unit) => unit === unitType) ?? null, unitNumber: unitNumber.trim() || null };
}
