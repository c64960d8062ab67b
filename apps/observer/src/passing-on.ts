import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Problem } from '@duet/platform';
import { All, Controller, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { isForeignPage } from './own-pages';

/** Where the services' own REST is, by their names. */
export const SERVICES = Symbol('services');
export type Services = ReadonlyMap<string, string>;

/** `order=http://127.0.0.1:3000`, as the environment says it; the last one of a name counts. */
export const servicesOf = (said: readonly string[]): Services =>
  new Map(said.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1).replace(/\/+$/, '')]));

/** What is handed on of a request and of its answer: what the services' REST speaks of, and no more. */
const asked = ['accept', 'content-type', 'x-actor', 'idempotency-key', 'prefer', 'traceparent'] as const;
const answered = ['content-type', 'location', 'retry-after', 'idempotent-replayed', 'preference-applied', 'allow'] as const;
/** Longer than the longest `Prefer: wait`, and than the lease of an outside call that an operator's retry waits for. In milliseconds. */
const withinMs = 60_000;

/** Passes on to a service's own REST what the console asks of it, so that a browser needs one address only. Only named services are reached, and only pages of this address change anything. */
@ApiExcludeController()
@Controller('services')
export class PassingOn {
  constructor(@Inject(SERVICES) private readonly services: Services) {}

  @All(':name/*path')
  async pass(@Param('name') name: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    if (isForeignPage(request.method, request.headers))
      throw Problem.of(403, `A page of ${request.headers.origin ?? 'another site'} asks for this, and only pages of this address may.`, {
        code: 'foreign-page',
      });
    const base = this.services.get(name);
    if (base === undefined)
      throw Problem.notFound(
        `No service ${JSON.stringify(name.slice(0, 100))} is known here; ${[...this.services.keys()].join(', ')} are.`,
      );
    const left = new AbortController();
    response.once('close', () => left.abort());
    const answer = await this.ask(base, name, request, left.signal);
    response.status(answer.status);
    for (const header of answered) {
      const value = answer.headers.get(header);
      if (value !== null) response.setHeader(header, value);
    }
    if (!answer.body) return void response.end();
    // Who asked may go away, and the service may break off: either way there is nobody to tell.
    await pipeline(Readable.fromWeb(answer.body), response).catch(() => response.destroy());
  }

  private async ask(base: string, name: string, request: Request, left: AbortSignal): Promise<globalThis.Response> {
    const path = request.originalUrl.replace(/^\/services\/[^/]*/, '');
    const headers = Object.fromEntries(
      asked.flatMap((header) => (request.headers[header] ? [[header, String(request.headers[header])]] : [])),
    );
    const body: unknown = request.body;
    try {
      return await fetch(base + path, {
        method: request.method,
        headers,
        redirect: 'manual',
        signal: AbortSignal.any([left, AbortSignal.timeout(withinMs)]),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw Problem.unavailable(
        `${name} does not answer at ${base}. What was asked for may have been done all the same: look before asking again.`,
        {
          code: 'service-silent',
          cause: error,
        },
      );
    }
  }
}
