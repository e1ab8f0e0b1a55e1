// Requests of a function URL and of the HTTP API (payload 2.0), and their answers.

export interface Event {
  headers: Record<string, string>;
  rawQueryString: string;
  pathParameters?: Record<string, string>;
  body?: string;
  isBase64Encoded: boolean;
}

export interface Answer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

export function bodyOf(event: Event): string {
  const body = event.body ?? '';
  return event.isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
}
