import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';

import { renderPage, WORKSPACE } from '@/test/page';

import SettingsPage from './SettingsPage';

afterEach(() => vi.unstubAllGlobals());

const HOURS = { start: '21:00', end: '08:00', exemptReplies: true };

it('turns quiet hours on with the usual times', async () => {
  const { requests } = renderPage(<SettingsPage />, {
    answers: { 'GET ': { workspace: WORKSPACE }, 'PATCH ': { workspace: { ...WORKSPACE, quietHours: HOURS } } },
  });
  await userEvent.click(await screen.findByRole('switch', { name: 'Hold messages at night' }));
  expect(screen.getByLabelText('From')).toHaveValue('21:00');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() =>
    expect(requests.find(({ request }) => request === 'PATCH ')?.body).toEqual({ quietHours: HOURS }),
  );
});

it('turns them off', async () => {
  const { requests } = renderPage(<SettingsPage />, {
    answers: { 'GET ': { workspace: { ...WORKSPACE, quietHours: HOURS } }, 'PATCH ': { workspace: WORKSPACE } },
  });
  await userEvent.click(await screen.findByRole('switch', { name: 'Hold messages at night' }));
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(requests.find(({ request }) => request === 'PATCH ')?.body).toEqual({ quietHours: null }));
});

it('tells members what holds', async () => {
  renderPage(<SettingsPage />, { role: 'member', answers: { 'GET ': { workspace: { ...WORKSPACE, quietHours: HOURS } } } });
  expect(await screen.findByText(/Messages wait from 21:00 to 08:00/)).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Save' })).toBeNull();
});
