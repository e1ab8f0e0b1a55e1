import { signUp } from './support/clerk';
import { stack } from './support/stack';
import { expect, signIn, test } from './support/story';

test('the API can be read and tried as whoever is signed in', async ({ page }) => {
  const identity = await signUp('Harbour Dental', 'pro');
  await signIn(page, identity);
  await page.goto(`${stack().local}api/`);
  await expect(page.getByText('as Ada Lopez, admin of Harbour Dental')).toBeVisible();
  await page.getByText('What a workspace has and may.').waitFor();

  const operation = page.locator('#operations-Workspace-readWorkspace');
  await operation.getByRole('button').first().click();
  await expect(operation.getByRole('textbox').first()).toHaveValue(identity.organization.id);
  await operation.getByRole('button', { name: 'Execute' }).click();
  await expect(operation.locator('.live-responses-table').getByText('"Harbour Dental"')).toBeVisible();
});
