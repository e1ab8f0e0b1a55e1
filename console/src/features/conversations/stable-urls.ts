/** Addresses in our bucket work for a quarter of an hour; this much of it is used. */
const USED_MS = 12 * 60_000;

/**
 * Every answer of the API has new addresses for the same files. Following them would load pictures again and again, and
 * interrupt what is being played, so the first is kept while it works.
 */
export class StableUrls {
  readonly #kept = new Map<string, { url: string; until: number }>();

  constructor(private readonly now: () => number = Date.now) {}

  get(file: string, url: string): string {
    const kept = this.#kept.get(file);
    if (kept && kept.until > this.now()) return kept.url;
    this.#kept.set(file, { url, until: this.now() + USED_MS });
    return url;
  }
}

const urls = new StableUrls();

/** The address to use for a file: of the message and at this place in it. */
export function stableUrl(file: string, url: string): string {
  return urls.get(file, url);
}
