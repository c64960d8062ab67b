import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProcessFailed, query, runningService, uniquePrefix } from './index';

jest.setTimeout(120_000);

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'testbed-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

const standIn = `
  require('node:http').createServer((request, response) => {
    const { HOST, PORT, KAFKA_BROKERS, DATABASE_URL, TOPIC_PREFIX, EXTRA } = process.env;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(request.url === '/health/ready' ? {} : { HOST, PORT, KAFKA_BROKERS, DATABASE_URL, TOPIC_PREFIX, EXTRA }));
  }).listen(process.env.PORT, process.env.HOST);
`;

it('a service gets its own port and database, the broker and the prefix of its suite; replicas share the database', async () => {
  const entry = join(folder, 'main.cjs');
  await writeFile(entry, standIn);
  const prefix = uniquePrefix();
  const first = await runningService({ app: 'payment', entry, prefix, env: { EXTRA: 'more' } });
  const { body } = await first.request<Record<string, string>>('GET', '/env');
  expect(body).toMatchObject({ HOST: '127.0.0.1', DATABASE_URL: first.database.url, TOPIC_PREFIX: prefix, EXTRA: 'more' });
  expect(first.url).toBe(`http://127.0.0.1:${body['PORT']}`);
  expect(body['KAFKA_BROKERS']).toMatch(/:\d+$/);

  const replica = await runningService({ app: 'payment', entry, database: first.database });
  expect(replica.url).not.toBe(first.url);
  await replica.stop();
  await expect(query(first.database.url, 'select 1')).resolves.toHaveLength(1);
  await first.stop();
  await expect(query(first.database.url, 'select 1')).rejects.toThrow();
});

it('a service that is not built says how to build it', async () => {
  const starting = runningService({ app: 'nobody' });
  await expect(starting).rejects.toThrow(ProcessFailed);
  await expect(starting).rejects.toThrow('nobody is not built: run "npx nx build nobody".');
});
