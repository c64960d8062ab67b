import { randomUUID } from 'node:crypto';
import { until } from '@duet/testbed';
import type { INestApplication } from '@nestjs/common';
import { Harness } from './fixture/harness.fixture';
import { BasketLost, BasketPacked, DropItem, HandOver, HoldItem, KeepBack, ReturnMoney, TakeMoney } from './fixture/till.messages.fixture';
import { Participant } from './participant';

jest.setTimeout(60_000);

describe('a participant, on a real broker and a real database', () => {
  let till: Harness;
  let app: INestApplication;
  beforeAll(async () => {
    till = await Harness.start();
    app = await till.replica();
  });
  afterAll(() => till.stop());
  afterEach(() => {
    till.bank.behaviour = () => 'ok';
    till.bank.release();
  });
  const basket = (): string => randomUUID();
  const item = async (sku: string): Promise<number> =>
    Number((await till.sql<{ held: string }>('select held from item where sku = $1', [sku]))[0]?.held);

  it('carries out a command and says so', async () => {
    const basketId = basket();
    await till.tell(HoldItem, { basketId, sku: 'tea', quantity: 2 });
    await till.hears(basketId, ['till.ItemHeld']);
  });

  it('reacts to an event by itself, and takes note of it', async () => {
    const basketId = basket();
    await till.tell(BasketPacked, { basketId, sku: 'tea', quantity: 1, amount: 5 });
    await till.hears(basketId, ['till.ItemHeld']);
    expect(await till.notes(basketId)).toEqual(['packed']);
    const event = till.events.find(({ saga }) => saga === basketId);
    expect(event).toMatchObject({ hop: 1, process: 'basket', style: 'choreography', source: '/till', seq: 1 });
    expect(event?.facts).toMatchObject({ sku: 'tea', amount: 5 });
  });

  it('takes note of an event once, whether its copies come together or later', async () => {
    const data = { basketId: basket(), sku: 'tea', quantity: 1, amount: 5 };
    const id = randomUUID();
    const copies = [till.item(BasketPacked, data, { id }), till.item(BasketPacked, data, { id })];
    await app.get(Participant).submit(copies);
    await app.get(Participant).submit(copies);
    expect(await till.notes(data.basketId)).toEqual(['packed']);
    await till.hears(data.basketId, ['till.ItemHeld']);
  });

  it('does a step once, whether the message comes twice or another asks for the same', async () => {
    const basketId = basket();
    const before = await item('tea');
    const id = randomUUID();
    const data = { basketId, sku: 'tea', quantity: 3 };
    await till.tellAll([
      [HoldItem, data, { id }],
      [HoldItem, data, { id }],
      [HoldItem, data],
      [BasketPacked, { ...data, amount: 1 }],
    ]);
    await till.tell(HoldItem, data, { id });
    await till.tell(DropItem, { basketId });
    await till.hears(basketId, ['till.ItemHeld', 'till.ItemDropped']);
    expect(await item('tea')).toBe(before);
  });

  it('meets a saga anew whose row was removed meanwhile', async () => {
    const basketId = basket();
    await till.tell(HoldItem, { basketId, sku: 'tea', quantity: 1 });
    await till.hears(basketId, ['till.ItemHeld']);
    await till.sql('delete from duet.saga where id = $1', [basketId]);
    await till.sql('delete from duet.outbox where saga_id = $1', [basketId]);
    await till.tell(DropItem, { basketId });
    await till.hears(basketId, ['till.ItemHeld', 'till.ItemDropped']);
  });

  it('refuses an action that comes after its undo, void, and only once', async () => {
    const basketId = basket();
    const before = await item('tea');
    await till.tell(BasketLost, { basketId, reason: { code: 'lost', text: 'in the post' } });
    await till.hears(basketId, ['till.ItemDropped']);
    await till.tell(HoldItem, { basketId, sku: 'tea', quantity: 1 });
    await till.hears(basketId, ['till.ItemDropped', 'till.ItemRefused (void)']);
    await till.tell(HoldItem, { basketId, sku: 'tea', quantity: 1 });
    await till.tell(KeepBack, { basketId });
    await till.hears(basketId, ['till.ItemDropped', 'till.ItemRefused (void)', 'till.KeptBack']);
    expect(await item('tea')).toBe(before);
    expect(till.events.find(({ saga, void: isVoid }) => saga === basketId && isVoid)?.body).toMatchObject({ reason: { code: 'undone' } });
  });

  it('calls outside once, with the key of the step, and records the answer', async () => {
    const basketId = basket();
    await till.tell(TakeMoney, { basketId, amount: 5 });
    await till.hears(basketId, ['till.MoneyTaken']);
    expect(till.bank.asked.filter(({ key }) => key === `basket/${basketId}/till.TakeMoney`)).toHaveLength(1);
    await till.tell(ReturnMoney, { basketId });
    await till.hears(basketId, ['till.MoneyTaken', 'till.MoneyReturned']);
    expect(till.bank.asked.at(-1)).toMatchObject({ what: 'return', of: `basket/${basketId}/till.TakeMoney` });
    expect(await till.notes(basketId)).toEqual(['taken', 'returned:done']);
  });

  it('repeats a call that failed, with the same key, until it is answered', async () => {
    const basketId = basket();
    till.bank.behaviour = ({ what }, times) => (what === 'take' && times < 3 ? 'fail' : 'ok');
    await till.tell(TakeMoney, { basketId, amount: 5 });
    await till.hears(basketId, ['till.MoneyTaken']);
    expect(till.bank.times('take', `basket/${basketId}/till.TakeMoney`)).toBe(3);
  });

  it('lets an undo wait for a call in flight, then undoes what it did', async () => {
    const basketId = basket();
    till.bank.behaviour = ({ what }) => (what === 'take' ? 'hang' : 'ok');
    await till.tell(TakeMoney, { basketId, amount: 5 });
    await until(() => till.bank.times('take', `basket/${basketId}/till.TakeMoney`) === 1, { what: 'the call is in flight' });
    await till.tell(ReturnMoney, { basketId });
    await until(async () => (await till.held(basketId)).length === 2, { what: 'the undo waits behind the call' });
    expect(till.said(basketId)).toEqual([]);
    till.bank.release();
    await till.hears(basketId, ['till.MoneyTaken', 'till.MoneyReturned']);
    expect(await till.notes(basketId)).toEqual(['taken', 'returned:done']);
  });

  it('undoes by the key when the outcome of the call is unknown, and does not call again', async () => {
    const basketId = basket();
    till.bank.behaviour = ({ what }) => (what === 'take' ? 'fail' : 'ok');
    const key = `basket/${basketId}/till.TakeMoney`;
    await till.tell(TakeMoney, { basketId, amount: 5 });
    await until(async () => (await till.held(basketId)).some(({ state, attempts }) => state === 'retrying' && attempts > 0), {
      what: 'the call has failed',
    });
    await till.tell(ReturnMoney, { basketId });
    await till.hears(basketId, ['till.MoneyReturned', 'till.MoneyRefused (void)']);
    expect(await till.notes(basketId)).toEqual(['returned:unknown']);
    expect(till.bank.asked.find(({ what, of }) => what === 'return' && of === key)).toBeDefined();
    const calls = till.bank.times('take', key);
    await till.tell(HoldItem, { basketId, sku: 'tea', quantity: 1 });
    await till.hears(basketId, ['till.MoneyReturned', 'till.MoneyRefused (void)', 'till.ItemHeld']);
    expect(till.bank.times('take', key)).toBe(calls);
    expect(await till.held(basketId)).toEqual([]);
  });

  it('answers a cancel question by what has become of the pivot', async () => {
    const [before, after] = [basket(), basket()];
    await till.tell(KeepBack, { basketId: before });
    await till.hears(before, ['till.KeptBack']);
    await till.tell(HandOver, { basketId: before });
    await till.hears(before, ['till.KeptBack', 'till.HandOverFailed (void)']);
    await till.tell(HandOver, { basketId: after });
    await till.hears(after, ['till.HandedOver']);
    await till.tell(KeepBack, { basketId: after });
    await till.hears(after, ['till.HandedOver', 'till.TooLate']);
    expect(till.bank.asked.some(({ what, key }) => what === 'keep' && key.includes(after))).toBe(false);
  });

  it('holds the message of a handler that always fails, in order with the rest of its saga, while 1,000 other sagas flow', async () => {
    const bad = basket();
    const good = Array.from({ length: 1_000 }, basket);
    const half = good.length / 2;
    await till.tellAll([
      ...good.slice(0, half).map((basketId) => [HoldItem, { basketId, sku: 'tea', quantity: 1 }] as const),
      [HoldItem, { basketId: bad, sku: 'broken', quantity: 1 }],
      [TakeMoney, { basketId: bad, amount: 1 }],
      ...good.slice(half).map((basketId) => [HoldItem, { basketId, sku: 'tea', quantity: 1 }] as const),
    ]);
    const all = new Set(good);
    await until(() => till.events.filter(({ saga, type }) => all.has(saga) && type === 'till.ItemHeld').length === good.length, {
      what: 'all good sagas went on',
      deadline: 30_000,
    });
    const held = await till.held(bad);
    expect(held.map(({ task }) => task)).toEqual(['till.HoldItem', 'till.TakeMoney']);
    expect(held[0]).toMatchObject({ code: 'BankUnavailable', reason: 'BankUnavailable: this item always fails' });
    expect(held[1]).toMatchObject({ state: 'waiting' });
    expect(till.said(bad)).toEqual([]);
  });

  it('parks at once what no repetition can mend', async () => {
    const basketId = basket();
    await till.tell(HoldItem, { basketId, sku: 'hopeless', quantity: 1 });
    await until(async () => (await till.held(basketId))[0]?.state === 'parked', { what: 'the message is parked' });
    expect((await till.held(basketId))[0]?.reason).toContain('can never be held');
  });

  it('gives the same result in a batch as one by one, for a contended row and mixed refusals', async () => {
    const ids = Array.from({ length: 20 }, basket);
    await till.tellAll(ids.map((basketId, place) => [HoldItem, { basketId, sku: 'rare', quantity: (place % 3) + 1 }] as const));
    await until(() => ids.every((id) => till.said(id).length > 0), { what: 'all baskets are answered' });
    const [row] = await till.sql<{ available: string; held: string }>("select available, held from item where sku = 'rare'");
    const holds = await till.sql<{ quantity: string }>("select quantity from hold where sku = 'rare' and held");
    expect(Number(row?.held)).toBe(holds.reduce((sum, { quantity }) => sum + Number(quantity), 0));
    expect(Number(row?.available) + Number(row?.held)).toBe(5);
    expect(ids.filter((id) => till.said(id)[0] === 'till.ItemHeld')).toHaveLength(holds.length);
  });

  it('sets aside what it cannot understand, with the bytes and the reason, and goes on', async () => {
    const topic = `${till.prefix}till.commands`;
    const headers = { ce_type: 'till.HoldItem' };
    await till.probe.send([
      { topic, key: 'a', value: 'not json', headers: {} },
      { topic, key: 'b', value: '{}', headers: { ce_type: 'till.NoSuchCommand' } },
      { topic, key: 'c', value: Buffer.from([0xff, 0xfe]), headers },
      { topic: `${till.prefix}shop.events`, key: 'd', value: null, headers: {} },
      { topic: `${till.prefix}shop.events`, key: 'e', value: 'who cares', headers: { ce_type: 'shop.NobodyListens' } },
    ]);
    const basketId = basket();
    await till.tell(HoldItem, { basketId, sku: 'tea', quantity: 1 });
    await till.hears(basketId, ['till.ItemHeld']);
    const aside = () =>
      till.sql<{ code: string; reason: string; message_value: Buffer | null }>(
        "select code, reason, message_value from duet.held where state = 'aside' order by n",
      );
    await until(async () => (await aside()).length === 4, { what: 'four messages are set aside' });
    expect((await aside()).map(({ message_value }) => message_value)).toContainEqual(Buffer.from([0xff, 0xfe]));
    expect((await aside()).every(({ reason }) => reason.length > 10)).toBe(true);
  });
});
