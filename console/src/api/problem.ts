import type { components } from './schema';

type ProblemBody = components['schemas']['Problem'];

/** An answer that is not the one asked for: problem+json (RFC 9457), or what a proxy made of it. */
export class ApiProblem extends Error {
  override name = 'ApiProblem';
  readonly status: number;
  /** A stable word; `unknown` when the answer was no problem+json. */
  readonly code: string;
  readonly body: Partial<ProblemBody>;

  constructor(status: number, body: Partial<ProblemBody>) {
    super(sentence(body.detail) ?? `The server answered with HTTP ${status}.`);
    this.status = status;
    this.code = body.code ?? 'unknown';
    this.body = body;
  }

  /** What is wrong with the field, for display beside it. `mediaUrls` also finds `mediaUrls[0]`. */
  field(name: string): string | undefined {
    return this.fields().find((problem) => problem.field === name || problem.field.startsWith(`${name}[`))?.detail;
  }

  fields(): { field: string; detail: string }[] {
    return (this.body.errors ?? []).map(({ field, detail }) => ({ field, detail: sentence(detail) ?? detail }));
  }

  /** Whether the same request may succeed later. */
  get isTransient(): boolean {
    return this.status === 429 || this.status >= 500;
  }
}

/** The request or its answer got lost; whether it was carried out is not known. */
export class ConnectionError extends Error {
  override name = 'ConnectionError';

  constructor(cause: unknown) {
    super('No connection to the server.', { cause });
  }
}

/** What to tell the user about any failure. */
export function explain(error: unknown): string {
  return error instanceof Error ? error.message : 'Something went wrong.';
}

/** Details are written to be embedded; here they stand alone. */
function sentence(text: string | undefined): string | undefined {
  if (!text) return undefined;
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
