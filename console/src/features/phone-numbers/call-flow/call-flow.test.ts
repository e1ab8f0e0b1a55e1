import { expect, it } from 'vitest';

import { DEFAULTS, fromApi, toApi } from './call-flow';

it('takes the default for what the API leaves out', () => {
  expect(fromApi(null)).toEqual({
    greeting: null,
    businessHours: null,
    closed: null,
    forward: null,
    menu: null,
    voicemail: { enabled: true, greeting: null, maxLengthSeconds: 120, transcribe: true },
    recordCalls: false,
  });
});

it('gives back what it got', () => {
  const flow = {
    greeting: { say: 'Thanks for calling.' },
    businessHours: {
      timeZone: 'America/Chicago',
      weekly: { monday: [{ from: '09:00', to: '12:00' }, { from: '13:00', to: '17:00' }] },
      holidays: [{ date: '2026-12-25', name: 'Christmas' }],
    },
    closed: { greeting: { say: 'We are closed.' } },
    forward: {
      numbers: [{ phoneNumber: '+14055550100', name: 'Front desk' }],
      strategy: 'sequential' as const,
      timeoutSeconds: 20,
      whisper: 'Call for sales',
    },
    menu: { prompt: { play: 'https://files.example.com/a.mp3' }, options: [{ digit: '1', numberType: 'sales' as const }] },
    voicemail: { enabled: true, greeting: { say: 'Please leave a message.' }, maxLengthSeconds: 120, transcribe: true },
    recordCalls: true,
  };
  expect(toApi(fromApi(flow))).toEqual(flow);
});

it('leaves out what was left empty, and writes numbers as the API wants them', () => {
  const flow = fromApi(null);
  const sent = toApi({
    ...flow,
    greeting: { say: '  ' },
    closed: { greeting: { say: 'Closed.' } },
    forward: {
      ...DEFAULTS.forward(),
      numbers: [
        { phoneNumber: '(405) 555-0100', name: ' Front desk ' },
        { phoneNumber: '1 405 555 0101', name: '' },
        { phoneNumber: '+44 20 7183 8750', name: '' },
        { phoneNumber: ' ', name: 'Nobody' },
      ],
      whisper: ' ',
    },
  });
  expect(sent.greeting).toBeNull();
  expect(sent.closed).toBeNull();
  expect(sent.forward?.numbers).toEqual([
    { phoneNumber: '+14055550100', name: 'Front desk' },
    { phoneNumber: '+14055550101', name: null },
    { phoneNumber: '+442071838750', name: null },
  ]);
  expect(sent.forward?.whisper).toBeNull();
});
