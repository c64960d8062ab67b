import 'reflect-metadata';
import { connect } from 'node:net';
import { Type } from 'class-transformer';
import { ArrayNotEmpty, IsInt, IsPositive, IsString, ValidateNested } from 'class-validator';
import { Body, Controller, Get, type INestApplication, Module, Param, Post } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { ApiCreatedResponse } from '@nestjs/swagger';
import { Ajv2020 } from 'ajv/dist/2020';
import { firstValueFrom, isObservable } from 'rxjs';
import { createApp, serve } from './app';
import { Health } from './health';
import { JsonLogger } from './logger';
import { Problem } from './problem';
import { ProblemFilter } from './problem.filter';

class Line {
  @IsString() sku!: string;
  @IsInt() @IsPositive() quantity!: number;
}
class PlaceBasket {
  @IsString() customer!: string;
  @ArrayNotEmpty() @ValidateNested({ each: true }) @Type(() => Line) lines!: Line[];
}
class Basket {
  @IsString() id!: string;
}

/** A request that takes as long as the test wants. */
const slow = { opened: Promise.resolve(), open: () => undefined as void };
slow.opened = new Promise((resolve) => (slow.open = resolve));

@Controller('baskets')
class Baskets {
  @Post()
  @ApiCreatedResponse({ type: Basket })
  place(@Body() basket: PlaceBasket): Basket {
    return { id: `${basket.customer}:${basket.lines.length}:${basket instanceof PlaceBasket}` };
  }
  @Get(':id')
  async read(@Param('id') id: string): Promise<Basket> {
    if (id === 'slow') await slow.opened;
    if (id === 'crash') throw new TypeError('the secret inside');
    if (id === 'gone') throw Problem.notFound(`There is no basket ${id}.`);
    if (id === 'busy') throw Problem.conflict('It is being stored.', { code: 'in-progress', headers: { 'Retry-After': '1' } });
    return { id };
  }
  @MessagePattern('never')
  never(): void {
    return undefined;
  }
}
@Module({ controllers: [Baskets] })
class BasketModule {}

/** Jest's matchers are `any`; in an expected value they are nobody's type. */
const anyText: unknown = expect.any(String);

