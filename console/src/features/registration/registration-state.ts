import type { Registration, RegistrationState } from '@/api/types';
import type { BadgeTone } from '@/ui/badge';

interface View {
  label: string;
  tone: BadgeTone;
  /** What it means, and what happens next. */
  explanation: string;
}

export const REGISTRATION_STATES: readonly ({ state: RegistrationState } & View)[] = [
  {
    state: 'draft',
    label: 'Not registered',
    tone: 'neutral',
    explanation: 'Your texts leave under the platform’s registration. Fill in the form to have one of your own.',
  },
  {
    state: 'brand_pending',
    label: 'Company is checked',
    tone: 'blue',
    explanation: 'The registry of the carriers compares your company with public records. That takes about a day.',
  },
  {
    state: 'brand_unverified',
    label: 'Company not recognized',
    tone: 'danger',
    explanation: 'Correct the company’s data and submit them again.',
  },
  {
    state: 'campaign_pending',
    label: 'Messages are checked',
    tone: 'blue',
    explanation: 'Your company is known. The carriers read what you text, which takes three to five business days.',
  },
  {
    state: 'active',
    label: 'Registered',
    tone: 'success',
    explanation: 'The carriers know who texts from your numbers.',
  },
  {
    state: 'refused',
    label: 'Messages refused',
    tone: 'danger',
    explanation: 'Your company is known, but not what you want to text. Correct that and submit it again.',
  },
  {
    state: 'deactivated',
    label: 'Registration ended',
    tone: 'danger',
    explanation: 'The carriers have ended it, and its numbers cannot text. Correct what you text and submit it again.',
  },
];

export function describeRegistration({ state, correctionRequestedAt }: Pick<Registration, 'state' | 'correctionRequestedAt'>): View {
  const view = REGISTRATION_STATES.find((one) => one.state === state) ?? { label: state, tone: 'neutral', explanation: '' };
  if (state !== 'brand_pending' || correctionRequestedAt === null) return view;
  return { ...view, label: 'Correction is handed in', explanation: 'We hand your correction in at the registry, which then takes about a day.' };
}

/** Whether it changes by itself. */
export function isUnderWay({ state, numbers }: Pick<Registration, 'state' | 'numbers'>): boolean {
  return state === 'brand_pending' || state === 'campaign_pending' || (state === 'active' && numbers.moving > 0);
}
