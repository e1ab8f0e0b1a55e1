import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Select } from '@/ui/select';

import type { PortDraft, PortText } from '../draft';
import type { StepProps } from './step-props';

interface TextField {
  name: PortText;
  label: string;
  hint: string;
  maxLength: number;
  placeholder?: string;
  type?: string;
}

const ACCOUNT: TextField[] = [
  {
    name: 'losingCarrier',
    label: 'Carrier',
    hint: 'Who sends you the bill for the number.',
    maxLength: 200,
    placeholder: 'Example Telecom',
  },
  { name: 'accountNumber', label: 'Account number', hint: 'It is on the invoice.', maxLength: 64 },
  {
    name: 'pin',
    label: 'PIN',
    hint: 'A code that protects the account, for mobile numbers often called transfer PIN. The carrier tells you.',
    maxLength: 32,
  },
  {
    name: 'billingPhoneNumber',
    label: 'Billing number',
    hint: 'The main number of the account, on the invoice. Often it is the number that moves.',
    maxLength: 40,
    placeholder: '(405) 555-0100',
    type: 'tel',
  },
];

/** Where the numbers are now. All of this is compared with what the carrier has written down. */
export function CarrierStep({ draft, onChange, error }: StepProps) {
  const field = ({ name, label, hint, ...input }: TextField) => (
    <Field key={name} label={label} hint={hint} error={error(name)}>
      <Input {...input} autoComplete="off" value={draft[name]} onChange={(event) => onChange({ [name]: event.target.value })} />
    </Field>
  );
  return (
    <>
      <p className="text-sm text-muted">
        Write everything exactly as it is on the invoice. Most moves that are refused are refused because of a difference here.
      </p>
      <div className="grid gap-4 sm:grid-cols-2">
        {ACCOUNT.map(field)}
        <Field label="Kind of account" error={error('accountType')}>
          <Select
            value={draft.accountType}
            onChange={(event) => onChange({ accountType: event.target.value as PortDraft['accountType'] })}
          >
            <option value="business">of a company</option>
            <option value="residential">of a person</option>
          </Select>
        </Field>
        {draft.accountType === 'business' &&
          field({ name: 'companyName', label: 'Company', hint: 'The name on the invoice.', maxLength: 200 })}
        {field({
          name: 'authorizedName',
          label: 'Authorized person',
          hint: 'Who may decide about the account, and signs the letter.',
          maxLength: 200,
        })}
      </div>
    </>
  );
}
