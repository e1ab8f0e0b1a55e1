import type { Registration } from '@/api/types';

type Brand = Registration['brand'];
type Campaign = Registration['campaign'];
export type LegalEntity = NonNullable<Brand['legalEntityType']>;
export type Vertical = NonNullable<Brand['vertical']>;
export type UseCase = NonNullable<Campaign['useCase']>;
export type SubUseCase = Campaign['subUseCases'][number];

export const LEGAL_ENTITIES: readonly { value: LegalEntity; label: string }[] = [
  { value: 'PRIVATE_PROFIT', label: 'Company in private hands' },
  { value: 'PUBLIC_PROFIT', label: 'Company on the stock exchange' },
  { value: 'NON_PROFIT', label: 'Non-profit organization' },
  { value: 'GOVERNMENT', label: 'Government' },
];

const VERTICAL_WORDS: readonly Vertical[] = [
  'AGRICULTURE',
  'COMMUNICATION',
  'CONSTRUCTION',
  'EDUCATION',
  'ENERGY',
  'ENTERTAINMENT',
  'FINANCIAL',
  'GAMBLING',
  'GOVERNMENT',
  'HEALTHCARE',
  'HOSPITALITY',
  'HUMAN_RESOURCES',
  'INSURANCE',
  'LEGAL',
  'MANUFACTURING',
  'NGO',
  'POLITICAL',
  'POSTAL',
  'PROFESSIONAL',
  'REAL_ESTATE',
  'RETAIL',
  'TECHNOLOGY',
  'TRANSPORTATION',
];

export const VERTICALS = VERTICAL_WORDS.map((value) => ({ value, label: value === 'NGO' ? 'Charity (NGO)' : humanized(value) }));

export const USE_CASES: readonly { value: UseCase; label: string; hint: string }[] = [
  { value: 'LOW_VOLUME_MIXED', label: 'A little of several kinds', hint: 'Fewer than 2,000 texts a day in all. Right for most offices.' },
  { value: 'MIXED', label: 'Much of several kinds', hint: 'Two to five kinds that you name below.' },
  { value: 'CUSTOMER_CARE', label: 'Answers to customers', hint: 'Questions, appointments, support.' },
  { value: 'ACCOUNT_NOTIFICATION', label: 'News of an account', hint: 'Due dates, changes, confirmations.' },
  { value: 'DELIVERY_NOTIFICATION', label: 'Deliveries', hint: 'Where an order is.' },
  { value: 'MARKETING', label: 'Offers', hint: 'Everything that is to sell something.' },
  { value: '2FA', label: 'Sign-in codes', hint: 'Codes that somebody enters to prove who they are.' },
  { value: 'FRAUD_ALERT', label: 'Warnings of fraud', hint: 'Something suspicious on an account.' },
  { value: 'SECURITY_ALERT', label: 'Warnings of security', hint: 'Somebody may have got in.' },
  { value: 'HIGHER_EDUCATION', label: 'Colleges and universities', hint: 'News for students.' },
  { value: 'POLLING_VOTING', label: 'Surveys and votes', hint: 'Not political ones.' },
  { value: 'PUBLIC_SERVICE_ANNOUNCEMENT', label: 'Announcements to the public', hint: 'To make people aware of something.' },
  { value: 'CHARITY', label: 'Charity', hint: 'Of a registered charity, for donations too.' },
];

/** What one of several kinds may be. */
export const SUB_USE_CASES = USE_CASES.filter(
  (useCase): useCase is typeof useCase & { value: SubUseCase } => !['CHARITY', 'LOW_VOLUME_MIXED', 'MIXED'].includes(useCase.value),
);

export function hasSubUseCases(useCase: UseCase | null): boolean {
  return useCase === 'MIXED' || useCase === 'LOW_VOLUME_MIXED';
}

export function labelOf(words: readonly { value: string; label: string }[], value: string | null | undefined): string {
  if (!value) return '';
  return words.find((word) => word.value === value)?.label ?? humanized(value);
}

/** `REAL_ESTATE` is Real estate. */
function humanized(word: string): string {
  const text = word.toLowerCase().replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
