import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of a request for a shipment: passed on; kept from the carriers; or passed on, and the answer is kept from shipping. */
type Rule = 'open' | 'unheard' | 'unanswered';

/**
 * The line between shipping and the carriers, which can be cut for the shipments to a postal code: so that shipping can be killed at an exact moment of its call.
 * Cancellations always come through. What is kept goes on when the line is open again, unless who asked has gone.
 */
export class Line {
  private readonly rules = new Map<string, Rule>();
  private readonly waiting = new Set<() => void>();
  /** The orders whose request is being kept, or whose answer is; by their ids. */
  readonly kept = new Set<string>();
  /** The orders whose request was answered. */
  readonly answered = new Set<string>();

  private constructor(
    private readonly carriers: string,
    private readonly server: Server,
  ) {}

  static async start(carriers: string): Promise<Line> {
    const server = createServer();
    const line = new Line(carriers, server);
    server.on('request', (request, response) => void line.pass(request, response).catch(() => response.destroy()));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return line;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What becomes, from now on, of shipments to a postal code. */
  rule(postalCode: string, rule: Rule): void {
    this.rules.set(postalCode, rule);
    for (const look of this.waiting) look();
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { postalCode = '', reference = '' } = JSON.parse(body.toString()) as { postalCode?: string; reference?: string };
    if (!(await this.free(postalCode, 'unheard', reference, response))) return;
    const key = request.headers['idempotency-key'];
    const answer = await fetch(this.carriers + (request.url ?? ''), {
      method: request.method ?? 'POST',
      headers: { 'content-type': 'application/json', ...(typeof key === 'string' && { 'idempotency-key': key }) },
      body,
    });
    const text = await answer.text();
    if (!(await this.free(postalCode, 'unanswered', reference, response))) return;
    response.once('finish', () => this.answered.add(reference));
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' }).end(text);
  }

  /** Waits while the rule applies; false where who asked has gone. */
  private free(postalCode: string, rule: Rule, reference: string, response: ServerResponse): Promise<boolean> {
    return new Promise((done) => {
      const look = (): void => {
        const kept = this.rules.get(postalCode) === rule;
        if (kept && !response.destroyed) return void this.kept.add(reference);
        this.waiting.delete(look);
        this.kept.delete(reference);
        done(!response.destroyed);
      };
      this.waiting.add(look);
      response.once('close', look);
      look();
    });
  }
}
