import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { Select } from '@/ui/select';

import { LEGAL_ENTITIES, VERTICALS, type LegalEntity, type Vertical } from '../words';
import type { StepProps } from './step-props';

interface TextField {
  name: 'companyName' | 'ein' | 'einIssuingCountry' | 'address' | 'website' | 'contactEmail' | 'contactPhone';
  label: string;
  hint: string;
  type?: string;
  placeholder?: string;
}

const IDENTITY: TextField[] = [
  { name: 'companyName', label: 'Legal name', hint: 'Of the company, exactly as on the letter of the tax office.' },
  { name: 'ein', label: 'Tax number (EIN)', hint: 'The Employer Identification Number, nine digits.', placeholder: '12-3456789' },
  { name: 'einIssuingCountry', label: 'Country of the tax number', hint: 'Which country gave it.', placeholder: 'United States' },
];

const PLACE: TextField[] = [
  { name: 'address', label: 'Address', hint: 'As the tax office knows it.', placeholder: '12 Main St, Tulsa OK, 74103' },
  { name: 'website', label: 'Website', hint: 'It shows what the company does; carriers look at it.', type: 'url', placeholder: 'https://example.com' },
  { name: 'contactEmail', label: 'Mail address', hint: 'For questions of the registry.', type: 'email' },
  { name: 'contactPhone', label: 'Phone', hint: 'For questions of the registry.', type: 'tel', placeholder: '+1 405 555 0100' },
];

/** Who texts. The registry compares it with public records. */
export function CompanyStep({ brand, onBrand, finding }: StepProps) {
  const text = ({ name, label, hint, ...input }: TextField) => (
    <Field key={name} label={label} hint={hint} error={finding(`brand.${name}`)}>
      <Input {...input} autoComplete="off" maxLength={4096} value={brand[name]} onChange={(event) => onBrand({ [name]: event.target.value })} />
    </Field>
  );
  return (
    <>
      <p className="text-sm text-muted">
        The registry compares all of this with public records. A small difference in the name or the tax number is enough to be
        refused, and each further try costs the fee again.
      </p>
      <div className="grid gap-4 sm:grid-cols-2">
        {IDENTITY.map(text)}
        <Field label="Kind of company" error={finding('brand.legalEntityType')}>
          <Select value={brand.legalEntityType ?? ''} onChange={(event) => onBrand({ legalEntityType: (event.target.value || null) as LegalEntity | null })}>
            <option value="">Choose one</option>
            {LEGAL_ENTITIES.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="Branch" error={finding('brand.vertical')}>
          <Select value={brand.vertical ?? ''} onChange={(event) => onBrand({ vertical: (event.target.value || null) as Vertical | null })}>
            <option value="">Choose one</option>
            {VERTICALS.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
        {PLACE.map(text)}
      </div>
    </>
  );
}
