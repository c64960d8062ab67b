import { Logger } from '@nestjs/common';
import { Calls } from './calls';
import type { Database } from './database.store';
import type { CallToMake, Committed, Item } from './item';
import { Measures } from './measures';
import { type UnitsSettings, Units } from './units';

const nothing: Committed = { outbox: [], sagas: [], calls: [], handled: [], heldNow: [], duplicates: 0 };
const visit: Item = { is: 'visit', ref: { process: 'p', saga: 's' }, answers: [] };
const databaseThat = (answers: () => Promise<unknown>) => ({ connection: answers }) as unknown as Database;
const units = (database: Database) =>
  new Units(database, { maxItems: 10, tries: 1 } as UnitsSettings, async () => undefined, new Measures());

describe('units of work', () => {
  beforeAll(() => Logger.overrideLogger(false));

  it('are run for who submits at the very moment when the last one has ended', async () => {
    const running = units(databaseThat(async () => nothing));
    await running.submit([visit]);
    await running.submit([visit]);
    await running.submit([visit]).then(() => running.submit([visit]));
  });

  it('are tried as long as the service is to run, and given back when it is to stop', async () => {
    let tries = 0;
    const away = units(
      databaseThat(() => {
        tries++;
        return Promise.reject(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }));
      }),
    );
    const given = expect(away.submit([visit])).rejects.toThrow('the service is stopping');
    away.finishWithin(120);
    await given;
    expect(tries).toBe(2);
    expect(away.trouble).toContain('connect');
    await away.stop();
    await expect(away.submit([visit])).rejects.toThrow('the service is stopping');
  });
});

describe('a stop', () => {
  it('leaves a call that does not end when it is aborted', async () => {
    let aborted = false;
    const calls = new Calls(
      databaseThat(async () => new Set()),
      { leaseMs: 60_000, concurrency: 1 },
      (_, { signal }) => {
        signal.addEventListener('abort', () => (aborted = true));
        return new Promise(() => undefined);
      },
      async () => undefined,
    );
    calls.start();
    calls.add([
      {
        heldId: 'x',
        lease: 'l',
        ref: { process: 'p', saga: 's' },
        task: { name: 't', ask: {}, message: {} },
        body: {},
        action: 'none',
      } as unknown as CallToMake,
    ]);
    await calls.stop(10);
    expect(aborted).toBe(true);
  });
});
