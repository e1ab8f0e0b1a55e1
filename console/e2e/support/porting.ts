import type { Page } from '@playwright/test';

import { api, platformAdmin, post, tokenOf, type Identity } from './clerk';
import { stack } from './stack';
import { expect } from './story';

/** A number at another carrier, of nobody else's story. */
export function foreignNumber(): string {
  return `+1918555${String(Math.floor(Math.random() * 10_000)).padStart(4, '0')}`;
}

/** `2026-05-01`, so many days from today. */
export function dayFromToday(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

const PDF = { name: 'paper.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n%%EOF\n') };

/** Fills in the whole form as somebody would, up to its review. */
export async function writeOrder(page: Page, number: string, replaces?: string): Promise<void> {
  const next = () => page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Phone number').fill(number);
  await page.getByLabel('Department').selectOption('Support');
  await page.getByLabel('Name', { exact: true }).fill('Help desk');
  if (replaces) await page.getByLabel('Takes the place of').selectOption({ label: replaces });
  await next();
  for (const [label, text] of [
    ['Carrier', 'Prairie Telephone'],
    ['Account number', 'PT-1'],
    ['PIN', '4821'],
    ['Billing number', number],
    ['Company', 'Zürich & Söhne 👋 LLC'],
    ['Authorized person', 'Ada Lopez'],
  ] as const) {
    await page.getByLabel(label, { exact: true }).fill(text);
  }
  await next();
  for (const [label, text] of [
    ['Street and number', '400 W Reno Ave'],
    ['City', 'Oklahoma City'],
    ['State', 'OK'],
    ['ZIP code', '73102'],
  ] as const) {
    await page.getByLabel(label, { exact: true }).fill(text);
  }
  await next();
  for (const document of ['Letter of authorization', 'Invoice']) {
    const field = page.getByRole('region', { name: document });
    await field.getByLabel(`File: ${document}`).setInputFiles(PDF);
    await expect(field.getByRole('link', { name: PDF.name })).toBeVisible();
  }
  await page.getByLabel('Date of the signature').fill(dayFromToday(-2));
  await next();
}

/** An order that was submitted without the form. */
export async function submittedOrder(identity: Identity, number: string): Promise<string> {
  const { portOrder: order } = (await api(identity).post('/port-orders', {
    numbers: [{ phoneNumber: number, numberType: 'support', friendlyName: 'Help desk' }],
    losingCarrier: 'Prairie Telephone',
    accountNumber: 'PT-1',
    pin: '4821',
    companyName: 'Prairie Plumbing LLC',
    authorizedName: 'Ada Lopez',
    billingPhoneNumber: number,
    serviceAddress: { street: '400 W Reno Ave', city: 'Oklahoma City', region: 'OK', postalCode: '73102' },
    loaSignedOn: dayFromToday(-2),
  })) as { portOrder: { id: string } };
  let version = 1;
  for (const kind of ['loa', 'invoice']) {
    const body = { kind, contentType: PDF.mimeType, byteSize: PDF.buffer.length, fileName: PDF.name };
    const { upload, portOrder } = (await api(identity).post(`/port-orders/${order.id}/documents`, body)) as {
      upload: { url: string; method: string; headers: Record<string, string> };
      portOrder: { version: number };
    };
    const response = await fetch(upload.url, { method: upload.method, headers: upload.headers, body: new Uint8Array(PDF.buffer) });
    expect(response.ok).toBe(true);
    version = portOrder.version;
  }
  await api(identity).post(`/port-orders/${order.id}/submit`, { version });
  return order.id;
}

/** The ported numbers are in the carrier account, and the sweep has looked. */
export async function arrives(number: string): Promise<void> {
  await post(`${stack().signalwire}/_sim/ports`, { phoneNumber: number });
  await post(`${stack().invoke}/sweep/invocations`, {});
}

/** The operator records what the carrier has said. */
export async function operatorAnswers(order: string, answer: object): Promise<void> {
  const token = await tokenOf(platformAdmin());
  const call = async (path: string, method: string, body?: object) => {
    const response = await fetch(`${stack().api}/api/admin/port-orders/${order}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as { portOrder: { version: number } };
  };
  const { portOrder } = await call('', 'GET');
  await call('/answers', 'POST', { ...answer, version: portOrder.version });
}
