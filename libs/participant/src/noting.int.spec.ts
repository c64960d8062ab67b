import { randomUUID } from 'node:crypto';
import { memoryBroker } from '@duet/kafka';
import { until } from '@duet/testbed';
import type { INestApplication } from '@nestjs/common';
import { Harness } from './fixture/harness.fixture';
import { BasketSeen, HoldItem, TakeMoney } from './fixture/till.messages.fixture';
import { Participant } from './participant';

jest.setTimeout(60_000);

describe('events that a projection takes note of', () => {
  let till: Harness;
  let app: INestApplication;
  beforeAll(async () => {
    till = await Harness.start();
    app = await till.replica({}, { broker: memoryBroker(), quiet: true });
  });
  afterEach(() => (till.bank.behaviour = () => 'ok'));
  afterAll(() => till.stop());
  const submit = (...items: Parameters<Participant['submit']>[0]) => app.get(Participant).submit(items);
  const seen = (basketId: string, by: string) => till.item(BasketSeen, { basketId, by });
  const sights = async (basketId: string): Promise<string[]> =>
    (await till.sql<{ by: string }>('select by from sight where basket_id = $1 order by by', [basketId])).map(({ by }) => by);

  it('are noted together, each once, with neither lock nor inbox', async () => {
    const basketId = randomUUID();
    const twice = seen(basketId, 'ann');
    await submit(twice, seen(basketId, 'bob'), twice);
    await submit(twice);
    expect(await sights(basketId)).toEqual(['ann', 'bob']);
    expect(await till.sql('select 1 from duet.inbox where saga_id = $1', [basketId])).toEqual([]);
    expect(await till.sql('select 1 from duet.saga where id = $1', [basketId])).toEqual([]);
  });

  it('do not wait for their saga, which waits for an outside call', async () => {
    const basketId = randomUUID();
    till.bank.behaviour = () => 'hang';
    await submit(till.item(TakeMoney, { basketId, amount: 1 }));
    await submit(seen(basketId, 'ann'));
    expect(await sights(basketId)).toEqual(['ann']);
    till.bank.release();
    await until(async () => (await till.held(basketId)).length === 0, { what: 'the call has been recorded' });
  });

  it('are held where they fail, alone and once; their saga and the others go on', async () => {
    const [good, bad] = [randomUUID(), randomUUID()];
    const failing = seen(bad, 'nobody');
    await submit(seen(good, 'ann'), failing, seen(bad, 'bob'), till.item(HoldItem, { basketId: bad, sku: 'tea', quantity: 1 }));
    await submit(failing);
    expect(await sights(good)).toEqual(['ann']);
    expect(await sights(bad)).toEqual(['bob']);
    expect((await till.held(bad)).map(({ task, state, code }) => [task, state, code])).toEqual([['hears', 'parked', 'NotRetryable']]);
    await submit(till.item(TakeMoney, { basketId: bad, amount: 1 }));
    const told = () => till.sql("select headers ->> 'ce_type' as type from duet.outbox where saga_id = $1 order by seq", [bad]);
    await until(async () => (await told()).length === 3, { what: 'its saga goes on' });
    expect(await told()).toEqual([{ type: 'duet.MessageParked' }, { type: 'till.ItemHeld' }, { type: 'till.MoneyTaken' }]);
  });
});
