import { randomUUID } from 'node:crypto';
import { memoryBroker } from '@duet/kafka';
import { until } from '@duet/testbed';
import { Harness } from './fixture/harness.fixture';
import { DropItem, HoldItem } from './fixture/till.messages.fixture';
import { Participant } from './participant';

jest.setTimeout(60_000);

describe('one saga, one unit at a time', () => {
  let till: Harness;
  beforeAll(async () => (till = await Harness.start()));
  afterAll(() => till.stop());

  it('also in two replicas: the second waits, and decides on what the first has committed', async () => {
    const [first, second] = await Promise.all(
      [1, 2].map(async () => (await till.replica({}, { broker: memoryBroker(), quiet: true })).get(Participant)),
    );
    const basketId = randomUUID();
    till.bank.behaviour = () => 'hang';
    const holding = first?.submit([till.item(HoldItem, { basketId, sku: 'thoughtful', quantity: 2 })]);
    await until(() => till.bank.times('think') === 1, { what: 'the first is in the middle of its unit' });
    let dropped = false;
    const dropping = second?.submit([till.item(DropItem, { basketId })]).then(() => (dropped = true));
    await until(
      async () =>
        dropped || (await till.sql("select 1 from pg_stat_activity where usename = current_user and wait_event_type = 'Lock'")).length > 0,
      { what: 'the second waits' },
    );
    till.bank.behaviour = () => 'ok';
    till.bank.release();
    await Promise.all([holding, dropping]);
    const steps = await till.sql<{ step: string; state: string }>('select step, state from duet.step where saga_id = $1 order by step', [
      basketId,
    ]);
    expect(steps.map(({ step, state }) => `${step} ${state}`)).toEqual(['till.DropItem done', 'till.HoldItem undone']);
    expect(await till.sql("select held from item where sku = 'thoughtful'")).toEqual([{ held: '0' }]);
  });
});
