import { connect } from 'node:net';

/** A request as it goes over the line: what no HTTP client would send, too. */
export interface RawRequest {
  readonly method: string;
  /** With its query, as it is. */
  readonly path: string;
  /** In this order; a name may come more than once. `Host` and `Connection: close` come by themselves. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** As it is: `Content-Length` comes by itself where no header says how long it is. */
  readonly body?: Buffer;
}

/** What came back. */
export interface RawAnswer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** There was no answer, or none in time. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
}

/** The connection was closed without an answer: as it should be only where what was sent is no request, or not all of one. */
export class HungUp extends Unanswered {}

/** The bytes of a request. */
export function bytesOf({ method, path, headers, body }: RawRequest, host = 'localhost'): Buffer {
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  const all = [
    ...(names.has('host') ? [] : [['Host', host] as const]),
    ['Connection', 'close'] as const,
    ...headers,
    ...(body === undefined || names.has('content-length') || names.has('transfer-encoding')
      ? []
      : [['Content-Length', String(body.length)] as const]),
  ];
  const head = `${method} ${path} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), body ?? Buffer.alloc(0)]);
}

/** After so long (milliseconds) who has asked says that there is no more to come: what breaks off in the middle is not waited for. */
const patience = 3_000;

/** Sends a request, or bytes as they are, over a connection of its own. @param url of the service @param deadline in milliseconds @throws Unanswered */
export function exchange(url: string, request: RawRequest | Buffer, deadline = 15_000): Promise<RawAnswer> {
  const { hostname, port, host } = new URL(url);
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    const timer = setTimeout(() => socket.destroy(new Unanswered(`no answer within ${deadline} ms`)), deadline);
    const ending = setTimeout(() => socket.end(), Buffer.isBuffer(request) ? patience : deadline);
    let trouble: Error | undefined;
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      // A connection that it was not asked to close stays open.
      if (answerOf(received)?.isWhole) socket.destroy();
    });
    // A service that has heard enough answers and hangs up, while more is on its way.
    socket.on('error', (error) => (trouble = error));
    socket.on('close', () => {
      clearTimeout(timer);
      clearTimeout(ending);
      const answer = answerOf(received);
      if (answer) resolve(answer);
      else if (trouble instanceof Unanswered) reject(trouble);
      else reject(new HungUp(`the connection was closed: ${trouble?.message ?? 'nobody said why'}`));
    });
    socket.write(Buffer.isBuffer(request) ? request : bytesOf(request, host));
  });
}

function answerOf(bytes: Buffer): (RawAnswer & { isWhole: boolean }) | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  const head = bytes.subarray(0, Math.max(end, 0)).toString('latin1');
  const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(head) ?? [];
  if (status === undefined) return undefined;
  const body = bytes.subarray(end + 4);
  // 100 Continue is no answer yet.
  if (status === '100') return answerOf(body);
  const [, type = ''] = /\r\ncontent-type: *([^\r;]*)/i.exec(head) ?? [];
  const [, length = ''] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? [];
  return { status: Number(status), type, text: body.toString(), isWhole: length !== '' && body.length >= Number(length) };
}
