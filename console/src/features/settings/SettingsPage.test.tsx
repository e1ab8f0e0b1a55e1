import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';

import { Refused, renderPage, WORKSPACE } from '@/test/page';

import SettingsPage from './SettingsPage';

afterEach(() => vi.unstubAllGlobals());

const quietHours = () => screen.getByRole('region', { name: 'Quiet hours' });
const retention = () => screen.getByRole('region', { name: 'Retention' });

const HOURS = { start: '21:00', end: '08:00', exemptReplies: true };

it('turns quiet hours on with the usual times', async () => {
  const { requests } = renderPage(<SettingsPage />, {
    answers: { 'GET ': { workspace: WORKSPACE }, 'PATCH ': { workspace: { ...WORKSPACE, quietHours: HOURS } } },
  });
  await userEvent.click(await screen.findByRole('switch', { name: 'Hold messages at night' }));
  expect(screen.getByLabelText('From')).toHaveValue('21:00');
  await userEvent.click(within(quietHours()).getByRole('button', { name: 'Save' }));
  await waitFor(() =>
    expect(requests.find(({ request }) => request === 'PATCH ')?.body).toEqual({ quietHours: HOURS }),
  );
});

it('turns them off', async () => {
  const { requests } = renderPage(<SettingsPage />, {
    answers: { 'GET ': { workspace: { ...WORKSPACE, quietHours: HOURS } }, 'PATCH ': { workspace: WORKSPACE } },
  });
  await userEvent.click(await screen.findByRole('switch', { name: 'Hold messages at night' }));
  await userEvent.click(within(quietHours()).getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(requests.find(({ request }) => request === 'PATCH ')?.body).toEqual({ quietHours: null }));
});

it('tells members what holds', async () => {
  renderPage(<SettingsPage />, { role: 'member', answers: { 'GET ': { workspace: { ...WORKSPACE, quietHours: HOURS } } } });
  expect(await screen.findByText(/Messages wait from 21:00 to 08:00/)).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Save' })).toBeNull();
});

it('keeps messages for as long as the workspace wants, and the rest as the platform does', async () => {
  const { requests } = renderPage(<SettingsPage />, {
    answers: { 'GET ': { workspace: WORKSPACE }, 'PATCH ': { workspace: WORKSPACE } },
  });
  const messages = await screen.findByLabelText('Messages and calls, in days');
  expect(messages).toHaveAttribute('placeholder', 'for ever');
  expect(screen.getByLabelText('Recordings and voicemails, in days')).toHaveAttribute('placeholder', '365 days');
  expect(messages).toHaveAccessibleDescription(/What they cost stays in the analytics/);
  await userEvent.type(messages, '90');
  await userEvent.click(within(retention()).getByRole('button', { name: 'Save' }));
  await waitFor(() =>
    expect(requests.find(({ request }) => request === 'PATCH ')?.body).toEqual({
      retention: { messageDays: 90, mediaDays: null, recordingDays: null },
    }),
  );
});

it('goes back to the platform’s time when a field is emptied', async () => {
  const kept = { messageDays: 730, mediaDays: 30, recordingDays: null };
  const { requests } = renderPage(<SettingsPage />, {
    answers: { 'GET ': { workspace: { ...WORKSPACE, retention: kept } }, 'PATCH ': { workspace: WORKSPACE } },
  });
  const media = await screen.findByLabelText('Pictures and files, in days');
  expect(media).toHaveValue(30);
  await userEvent.clear(media);
  await userEvent.click(within(retention()).getByRole('button', { name: 'Save' }));
  await waitFor(() =>
    expect(requests.find(({ request }) => request === 'PATCH ')?.body).toEqual({ retention: { ...kept, mediaDays: null } }),
  );
});

it('says which number of days cannot be', async () => {
  const refusal = new Refused(422, {
    code: 'invalid_request',
    errors: [{ field: 'retention.messageDays', detail: 'must be 14 to 3650 days' }],
  });
  renderPage(<SettingsPage />, { answers: { 'GET ': { workspace: WORKSPACE }, 'PATCH ': refusal } });
  await userEvent.type(await screen.findByLabelText('Messages and calls, in days'), '14');
  await userEvent.click(within(retention()).getByRole('button', { name: 'Save' }));
  expect(await within(retention()).findByText('Must be 14 to 3650 days.')).toBeVisible();
});

it('tells members how long things are kept', async () => {
  const kept = { messageDays: 730, mediaDays: 1, recordingDays: null };
  renderPage(<SettingsPage />, { role: 'member', answers: { 'GET ': { workspace: { ...WORKSPACE, retention: kept } } } });
  expect(await screen.findByText('Messages and calls: 730 days')).toBeVisible();
  expect(screen.getByText('Pictures and files: 1 day')).toBeVisible();
  expect(screen.getByText('Recordings and voicemails: 365 days')).toBeVisible();
});
