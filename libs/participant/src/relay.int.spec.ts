import { randomUUID } from 'node:crypto';
import { memoryBroker } from '@duet/kafka';
import { until } from '@duet/testbed';
import { Harness } from './fixture/harness.fixture';

jest.setTimeout(60_000);

describe('the relay, on a real database', () => {
  let till: Harness;
  beforeAll(async () => (till = await Harness.start()));
  afterAll(() => till.stop());

  it('sends what was left unsent in the order of each saga, once it is overdue, and marks it', async () => {
    const broker = memoryBroker();
    const topic = 'till.events';
    const [one, two, young] = [randomUUID(), randomUUID(), randomUUID()];
    const app = await till.replica({ relayGraceMs: 60_000, relayEveryMs: 20 }, { broker });
    const heard: string[] = [];
    await broker.consume({
      group: 'listener',
      topics: [till.prefix + topic],
      onMessages: async (messages) => void heard.push(...messages.map(({ key, value }) => `${String(key)}:${String(value)}`)),
    });
    const insert = `insert into duet.outbox (process, saga_id, seq, topic, value, headers, created_at)
      select 'basket', saga, seq, '${topic}', seq::text, '{}', clock_timestamp() - age from unnest($1::text[], $2::int[], $3::interval[]) as u (saga, seq, age)`;
    const old = '2 minutes';
    await till.sql(insert, [
      [young, one, two, one, one, two],
      [1, 3, 2, 1, 2, 1],
      ['0', old, old, old, old, old],
    ]);
    const unsent = async () =>
      (await till.sql<{ saga_id: string }>('select saga_id from duet.outbox where sent_at is null')).map(({ saga_id }) => saga_id);
    await until(async () => (await unsent()).length === 1, { what: 'the overdue ones are sent' });
    await until(() => heard.length === 5, { what: 'they are heard' });
    for (const saga of [one, two]) {
      const seqs = heard.filter((line) => line.startsWith(saga)).map((line) => line.slice(-1));
      expect(seqs).toEqual([...seqs].sort());
    }
    expect(await unsent()).toEqual([young]);
    await app.close();
  });

  it("does not send a message before an earlier one of its saga that is not overdue yet: the database's clock may have gone back between them", async () => {
    const [broker, saga] = [memoryBroker(), randomUUID()];
    await till.replica({ relayGraceMs: 500, relayEveryMs: 20 }, { broker });
    const heard: string[] = [];
    await broker.consume({
      group: 'listener',
      topics: [`${till.prefix}till.events`],
      onMessages: async (messages) => {
        for (const { key, value } of messages) if (String(key) === saga) heard.push(String(value));
      },
    });
    await till.sql(
      `insert into duet.outbox (process, saga_id, seq, topic, value, headers, created_at)
        select 'basket', $1, seq, 'till.events', seq::text, '{}', clock_timestamp() + age
        from unnest($2::int[], $3::interval[]) as u (seq, age)`,
      [saga, [1, 2, 3], ['-1 minute', '2 seconds', '-1 minute']],
    );
    await until(() => heard.length === 3, { what: 'all are heard' });
    expect(heard).toEqual(['1', '2', '3']);
  });
});
