import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSystem } from './running.fixture.mjs';
import { Service, servicesAt, Silent } from './services.mjs';

const servers: Server[] = [];
async function listening(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
/** Nobody listens there any more. */
async function nobody(): Promise<string> {
  const url = await listening(() => undefined);
  await new Promise((done) => servers.pop()?.close(done));
  return url;
}
afterAll(() => servers.forEach((server) => server.close()));

describe('the services that are asked', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'duet-held-'))));
  afterEach(() => rm(folder, { recursive: true }));
  const found = async (env: NodeJS.ProcessEnv = {}, services: string[] = [], urls = new Map<string, string>()) =>
    (await servicesAt({ services, urls }, { folder, env })).map(({ name, urls }) => [name, urls]);

  it('are at their usual ports, or at those that the environment says; the outside world is none of them', async () => {
    expect(await found()).toEqual([
      ['order', ['http://127.0.0.1:3000']],
      ['inventory', ['http://127.0.0.1:3001']],
      ['payment', ['http://127.0.0.1:3002']],
      ['shipping', ['http://127.0.0.1:3003']],
      ['notification', ['http://127.0.0.1:3004']],
      ['analytics', ['http://127.0.0.1:3005']],
      ['orchestrator', ['http://127.0.0.1:3006']],
    ]);
    expect(await found({ DUET_PAYMENT_PORT: '4002', HOST: '10.0.0.5' }, ['payment'])).toEqual([['payment', ['http://10.0.0.5:4002']]]);
  });

  it('are where the running system has them, replicas too; one that it leaves out may run by hand', async () => {
    await writeSystem(folder, [
      { name: 'payment', service: 'payment', url: 'http://127.0.0.1:5002' },
      { name: 'payment-2', service: 'payment', url: 'http://127.0.0.1:5012' },
    ]);
    expect(await found({}, ['payment', 'order'])).toEqual([
      ['order', ['http://127.0.0.1:3000']],
      ['payment', ['http://127.0.0.1:5002', 'http://127.0.0.1:5012']],
    ]);
  });

  it('are not those of a system that runs no more', async () => {
    await writeSystem(folder, [{ name: 'payment', service: 'payment', url: 'http://127.0.0.1:5002' }], 'before the last boot');
    expect(await found({}, ['payment'])).toEqual([['payment', ['http://127.0.0.1:3002']]]);
  });

  it('are the named ones alone, if any are named', async () =>
    expect(await found({}, [], new Map([['mine', 'http://x']]))).toEqual([['mine', ['http://x']]]));

  it('are known by their names', () =>
    expect(found({}, ['loyalty'])).rejects.toThrow(
      '--service loyalty: there is no such service, there are order, inventory, payment, shipping, notification, analytics, orchestrator.',
    ));
});

describe('a service', () => {
  it('answers with whatever status, and is told who asks', async () => {
    const url = await listening((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () =>
        response
          .writeHead(409)
          .end(JSON.stringify({ was: [request.method, request.url, request.headers['x-actor'], request.headers['content-type'], body] })),
      );
    });
    const payment = new Service('payment', [url]);
    expect(await payment.post('/held/a%23b/drop', { actor: 'zoe', body: { note: 'n' } })).toEqual({
      status: 409,
      body: { was: ['POST', '/held/a%23b/drop', 'zoe', 'application/json', '{"note":"n"}'] },
    });
    expect(await payment.post('/held/a/redrive', { actor: 'zoe' })).toMatchObject({
      body: { was: ['POST', '/held/a/redrive', 'zoe', null, ''] },
    });
  });

  it('is asked at another replica where one is gone, and not where one may have heard it', async () => {
    const asked: string[] = [];
    const broken = await listening((request) => (asked.push('broken'), request.socket.destroy()));
    const well = await listening((_, response) => (asked.push('well'), response.end('{}')));
    await expect(new Service('payment', [await nobody(), well]).get('/held')).resolves.toEqual({ status: 200, body: {} });
    await expect(new Service('payment', [broken, well]).post('/held/a/drop', { actor: 'zoe' })).rejects.toThrow(Silent);
    expect(asked).toEqual(['well', 'broken']);
  });

  it('that does not answer is named, with its address', async () => {
    const url = await nobody();
    await expect(new Service('payment', [url]).get('/held')).rejects.toThrow(`payment does not answer (ECONNREFUSED) at ${url}`);
  });

  it('is none where something else listens', async () => {
    const url = await listening((_, response) => response.writeHead(500).end('<html>'));
    expect(await new Service('payment', [url]).get('/held')).toEqual({
      status: 500,
      body: { detail: `what answers at ${url}/held is no service of ours` },
    });
  });
});
