/** The parts of the form. */
export const STEPS = [
  { step: 'numbers', label: 'Numbers' },
  { step: 'carrier', label: 'Present carrier' },
  { step: 'address', label: 'Address' },
  { step: 'documents', label: 'Documents' },
  { step: 'review', label: 'Review' },
] as const;

export type Step = (typeof STEPS)[number]['step'];

/** The API's names of fields, as people read them. */
const LABELS: Record<string, string> = {
  numbers: 'Numbers',
  losingCarrier: 'Present carrier',
  accountNumber: 'Account number',
  pin: 'PIN',
  accountType: 'Kind of account',
  companyName: 'Company',
  authorizedName: 'Authorized person',
  billingPhoneNumber: 'Billing number',
  serviceAddress: 'Service address',
  loaSignedOn: 'Date of the signature',
  'documents.loa': 'Letter of authorization',
  'documents.invoice': 'Invoice',
};

/** `serviceAddress.city` is of the service address. */
export function labelOf(field: string): string {
  return LABELS[field] ?? LABELS[field.replace(/[[.].*/, '')] ?? field;
}

/** Where a field is filled in. */
export function stepOf(field: string): Step {
  if (field.startsWith('numbers')) return 'numbers';
  if (field.startsWith('serviceAddress')) return 'address';
  if (field.startsWith('documents') || field === 'loaSignedOn') return 'documents';
  return 'carrier';
}
