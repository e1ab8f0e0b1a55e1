// SignalWire's signature: base64 HMAC-SHA1 with the signing key over the URL and the sorted parameters. By hand and with Node's
// own crypto: the provider's packages would only add to the time that Node needs to start.
import { createHmac, timingSafeEqual } from 'node:crypto';

export function isSigned(key: string, url: string, form: URLSearchParams, signature: string): boolean {
  const pairs = [...form.entries()].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const text = url + pairs.map(([name, value]) => name + value).join('');
  const expected = Buffer.from(createHmac('sha1', key).update(text, 'utf8').digest('base64'));
  const given = Buffer.from(signature);
  return expected.length === given.length && timingSafeEqual(expected, given);
}
