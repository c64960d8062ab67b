import { Logger } from '@nestjs/common';
import type { Database } from './database.store';
import type { Committed, Item } from './item';
import { Measures } from './measures';
import { type UnitsSettings, Units } from './units';

const nothing: Committed = { outbox: [], sagas: [], sender: '', calls: [], handled: [], heldNow: [], duplicates: 0 };
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
