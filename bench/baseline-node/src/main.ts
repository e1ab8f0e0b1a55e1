// The loop of a Lambda function (AWS Lambda, "Using the Lambda runtime API"), over one kept connection. AWS's own for Node does
// more and starts later.
import { Agent, request } from 'node:http';

import { handler } from './handler';

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API!.split('/')[0]!.split(':');
const prefix = process.env.AWS_LAMBDA_RUNTIME_API!.split('/').slice(1).map((part) => `/${part}`).join('');
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

interface Reply {
  headers: NodeJS.Dict<string | string[]>;
  body: string;
}

function ask(method: string, path: string, body?: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asked = request({ agent, host, port, method, path: `${prefix}/2018-06-01/runtime/${path}` }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part) => (text += part));
      response.on('end', () => resolve({ headers: response.headers, body: text }));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

async function main(): Promise<void> {
  for (;;) {
    const next = await ask('GET', 'invocation/next');
    const id = next.headers['lambda-runtime-aws-request-id'];
    try {
      const answer = await handler(JSON.parse(next.body));
      await ask('POST', `invocation/${id}/response`, JSON.stringify(answer));
    } catch (error) {
      await ask('POST', `invocation/${id}/error`, JSON.stringify({ errorType: 'Error', errorMessage: String(error) }));
    }
  }
}

void main();
