import { randomUUID } from 'node:crypto';
import { until } from '@duet/testbed';
import { Harness } from './fixture/harness.fixture';
import { HoldItem, ReturnMoney, TakeMoney } from './fixture/till.messages.fixture';

jest.setTimeout(60_000);

describe('a command that is asked for again', () => {
  let till: Harness;
  let basketId: string;
  beforeEach(async () => {
    till = await Harness.start();
    basketId = randomUUID();
  });
  afterEach(() => till.stop());

  const sent = async (): Promise<string[]> =>
    (
      await till.sql<{ type: string }>("select headers->>'ce_type' as type from duet.outbox where saga_id = $1 order by seq", [basketId])
    ).map(({ type }) => type);
  const copies = (type: string) => till.events.filter((event) => event.saga === basketId && event.type === type);
  const parked = () =>
    until(async () => (await till.held(basketId))[0]?.state === 'parked', { what: 'the command is parked' }).then(() =>
      till.held(basketId),
    );
  /** Before it is marked as sent, an outcome is on its way and need not be sent again. */
  const marked = () =>
    until(async () => (await till.sql('select 1 from duet.outbox where sent_at is null')).length === 0, { what: 'all is marked as sent' });
  const take = { amount: 5 };

  it('and is done has its outcome sent again, as it was; nothing is done twice', async () => {
    await till.replica();
    await till.tell(TakeMoney, { basketId, ...take });
    const [first] = await till.hears(basketId, ['till.MoneyTaken']);
    await marked();
    await till.tell(TakeMoney, { basketId, ...take }, { ask: 'again' });
    await until(() => copies('till.MoneyTaken').length === 2, { what: 'the outcome comes again' });
    expect(copies('till.MoneyTaken')[1]).toEqual(first);
    expect(till.bank.times('take')).toBe(1);
    expect(await sent()).toEqual(['till.MoneyTaken']);
  });

  it('and is unknown is taken as the command', async () => {
    await till.replica();
    await till.tell(HoldItem, { basketId, sku: 'none', quantity: 1 }, { ask: 'again' });
    await until(() => till.said(basketId).length === 1, { what: 'it is answered' });
  });

  it('by a deadline while it waits is let wait; it does not queue up', async () => {
    till.bank.behaviour = () => 'fail';
    await till.replica({ retryMs: 60_000 });
    await till.tell(TakeMoney, { basketId, ...take });
    await until(async () => (await till.held(basketId))[0]?.state === 'retrying', { what: 'it waits for its next try' });
    const asked = till.bank.times('take');
    await till.tell(TakeMoney, { basketId, ...take }, { ask: 'again' });
    const other = randomUUID();
    await till.tell(HoldItem, { basketId: other, sku: 'none', quantity: 1 });
    await until(async () => (await till.sql('select 1 from duet.inbox where saga_id = $1', [basketId])).length === 2, {
      what: 'the ask is read',
    });
    expect(await till.held(basketId)).toMatchObject([{ state: 'retrying', attempts: 1 }]);
    expect(till.bank.times('take')).toBe(asked);
  });

  it('by an operator while it is parked is tried now: the world hears that it was parked, freed and done', async () => {
    till.bank.behaviour = () => 'fail';
    await till.replica({ retryMs: 20, parkAfter: 3 });
    await till.tell(TakeMoney, { basketId, ...take });
    expect(await parked()).toMatchObject([{ state: 'parked', attempts: 3 }]);
    till.bank.behaviour = () => 'ok';
    await till.tell(TakeMoney, { basketId, ...take }, { ask: 'now' });
    await till.hears(basketId, ['till.MoneyTaken']);
    expect(await till.held(basketId)).toEqual([]);
    expect(await sent()).toEqual(['duet.MessageParked', 'duet.MessageFreed', 'till.MoneyTaken']);
  });

  it('by an operator, and fails again, is parked as before, with one more try', async () => {
    till.bank.behaviour = () => 'fail';
    await till.replica({ retryMs: 20, parkAfter: 2 });
    await till.tell(TakeMoney, { basketId, ...take });
    await parked();
    await till.tell(TakeMoney, { basketId, ...take }, { ask: 'now' });
    await until(async () => (await till.held(basketId))[0]?.attempts === 3, { what: 'it was tried once more' });
    expect(await parked()).toMatchObject([{ state: 'parked', attempts: 3 }]);
  });

  it('and was done by hand has that outcome recorded and told; its undo then knows that it was done', async () => {
    till.bank.behaviour = () => 'fail';
    await till.replica({ retryMs: 20, parkAfter: 2 });
    await till.tell(TakeMoney, { basketId, ...take });
    await parked();
    const settlement = { outcome: 'till.MoneyTaken', body: { basketId, receipt: 'r-1' }, actor: 'zoe', note: 'taken in cash' };
    await till.tell(TakeMoney, { basketId, ...take }, { ask: 'settled', settlement });
    const [told] = await till.hears(basketId, ['till.MoneyTaken']);
    expect(told?.body).toEqual({ basketId, receipt: 'r-1' });
    expect(await till.held(basketId)).toEqual([]);
    expect(await till.sql('select step, actor, note from duet.operation where saga_id = $1', [basketId])).toEqual([
      { step: 'till.TakeMoney', actor: 'zoe', note: 'taken in cash' },
    ]);
    // Twice is once.
    await marked();
    await till.tell(
      TakeMoney,
      { basketId, ...take },
      { ask: 'settled', settlement: { ...settlement, body: { basketId, receipt: 'r-2' } } },
    );
    await until(() => copies('till.MoneyTaken').length === 2, { what: 'the outcome comes again' });
    expect(copies('till.MoneyTaken')[1]?.body).toEqual({ basketId, receipt: 'r-1' });
    till.bank.behaviour = () => 'ok';
    await till.tell(ReturnMoney, { basketId });
    await until(() => copies('till.MoneyReturned').length === 1, { what: 'it is undone' });
    expect(copies('till.MoneyReturned')[0]?.body).toMatchObject({ was: 'done' });
  });

  it('with an outcome that is none is set aside, and changes nothing', async () => {
    await till.replica();
    const settlement = { outcome: 'till.MoneyTaken', body: { basketId }, actor: 'zoe', note: 'no receipt' };
    await till.tell(TakeMoney, { basketId, ...take }, { ask: 'settled', settlement });
    await until(async () => (await till.sql("select 1 from duet.held where state = 'aside' and code = 'settlement'")).length === 1, {
      what: 'it is set aside',
    });
    expect(await sent()).toEqual([]);
  });

  it('by an operator while its undo waits for a person is not tried, and stays parked', async () => {
    till.bank.behaviour = () => 'fail';
    await till.replica({ retryMs: 20, parkAfter: 2 }, { quiet: true });
    await till.tell(TakeMoney, { basketId, ...take });
    await parked();
    await till.tell(ReturnMoney, { basketId });
    await until(async () => (await till.held(basketId))[1]?.state === 'parked', { what: 'the undo is parked, too' });
    await till.tell(TakeMoney, { basketId, ...take }, { ask: 'now' });
    await until(async () => (await till.sql('select 1 from duet.inbox where saga_id = $1', [basketId])).length === 3, {
      what: 'the ask is read',
    });
    expect(await till.held(basketId)).toMatchObject([{ state: 'parked' }, { state: 'parked' }]);
    expect(await sent()).toEqual(['duet.MessageParked', 'duet.MessageParked']);
  });

  it('and whose undo was done by hand while its own call is under way: the call is waited for, nothing is lost', async () => {
    till.bank.behaviour = ({ what }) => (what === 'take' ? 'hang' : 'ok');
    await till.replica({}, { quiet: true });
    await till.tell(TakeMoney, { basketId, ...take });
    await until(() => till.bank.times('take') === 1, { what: 'the bank is asked' });
    const settlement = { outcome: 'till.MoneyReturned', body: { basketId, was: 'unknown' }, actor: 'zoe', note: 'nothing was taken' };
    await till.tell(ReturnMoney, { basketId }, { ask: 'settled', settlement });
    await until(async () => (await till.sql('select 1 from duet.inbox where saga_id = $1', [basketId])).length === 2, {
      what: 'what was said is read',
    });
    expect(await sent()).toEqual([]);
    till.bank.release();
    expect((await till.hears(basketId, ['till.MoneyTaken']))[0]?.void).toBe(false);
    expect(await till.sql('select step from duet.operation where saga_id = $1', [basketId])).toEqual([]);
  });

  it('with an outcome that would be too big for anybody is not recorded, and holds up nobody', async () => {
    till.bank.behaviour = () => 'fail';
    await till.replica({ retryMs: 20, parkAfter: 2 }, { quiet: true });
    await till.tell(TakeMoney, { basketId, ...take });
    await parked();
    const body = { basketId, receipt: 'r'.repeat(200_000) };
    const settlement = { outcome: 'till.MoneyTaken', body, actor: 'zoe', note: 'a long receipt' };
    await till.tell(TakeMoney, { basketId, ...take }, { ask: 'settled', settlement });
    await until(async () => (await till.sql('select 1 from duet.inbox where saga_id = $1', [basketId])).length === 2, {
      what: 'what was said is read',
    });
    expect(await parked()).toHaveLength(1);
    till.bank.behaviour = () => 'ok';
    await till.tell(TakeMoney, { basketId, ...take }, { ask: 'now' });
    const [taken] = await till.hears(basketId, ['till.MoneyTaken']);
    expect(taken?.seq).toBe(3);
  });

  it('parked, and undone meanwhile, is freed by its undo', async () => {
    till.bank.behaviour = ({ what }) => (what === 'take' ? 'fail' : 'ok');
    await till.replica({ retryMs: 20, parkAfter: 2 });
    await till.tell(TakeMoney, { basketId, ...take });
    await parked();
    await till.tell(ReturnMoney, { basketId });
    await until(() => copies('till.MoneyReturned').length === 1, { what: 'it is undone' });
    await until(async () => (await till.held(basketId)).length === 0, { what: 'nothing waits any more' });
    expect(await sent()).toEqual(
      expect.arrayContaining(['duet.MessageParked', 'till.MoneyReturned', 'duet.MessageFreed', 'till.MoneyRefused']),
    );
  });
});
