import { randomUUID } from 'node:crypto';
import { styles } from '@duet/message';
import { fate, type OwnPostgres, ownPostgres, unique, until } from '@duet/testbed';
import { audit } from './audit.fixture';
import { System } from './system.fixture';

jest.setTimeout(240_000);

const fates = [{}, fate.cardDeclined, {}, fate.noCarrier];
/** Of each kind of trouble. */
const orders = 24;

describe('when PostgreSQL ends under everybody', () => {
  let server: OwnPostgres;
  let system: System;
  beforeAll(async () => {
    server = await ownPostgres('power');
    system = await System.start({}, {}, undefined, server.adminUrl);
  }, 120_000);
  afterAll(async () => {
    await system.stop();
    await server.drop();
  });

  /** As a client does that is not answered: again, with the same key. */
  const placed = async (sku: string, n: number): Promise<string> => {
    const key = randomUUID();
    const change = { style: styles[n % styles.length] ?? 'choreography', ...fates[n % fates.length], lines: [{ sku, quantity: 1 }] };
    const answer = await until(
      async () => {
        const { status, body } = await system.place(change, { key });
        return status < 300 && body.orderId;
      },
      { what: 'the order is placed', deadline: 60_000 },
    );
    return answer;
  };

  it.each<[string, (server: OwnPostgres) => Promise<void>]>([
    ['by a power cut', (postgres) => postgres.kill()],
    ['and goes on from a copy of its data', (postgres) => postgres.moveToCopy()],
  ])('%s, every order that was answered ends, once, and all services recover by themselves', async (_, trouble) => {
    const sku = unique();
    await system.product(sku, 1_000);
    const before = Array.from({ length: orders }, (_each, n) => placed(sku, n));
    await Promise.race(before);
    await trouble(server);
    const meanwhile = Array.from({ length: orders }, (_each, n) => placed(sku, n));
    await server.start();
    const all = await Promise.all([...before, ...meanwhile]);
    expect(new Set(all).size).toBe(2 * orders);
    await audit(system, { sku, stock: 1_000, orders: all }, 90_000);
  });
});
