import type { RegistrationFinding } from '@/api/types';

/** The parts of the form. */
export const STEPS = [
  { step: 'company', label: 'Company' },
  { step: 'messages', label: 'What you text' },
  { step: 'words', label: 'Samples and words' },
  { step: 'review', label: 'Fees and review' },
] as const;

export type Step = (typeof STEPS)[number]['step'];

const OF_MESSAGES = ['useCase', 'subUseCases', 'description', 'messageFlow', 'embeddedLink', 'embeddedPhone', 'ageGatedContent', 'directLending', 'leadGeneration'];

/** Where a field is filled in: `campaign.samples[0]` is among the words. */
export function stepOf(field: string): Step {
  const [part, name = ''] = field.split(/[.[]/);
  if (part === 'brand') return 'company';
  return OF_MESSAGES.includes(name) ? 'messages' : 'words';
}

/** The API's names of fields, as people read them in the form. */
const LABELS: Record<string, string> = {
  companyName: 'Legal name',
  legalEntityType: 'Kind of company',
  ein: 'Tax number (EIN)',
  einIssuingCountry: 'Country of the tax number',
  vertical: 'Branch',
  address: 'Address',
  website: 'Website',
  contactEmail: 'Mail address',
  contactPhone: 'Phone',
  useCase: 'Kind of texts',
  subUseCases: 'Which kinds',
  description: 'Description',
  messageFlow: 'How customers agree',
  samples: 'Samples',
  optOutKeywords: 'Words to stop',
  optOutMessage: 'Answer to the words to stop',
  helpKeywords: 'Words to ask for help',
  helpMessage: 'Answer to the words to ask for help',
  optInKeywords: 'Words to begin again',
  optInMessage: 'Answer to the words to begin again',
};

/** `campaign.samples[0]` is Sample 1. */
export function labelOfField(field: string): string {
  const [, name = '', place] = /^\w+\.(\w+)(?:\[(\d+)\])?/.exec(field) ?? [];
  if (name === 'samples' && place !== undefined) return `Sample ${Number(place) + 1}`;
  return LABELS[name] ?? field;
}

/** What is to be said beside a field. */
export function sayFinding({ problem, advice }: Pick<RegistrationFinding, 'problem' | 'advice'>): string {
  return `${problem} ${advice}`.trim();
}
