import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Select } from '@/ui/select';

import type { AddressDraft } from '../draft';
import type { StepProps } from './step-props';

/** Where the numbers are used, as the carrier knows it. */
export function AddressStep({ draft, onChange, error }: StepProps) {
  const address = draft.serviceAddress;
  const isCanada = address.country === 'CA';
  const set = (changes: Partial<AddressDraft>) => onChange({ serviceAddress: { ...address, ...changes } });
  const text = (name: keyof AddressDraft, label: string, maxLength = 200, hint?: string) => (
    <Field label={label} hint={hint} error={error(`serviceAddress.${name}`)}>
      <Input value={address[name]} maxLength={maxLength} autoComplete="off" onChange={(event) => set({ [name]: event.target.value })} />
    </Field>
  );
  return (
    <>
      <p className="text-sm text-muted">
        The service address: where the line is, as the invoice has it. A post-office box is refused by most carriers.
      </p>
      {error('serviceAddress') && <p role="alert" className="text-sm text-danger">{error('serviceAddress')}</p>}
      {text('street', 'Street and number')}
      {text('street2', 'Floor or suite', 200, 'Optional.')}
      <div className="grid gap-4 sm:grid-cols-2">
        {text('city', 'City')}
        {text('region', isCanada ? 'Province' : 'State', 2, `Two letters, for instance ${isCanada ? 'ON' : 'OK'}.`)}
        {text('postalCode', isCanada ? 'Postal code' : 'ZIP code', 10)}
        <Field label="Country" error={error('serviceAddress.country')}>
          <Select value={address.country} onChange={(event) => set({ country: event.target.value })}>
            <option value="US">United States</option>
            <option value="CA">Canada</option>
          </Select>
        </Field>
      </div>
    </>
  );
}
