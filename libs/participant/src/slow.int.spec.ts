import { randomUUID } from 'node:crypto';
import { until } from '@duet/testbed';
import type { INestApplication } from '@nestjs/common';
import { Harness } from './fixture/harness.fixture';
import { HoldItem, TakeMoney } from './fixture/till.messages.fixture';
import { Participant } from './participant';

jest.setTimeout(120_000);

/** `thoughtful` is an item whose handler asks the bank inside its transaction, which no handler should. */
describe('a handler that takes longer', () => {
  let till: Harness;
  let app: INestApplication;
  beforeAll(async () => {
    till = await Harness.start();
    app = await till.replica({ tries: 1, retryMs: 300_000, retryAtMostMs: 300_000 }, { quiet: true });
  });
  afterEach(() => (till.bank.behaviour = () => 'ok'));
  afterAll(() => till.stop());
  const item = (sku: string) => till.item(HoldItem, { basketId: randomUUID(), sku, quantity: 1 });

  it('than a transaction may idle is held with the reason; those beside it are handled, and what follows in its saga waits', async () => {
    till.bank.behaviour = ({ what }) => (what === 'think' ? 'hang' : 'ok');
    const slow = item('thoughtful');
    const good = Array.from({ length: 20 }, () => item('tea'));
    await app
      .get(Participant)
      .submit([...good.slice(0, 10), slow, till.item(TakeMoney, { basketId: slow.ref.saga, amount: 1 }), ...good.slice(10)]);
    for (const { ref } of good) expect(await till.sql('select 1 from duet.outbox where saga_id = $1', [ref.saga])).toHaveLength(1);
    expect(await till.held(slow.ref.saga)).toEqual([
      expect.objectContaining({
        task: 'till.HoldItem',
        state: 'retrying',
        code: 'SlowHandler',
        reason: expect.stringContaining('@Calls') as string,
      }),
      expect.objectContaining({ task: 'till.TakeMoney', state: 'waiting' }),
    ]);
    // Among all, with its saga, and alone: each time costs seconds.
    expect(till.bank.times('think', slow.ref.saga)).toBe(3);
    till.bank.behaviour = () => 'ok';
    await till.sql("update duet.held set due_at = clock_timestamp() where saga_id = $1 and state = 'retrying'", [slow.ref.saga]);
    await until(async () => (await till.held(slow.ref.saga)).length === 0, { what: 'it is handled when it is quick' });
    till.bank.release();
  });

  it('than the group gives its reader, without costing it its partitions: an outside call of any length is made once', async () => {
    till.bank.behaviour = ({ what }) => (what === 'take' ? 'hang' : 'ok');
    const basketId = randomUUID();
    await till.tell(TakeMoney, { basketId, amount: 1 });
    await until(() => till.bank.times('take', `basket/${basketId}/till.TakeMoney`) === 1, { what: 'the call is under way' });
    const begun = Date.now();
    // Longer than the session of a reader (10 s) and than the lease of the call (2 s).
    await until(() => Date.now() - begun > 12_000, { what: 'the session would have ended', deadline: 15_000 });
    const other = randomUUID();
    await till.tell(HoldItem, { basketId: other, sku: 'tea', quantity: 1 });
    await till.hears(other, ['till.ItemHeld']);
    till.bank.release();
    await till.hears(basketId, ['till.MoneyTaken']);
    expect(till.bank.times('take', `basket/${basketId}/till.TakeMoney`)).toBe(1);
  });
});
