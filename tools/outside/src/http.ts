import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { problem, type Answer } from './answer';
import { faultsOf, isText, type Rule } from './fields';

export interface Call {
  readonly query: URLSearchParams;
  /** Checked by the route's rules. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The header Idempotency-Key; never empty where the route asks for it. */
  readonly key: string;
}

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** The fields of the body. */
  readonly body?: Readonly<Record<string, Rule>>;
  /** Refuse requests without an Idempotency-Key. */
  readonly keyed?: true;
  readonly answer: (call: Call) => Answer | Promise<Answer>;
}

const maxBodyBytes = 64 * 1024;

/** A few routes over plain HTTP. */
export function httpServer(routes: readonly Route[], failed: (error: unknown) => void): Server {
  return createServer((request, response) => {
    answerTo(request, routes)
      .catch((error: unknown) => {
        failed(error);
        return problem(500, 'failed', 'This failed inside; it was logged.');
      })
      .then((answer) => send(response, answer))
      .catch(failed);
  });
}

async function answerTo(request: IncomingMessage, routes: readonly Route[]): Promise<Answer> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://outside');
  const here = routes.filter(({ path }) => path === pathname);
  const route = here.find(({ method }) => method === request.method);
  if (!route)
    return here.length > 0
      ? problem(405, 'method', `${pathname} takes ${here[0]!.method}.`)
      : problem(404, 'not-found', `There is nothing at ${pathname}.`);
  const key = String(request.headers['idempotency-key'] ?? '').trim();
  if (route.keyed && !isText().ok(key)) return problem(400, 'no-key', 'The header Idempotency-Key is needed: 1 to 200 characters.');
  if (!route.body) return route.answer({ query: searchParams, body: {}, key });
  const text = await read(request);
  if (text === undefined) return problem(413, 'too-large', `The body is larger than ${maxBodyBytes} bytes.`);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return problem(400, 'not-json', 'The body is not JSON.');
  }
  const faults = faultsOf(body, route.body);
  if (faults.length > 0) return problem(422, 'invalid', `${faults.join('; ')}.`);
  return route.answer({ query: searchParams, body: body as Record<string, unknown>, key });
}

async function read(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBodyBytes) chunks.push(chunk);
  }
  return size > maxBodyBytes ? undefined : Buffer.concat(chunks).toString();
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  response.writeHead(status, { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json', ...headers });
  response.end(JSON.stringify(body));
}
