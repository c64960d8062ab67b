import { randomUUID } from 'node:crypto';
import { memoryBroker } from '@duet/kafka';
import { until } from '@duet/testbed';
import { Harness } from './fixture/harness.fixture';
import { TakeMoney } from './fixture/till.messages.fixture';
import { Participant } from './participant';

jest.setTimeout(60_000);

describe('tables that fill and empty by the minute', () => {
  let till: Harness;
  beforeAll(async () => (till = await Harness.start()));
  afterAll(() => till.stop());

  /** How often each has been read as a whole: known when those who did it have gone. */
  const readWhole = async (): Promise<object[]> => {
    await until(
      async () => (await till.sql('select 1 from pg_stat_activity where usename = current_user and pid <> pg_backend_pid()')).length === 0,
      {
        what: 'the service has gone',
      },
    );
    return till.sql(
      "select relname, seq_scan from pg_stat_user_tables where schemaname = 'duet' and relname in ('held', 'saga', 'inbox', 'outbox') order by 1",
    );
  };
  const takeMoney = async (times: number): Promise<void> => {
    const app = await till.replica({}, { broker: memoryBroker() });
    const before = till.bank.times('take');
    await app.get(Participant).submit(Array.from({ length: times }, () => till.item(TakeMoney, { basketId: randomUUID(), amount: 5 })));
    await until(() => till.bank.times('take') === before + times, { what: 'the bank has been asked for all of it' });
    // It finishes what it has begun.
    await app.close();
  };

  it('are read by their indexes, also when the plans were made while they were empty', async () => {
    await takeMoney(1);
    for (const table of ['held', 'saga', 'inbox', 'outbox']) await till.sql(`vacuum analyze duet.${table}`);
    const before = await readWhole();
    await takeMoney(40);
    expect(await readWhole()).toEqual(before);
  });
});
