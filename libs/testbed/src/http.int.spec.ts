import { createServer, type Server } from 'node:http';
import { freePort, request } from './index';

let server: Server;
let url: string;

beforeAll(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      if (message.url === '/moved') return response.writeHead(302, { location: '/' }).end();
      if (message.url === '/text') return response.writeHead(500, { 'content-type': 'text/plain' }).end('{"not":"json"}');
      const body = JSON.stringify({
        method: message.method,
        type: message.headers['content-type'] ?? null,
        body: Buffer.concat(chunks).toString(),
      });
      return response.writeHead(202, { 'content-type': 'application/problem+json; charset=utf-8' }).end(body);
    });
  });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
});
afterAll(() => new Promise((done) => server.close(done)));

it('sends an object as JSON and reads a JSON answer of any kind', async () => {
  const reply = await request('POST', url, { body: { sku: 'a' } });
  expect(reply.status).toBe(202);
  expect(reply.body).toEqual({ method: 'POST', type: 'application/json', body: '{"sku":"a"}' });
});

it('sends a string as it is, so that malformed JSON arrives malformed', async () => {
  const { body } = await request<{ body: string }>('PUT', url, { body: '{"sku":', headers: { 'content-type': 'application/json' } });
  expect(body.body).toBe('{"sku":');
});

it('leaves redirects, errors and other texts to the test', async () => {
  await expect(request('GET', `${url}/moved`)).resolves.toMatchObject({ status: 302 });
  await expect(request('GET', `${url}/text`)).resolves.toMatchObject({ status: 500, body: '{"not":"json"}' });
  await expect(request('GET', url)).resolves.toMatchObject({ body: { type: null, body: '' } });
});
