import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type Broker, delegating, memoryBroker } from '@duet/kafka';
import { until } from '@duet/testbed';
import { Harness } from './fixture/harness.fixture';
import { ReturnMoney, TakeMoney } from './fixture/till.messages.fixture';
import { Participant } from './participant';

jest.setTimeout(60_000);

describe('an outside call under its lease', () => {
  let till: Harness;
  beforeEach(async () => (till = await Harness.start()));
  afterEach(() => till.stop());
  const keyOf = (basketId: string): string => `basket/${basketId}/till.TakeMoney`;
  const leaseOf = async (basketId: string) =>
    (
      await till.sql<{ due_at: Date; lease: string | null; state: string }>(
        'select due_at, lease, state from duet.held where saga_id = $1',
        [basketId],
      )
    )[0];
  /** As another replica would, after the lease had ended. */
  const steal = (basketId: string) =>
    till.sql("update duet.held set lease = 'another', due_at = clock_timestamp() + interval '1 hour' where saga_id = $1", [basketId]);
  const take = async (): Promise<string> => {
    const basketId = randomUUID();
    await till.tell(TakeMoney, { basketId, amount: 5 });
    return basketId;
  };
  const asked = (basketId: string) => until(() => till.bank.times('take', keyOf(basketId)) === 1, { what: 'the bank is asked' });
  const recorded = (basketId: string) => until(async () => leaseOf(basketId), { what: 'the call is recorded' });

  it('is not made twice when it takes longer than the lease, though another replica watches', async () => {
    till.bank.behaviour = () => 'hang';
    await till.replica({ callLeaseMs: 600 });
    await till.replica({ callLeaseMs: 600 });
    const basketId = await take();
    await asked(basketId);
    const first = await recorded(basketId);
    await until(async () => Number((await leaseOf(basketId))?.due_at) > Number(first.due_at) + 1_200, {
      what: 'the lease was renewed long after its first end',
    });
    till.bank.release();
    await till.hears(basketId, ['till.MoneyTaken']);
    expect(till.bank.times('take')).toBe(1);
  });

  it('is aborted when the lease is lost, and what it came to is not recorded', async () => {
    till.bank.behaviour = () => 'hang';
    await till.replica({ callLeaseMs: 600 });
    const basketId = await take();
    await asked(basketId);
    await steal(basketId);
    await until(() => till.bank.abandoned.some(({ key }) => key === keyOf(basketId)), { what: 'the till hangs up' });
    till.bank.behaviour = () => 'ok';
    const other = await take();
    await till.hears(other, ['till.MoneyTaken']);
    expect(await leaseOf(basketId)).toMatchObject({ lease: 'another', state: 'calling' });
    expect(await till.held(basketId)).toMatchObject([{ attempts: 0, reason: null }]);
  });

  it('answers too late when another has the lease: its answer is not recorded, and the other one is', async () => {
    till.bank.behaviour = (_, times) => (times === 1 ? 'hang' : 'ok');
    // Renewed so seldom that the till does not notice.
    await till.replica({ callLeaseMs: 60_000 });
    const basketId = await take();
    await asked(basketId);
    await steal(basketId);
    till.bank.release();
    const other = await take();
    await asked(other);
    till.bank.release();
    await till.hears(other, ['till.MoneyTaken']);
    expect(await leaseOf(basketId)).toMatchObject({ lease: 'another', state: 'calling' });
    expect(till.said(basketId)).toEqual([]);
    await till.sql('update duet.held set due_at = clock_timestamp() where saga_id = $1', [basketId]);
    await till.hears(basketId, ['till.MoneyTaken']);
    expect(await till.notes(basketId)).toEqual(['taken']);
    expect(till.bank.times('take', keyOf(basketId))).toBe(2);
  });

  it('that waits for its turn is not made when its lease is lost meanwhile', async () => {
    till.bank.behaviour = ({ key }) => (key === keyOf(first) ? 'hang' : 'ok');
    await till.replica({ callLeaseMs: 600, callConcurrency: 1 });
    const first: string = await take();
    await asked(first);
    const second = await take();
    await recorded(second);
    await steal(second);
    const stolenAt = Number((await leaseOf(first))?.due_at);
    await until(async () => Number((await leaseOf(first))?.due_at) > stolenAt + 300, { what: 'leases were renewed since' });
    const third = await take();
    await recorded(third);
    till.bank.release();
    await till.hears(third, ['till.MoneyTaken']);
    expect(till.bank.times('take', keyOf(second))).toBe(0);
  });

  it('waits in the table, not in memory, where there are as many as a process may have, and is made in its turn', async () => {
    till.bank.behaviour = () => 'hang';
    await till.replica({ callsAtMost: 2, dueEveryMs: 50 });
    const baskets: string[] = [];
    for (let n = 0; n < 5; n++) baskets.push(await take());
    const states = () => till.sql<{ state: string; count: number }>('select state, count(*)::int from duet.held group by 1 order by 1');
    const calling = [
      { state: 'calling', count: 2 },
      { state: 'waiting', count: 3 },
    ];
    await until(async () => isDeepStrictEqual(await states(), calling), { what: 'two calls are made, three wait' });
    expect(till.bank.times('take')).toBe(2);
    till.bank.behaviour = () => 'ok';
    till.bank.release();
    for (const basketId of baskets) await till.hears(basketId, ['till.MoneyTaken']);
    expect(till.bank.times('take')).toBe(5);
    expect(await states()).toEqual([]);
  });

  it('that waits for room is overtaken by its undo, and never made', async () => {
    till.bank.behaviour = ({ key }) => (key === keyOf(first) ? 'hang' : 'ok');
    await till.replica({ callsAtMost: 1, dueEveryMs: 50 });
    const first: string = await take();
    await asked(first);
    const second = await take();
    await until(async () => (await leaseOf(second))?.state === 'waiting', { what: 'the other waits' });
    await till.tell(ReturnMoney, { basketId: second });
    await till.hears(second, ['till.MoneyReturned', 'till.MoneyRefused (void)']);
    till.bank.release();
    await till.hears(first, ['till.MoneyTaken']);
    await until(async () => (await leaseOf(second)) === undefined, { what: 'nothing waits' });
    expect(till.bank.times('take', keyOf(second))).toBe(0);
  });

  it('is waited for by a stop; those not begun are left to their leases, and made at the next start', async () => {
    const broker = memoryBroker();
    let stopping = false;
    let leave = (): void => undefined;
    const left = new Promise<void>((resolve) => (leave = resolve));
    const consume: Broker['consume'] = async (options) => {
      const consumption = await broker.consume(options);
      return { state: () => consumption.state(), stop: () => ((stopping = true), left.then(() => consumption.stop())) };
    };
    const slowToLeave = { ...delegating(broker), consume };
    const [first, second] = [randomUUID(), randomUUID()];
    till.bank.behaviour = ({ key }) => (key === keyOf(first) ? 'hang' : 'ok');
    const app = await till.replica({ callLeaseMs: 1_000, callConcurrency: 1 }, { broker: slowToLeave });
    await app.get(Participant).submit([first, second].map((basketId) => till.item(TakeMoney, { basketId, amount: 5 })));
    await asked(first);
    const closing = app.close();
    await until(() => stopping, { what: 'the till leaves its group' });
    till.bank.release();
    await until(async () => (await leaseOf(first)) === undefined, { what: 'the answer is recorded' });
    leave();
    await closing;
    expect(await leaseOf(second)).toMatchObject({ state: 'calling' });
    expect(till.bank.times('take', keyOf(second))).toBe(0);
    await till.replica();
    await until(async () => (await leaseOf(second)) === undefined, { what: 'the other is made' });
    expect([await till.notes(first), await till.notes(second)]).toEqual([['taken'], ['taken']]);
    expect(till.bank.times('take')).toBe(2);
  });

  it('is aborted by a stop that has waited long enough, and made again at the next start', async () => {
    till.bank.behaviour = (_, times) => (times === 1 ? 'hang' : 'ok');
    const app = await till.replica({ stopMs: 200 });
    const basketId = await take();
    await asked(basketId);
    await app.close();
    expect(till.bank.abandoned.map(({ key }) => key)).toEqual([keyOf(basketId)]);
    await till.replica();
    await till.hears(basketId, ['till.MoneyTaken']);
  });
});
