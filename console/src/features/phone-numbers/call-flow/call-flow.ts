import type { CallFlow as ApiCallFlow, NumberType } from '@/api/types';

/** What callers hear: a text that is spoken, or a recording at an address. */
export type Prompt = { say: string } | { play: string };

export const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Day = (typeof DAYS)[number];

export interface TimeRange {
  from: string;
  to: string;
}

export interface BusinessHours {
  timeZone: string;
  weekly: Partial<Record<Day, TimeRange[]>>;
  holidays: { date: string; name: string }[];
}

export interface Forward {
  numbers: { phoneNumber: string; name: string }[];
  strategy: 'simultaneous' | 'sequential';
  timeoutSeconds: number;
  /** Said to whoever answers, before the caller is connected. */
  whisper: string | null;
}

export interface Menu {
  prompt: Prompt;
  options: { digit: string; numberType: NumberType }[];
}

export interface Voicemail {
  enabled: boolean;
  greeting: Prompt | null;
  maxLengthSeconds: number;
  transcribe: boolean;
}

/** What happens when somebody calls a number, as the form has it: nothing is left out. */
export interface CallFlow {
  greeting: Prompt | null;
  businessHours: BusinessHours | null;
  closed: { greeting: Prompt } | null;
  forward: Forward | null;
  menu: Menu | null;
  voicemail: Voicemail;
  recordCalls: boolean;
}

export const MAX_FORWARD_NUMBERS = 10;

const WORKDAY: TimeRange[] = [{ from: '09:00', to: '17:00' }];

export const DEFAULTS = {
  businessHours: (): BusinessHours => ({
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    weekly: { monday: WORKDAY, tuesday: WORKDAY, wednesday: WORKDAY, thursday: WORKDAY, friday: WORKDAY },
    holidays: [],
  }),
  forward: (): Forward => ({
    numbers: [{ phoneNumber: '', name: '' }],
    strategy: 'simultaneous',
    timeoutSeconds: 20,
    whisper: null,
  }),
  menu: (): Menu => ({
    prompt: { say: 'Press 1 for sales, 2 for support.' },
    options: [
      { digit: '1', numberType: 'sales' },
      { digit: '2', numberType: 'support' },
    ],
  }),
  voicemail: (): Voicemail => ({ enabled: true, greeting: null, maxLengthSeconds: 120, transcribe: true }),
};

/** What the API has said; what it leaves out, or all of it, is the default: a voicemail. */
export function fromApi(voice: ApiCallFlow | null): CallFlow {
  const { businessHours, closed, forward } = voice ?? {};
  return {
    greeting: voice?.greeting ?? null,
    businessHours: businessHours
      ? { ...businessHours, holidays: (businessHours.holidays ?? []).map(({ date, name }) => ({ date, name: name ?? '' })) }
      : null,
    closed: closed?.greeting ? { greeting: closed.greeting } : null,
    forward: forward
      ? {
          ...forward,
          numbers: forward.numbers.map(({ phoneNumber, name }) => ({ phoneNumber, name: name ?? '' })),
          whisper: forward.whisper ?? null,
        }
      : null,
    menu: voice?.menu ?? null,
    voicemail: { ...DEFAULTS.voicemail(), ...voice?.voicemail },
    recordCalls: voice?.recordCalls ?? false,
  };
}

/** Without what was left empty in the form. */
export function toApi(flow: CallFlow): ApiCallFlow {
  const { businessHours, forward } = flow;
  return {
    ...flow,
    greeting: written(flow.greeting),
    // Without hours there is no closed time.
    closed: businessHours && flow.closed && written(flow.closed.greeting) ? flow.closed : null,
    businessHours: businessHours && {
      ...businessHours,
      weekly: Object.fromEntries(
        DAYS.map((day) => [day, businessHours.weekly[day] ?? []] as const).filter(([, ranges]) => ranges.length > 0),
      ),
      holidays: businessHours.holidays.filter(({ date }) => date).map(({ date, name }) => ({ date, name: name.trim() || null })),
    },
    forward: forward && {
      ...forward,
      numbers: forward.numbers.filter(({ phoneNumber }) => phoneNumber.trim()).map(toE164),
      whisper: forward.whisper?.trim() ? forward.whisper.trim() : null,
    },
    voicemail: { ...flow.voicemail, greeting: written(flow.voicemail.greeting) },
  };
}

/** A number as people write it becomes E.164; anything else is left to the API to refuse. */
function toE164({ phoneNumber, name }: { phoneNumber: string; name: string }) {
  const digits = phoneNumber.replace(/[^\d+]/g, '');
  const national = /^1?([2-9]\d{9})$/.exec(digits);
  return { phoneNumber: national ? `+1${national[1]}` : digits, name: name.trim() || null };
}

function written(prompt: Prompt | null): Prompt | null {
  if (!prompt) return null;
  const text = 'say' in prompt ? prompt.say : prompt.play;
  return text.trim() ? prompt : null;
}