describe('an app', () => {
  let app: INestApplication;
  let url: string;
  const lines: string[] = [];
  const good = { customer: 'c-1', lines: [{ sku: 'beans', quantity: 2 }] };

  beforeAll(async () => {
    const logger = new JsonLogger({ service: 'baskets', level: 'warn', to: { write: (line) => void lines.push(line) } });
    app = await createApp(BasketModule, { name: 'baskets', logger });
    url = await serve(app, { port: 0 });
  });
  afterAll(() => app.close());

  const ask = async (method: string, path: string, body?: string | Buffer, headers: Record<string, string> = {}) => {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await fetch(url + path, {
      method,
      headers: { ...type, ...headers },
      ...(body !== undefined && { body: new Uint8Array(Buffer.from(body)) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      headers: answer.headers,
      type: answer.headers.get('content-type'),
      text,
      json: () => JSON.parse(text) as Record<string, unknown>,
    };
  };
  const place = (body: unknown, headers?: Record<string, string>) =>
    ask('POST', '/baskets', typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body), headers);
  const problem = async (answer: ReturnType<typeof ask>) => {
    const { type, status, json } = await answer;
    expect(type).toMatch(/^application\/problem\+json/);
    expect(json()).toMatchObject({ type: 'about:blank', title: anyText, status, detail: anyText });
    return json() as { status: number; detail: string; errors?: { path: string; text: string }[]; code?: string; instance?: string };
  };

  describe('a good request', () => {
    it('reaches its handler as an instance of its class', async () => {
      const answer = await place(good);
      expect(answer.status).toBe(201);
      expect(answer.json()).toEqual({ id: 'c-1:1:true' });
    });
    it('may say its charset', async () => {
      expect((await place(good, { 'content-type': 'application/json; charset=utf-8' })).status).toBe(201);
    });
    it('listens on loopback only', () => {
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    });
  });

  describe('what is no request at all is a problem, too', () => {
    const raw = (bytes: string): Promise<string> =>
      new Promise((resolve, reject) => {
        let answer = '';
        const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes));
        socket.on('data', (chunk) => (answer += chunk.toString()));
        socket.on('error', reject).on('close', () => resolve(answer));
      });
    it.each([
      ['headers that are too long', 431, `GET /baskets/1 HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
      ['a method that there is not', 400, 'BREW /baskets/1 HTTP/1.1\r\nHost: a\r\n\r\n'],
      ['a header with U+0000', 400, 'GET /baskets/1 HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n'],
      [
        'a chunk that is none',
        400,
        'POST /baskets HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      ],
      ['an expectation that cannot be met', 417, 'GET /baskets/1 HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\n\r\n'],
    ])('%s: %d', async (_, status, bytes) => {
      const before = lines.length;
      const answer = await raw(bytes);
      expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .*application/problem\\+json.*"status":${status}`, 'is'));
      expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
      expect(lines.slice(before)).toEqual([]);
    });
  });

  describe('what cannot be read is 400, 413 or 415', () => {
    it('malformed JSON', async () => {
      expect(await problem(place('{"customer":'))).toMatchObject({ status: 400, code: 'not-json' });
    });
    it('bytes that are not UTF-8', async () => {
      expect(await problem(place(Buffer.from([0x7b, 0xff, 0x7d])))).toMatchObject({ status: 400, code: 'not-utf8' });
    });
    it('no body where one is needed', async () => {
      expect(await problem(ask('POST', '/baskets'))).toMatchObject({ status: 400, code: 'no-body' });
    });
    it.each([['text/plain'], ['application/x-www-form-urlencoded'], ['application/json; charset=latin1']])('the type %s', async (type) => {
      expect((await problem(place(good, { 'content-type': type }))).status).toBe(415);
    });
    it('a compressed body', async () => {
      expect((await problem(place(good, { 'content-encoding': 'gzip' }))).status).toBe(415);
    });
    it('over 64 KiB, with its length told', async () => {
      expect((await problem(place({ ...good, customer: 'x'.repeat(65_536) }))).status).toBe(413);
    });
    it('just under 64 KiB is read', async () => {
      const customer = 'x'.repeat(65_536 - JSON.stringify({ ...good, customer: '' }).length);
      expect((await place({ ...good, customer })).status).toBe(201);
    });
    it('over 64 KiB in chunks, without being told a length', async () => {
      const answer = await new Promise<string>((resolve, reject) => {
        const { port } = new URL(url);
        const socket = connect(Number(port), '127.0.0.1');
        let text = '';
        socket.on('data', (data) => (text += data.toString()));
        socket.on('close', () => resolve(text));
        socket.on('error', (error) => (text ? resolve(text) : reject(error)));
        const chunk = 'x'.repeat(10_000);
        socket.write('POST /baskets HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n');
        for (let n = 0; n < 8; n++) socket.write(`${chunk.length.toString(16)}\r\n${chunk}\r\n`);
      });
      expect(answer).toMatch(/^HTTP\/1\.1 413 /);
      expect(answer).toContain('application/problem+json');
    });
    it('a path with a broken percent sign', async () => {
      expect((await problem(ask('GET', '/baskets/%E0%A4%A'))).status).toBe(400);
    });
  });

  describe('what can be read and is not acceptable is 422, with the path of each fault', () => {
    const faults = async (body: unknown) => {
      const { status, errors } = await problem(place(body));
      expect(status).toBe(422);
      return errors!.map(({ path }) => path);
    };
    it('wrong and missing fields', async () => {
      expect(await faults({ lines: [{ sku: 'beans', quantity: 0 }] })).toEqual(expect.arrayContaining(['/customer', '/lines/0/quantity']));
    });
    it('unknown fields, also inside', async () => {
      expect(await faults({ ...good, extra: 1 })).toHaveLength(1);
      expect(await faults({ ...good, lines: [{ sku: 'beans', quantity: 1, extra: 1 }] })).toHaveLength(1);
    });
    it.each([
      ['{"customer":"c","lines":[{"sku":"a","quantity":1}],"__proto__":{"x":1}}'],
      ['{"customer":"c","lines":[{"sku":"a","quantity":1,"__proto__":{}}]}'],
      ['{"customer":"c","lines":[{"sku":"a","quantity":1}],"constructor":{}}'],
    ])('keys that are no data: %s', async (body) => {
      expect((await faults(body)).length).toBeGreaterThan(0);
      expect(({} as { x?: number }).x).toBeUndefined();
    });
    it('text that the database cannot store', async () => {
      expect(await faults({ ...good, customer: 'a\u0000b' })).toEqual(['/customer']);
    });
    it.each([['"text"'], ['1'], ['null'], ['[]']])('JSON that is no object: %s', async (body) => {
      expect((await faults(body)).length).toBeGreaterThan(0);
    });
  });

  describe('other answers', () => {
    it('404 for what is not there, as route and as thing', async () => {
      expect((await problem(ask('GET', '/nothing/here'))).detail).toContain('/nothing/here');
      expect(await problem(ask('GET', '/baskets/gone'))).toMatchObject({ status: 404, detail: 'There is no basket gone.' });
    });
    it('405 with what is allowed', async () => {
      const answer = await ask('DELETE', '/baskets');
      expect(answer.status).toBe(405);
      expect(answer.headers.get('allow')).toBe('POST');
    });
    it('409 with its code and headers', async () => {
      const answer = await ask('GET', '/baskets/busy');
      expect(answer.json()).toMatchObject({ status: 409, code: 'in-progress' });
      expect(answer.headers.get('retry-after')).toBe('1');
    });
    it('500 tells nothing of the inside, and is logged under the id that it tells', async () => {
      lines.length = 0;
      const { status, detail, instance } = await problem(ask('GET', '/baskets/crash'));
      expect(status).toBe(500);
      expect(detail).not.toContain('secret');
      const logged = JSON.parse(lines[0]!) as { level: string; instance: string; error: { message: string; stack: string } };
      expect(logged.level).toBe('error');
      expect(instance).toBe(`urn:uuid:${logged.instance}`);
      expect(logged.error.message).toBe('the secret inside');
      expect(logged.error.stack).toContain('app.spec');
    });
    it('is what the app has foreseen, where it knows better', () => {
      const away = Problem.unavailable('The database does not answer.', { retryAfter: 1 });
      const sent: unknown[] = [];
      const response = {
        status: (status: number) => (sent.push(status), response),
        set: () => response,
        type: () => response,
        send: () => response,
      };
      const http = { getRequest: () => ({ method: 'GET', path: '/', route: {} }), getResponse: () => response };
      const host = { getType: () => 'http', switchToHttp: () => http } as never;
      const filter = new ProblemFilter((error) => (error instanceof RangeError ? away : undefined));
      filter.catch(new RangeError(), host);
      filter.catch(new TypeError(), host);
      expect(sent).toEqual([503, 500]);
    });
    it("leaves the errors of messages' handlers alone", async () => {
      const error = new Error('for the runtime');
      const result = new ProblemFilter().catch(error, { getType: () => 'rpc' } as never);
      if (!isObservable(result)) throw new Error('not passed on');
      await expect(firstValueFrom(result)).rejects.toBe(error);
    });
  });

  describe('health and metrics', () => {
    it('is live, and ready when all checks are', async () => {
      expect((await ask('GET', '/health/live')).status).toBe(200);
      app.get(Health).register('database', () => ({ ok: true, text: 'answers' }));
      expect((await ask('GET', '/health/ready')).json()).toMatchObject({ status: 'ready', checks: [{ name: 'database', ok: true }] });
    });
    it('says which part is not ready and why, also when the check itself fails', async () => {
      app.get(Health).register('database', () => Promise.reject(new Error('connection refused')));
      const { detail } = await problem(ask('GET', '/health/ready'));
      expect(detail).toBe('Not ready. database: connection refused.');
      app.get(Health).register('database', () => ({ ok: true, text: 'answers' }));
    });
    it('counts requests by route template, never by path', async () => {
      await ask('GET', '/baskets/very-special-id');
      await ask('GET', '/very-special-id');
      const { text, type } = await ask('GET', '/metrics');
      expect(type).toContain('text/plain');
      expect(text).toContain('http_request_duration_seconds_count{method="GET",route="/baskets/:id",status="2xx"}');
      expect(text).toContain('route="none",status="4xx"');
      expect(text).toContain('process_cpu_seconds_total');
      expect(text).not.toContain('very-special-id');
    });
  });

  describe('OpenAPI', () => {
    it('is a 3.1 document whose schemas are those that bodies are checked by', async () => {
      const document = (await ask('GET', '/openapi.json')).json() as {
        openapi: string;
        paths: Record<string, Record<string, unknown>>;
        components: { schemas: Record<string, object> };
      };
      expect(document.openapi).toBe('3.1.0');
      expect(Object.keys(document.paths)).toEqual(['/baskets', '/baskets/{id}']);
      const validate = new Ajv2020({ strict: false }).compile(document.components.schemas['PlaceBasket']!);
      expect(validate(good)).toBe(true);
      expect(validate({ ...good, extra: 1 })).toBe(false);
      expect(validate({ ...good, lines: [] })).toBe(false);
      expect(document.components.schemas['Basket']).toMatchObject({ properties: { id: { type: 'string' } } });
      expect(document.paths['/baskets']!['post']).toMatchObject({
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/PlaceBasket' } } } },
        responses: { default: { content: { 'application/problem+json': {} } } },
      });
    });
    it('is shown at /docs without asking any other host', async () => {
      const page = await ask('GET', '/docs');
      expect(page.status).toBe(200);
      const sources = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source!);
      expect(sources.length).toBeGreaterThan(2);
      for (const source of sources) {
        expect(source).not.toMatch(/^(https?:)?\/\//);
        const part = await fetch(new URL(source, `${url}/docs`));
        expect([part.status, (await part.arrayBuffer()).byteLength > 0]).toEqual([200, true]);
      }
    });
  });

  it('stops on SIGTERM: not ready any more, finishes what it began, ends with 0', async () => {
    const exited = new Promise<unknown>((resolve) => jest.spyOn(process, 'exit').mockImplementation((code) => resolve(code) as never));
    const running = ask('GET', '/baskets/slow');
    await ask('GET', '/health/live');
    process.emit('SIGTERM', 'SIGTERM');
    expect((await app.get(Health).ready()).checks).toContainEqual({ name: 'process', ok: false, text: 'is stopping' });
    slow.open();
    expect((await running).status).toBe(200);
    expect(await exited).toBe(0);
    jest.restoreAllMocks();
  });
});
