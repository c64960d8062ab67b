import { randomUUID } from 'node:crypto';
import { memoryBroker } from '@duet/kafka';
import { MessageFreed, MessageParked, wireName } from '@duet/message';
import { until } from '@duet/testbed';
import type { INestApplication } from '@nestjs/common';
import { Harness } from './fixture/harness.fixture';
import { BasketPaid, DropItem, HandOver, HoldItem, KeepBack, PrintReceipt, ReturnMoney, TakeMoney } from './fixture/till.messages.fixture';
import { HeldOperations } from './held.operations';
import type { Item } from './item';
import { Participant } from './participant';

jest.setTimeout(60_000);

describe('what waits for a person', () => {
  let till: Harness;
  let app: INestApplication;
  let basketId: string;
  beforeAll(async () => {
    till = await Harness.start();
    app = await till.replica({ retryMs: 20, parkAfter: 2 }, { broker: memoryBroker(), quiet: true });
  });
  beforeEach(() => (basketId = randomUUID()));
  afterEach(() => (till.bank.behaviour = () => 'ok'));
  afterAll(() => till.stop());

  const submit = (...items: Item[]) => app.get(Participant).submit(items);
  /** What the world is told, in order, on the topic of the runtime's own events. */
  const told = (type: typeof MessageParked | typeof MessageFreed) =>
    till
      .sql<{ value: string }>(
        "select value from duet.outbox where saga_id = $1 and topic = 'duet.parked' and headers ->> 'ce_type' = $2 order by seq",
        [basketId, wireName(type)],
      )
      .then((rows) => rows.map(({ value }) => JSON.parse(value) as object));
  const parked = (count = 1) =>
    until(async () => (await till.held(basketId)).filter(({ state }) => state === 'parked').length === count, {
      what: `${count} are parked`,
    });
  const heldId = async (task: string): Promise<string> =>
    (await till.sql<{ id: string }>('select id from duet.held where saga_id = $1 and task = $2', [basketId, task]))[0]?.id ?? '';

  it.each([
    ['an action', 'action', 'till.TakeMoney', () => till.item(TakeMoney, { basketId, amount: 5 })],
    ['an undo', 'undo', 'till.ReturnMoney', () => till.item(ReturnMoney, { basketId })],
    ['a cancel question', 'cancel', 'till.KeepBack', () => till.item(KeepBack, { basketId })],
    ['a command that cannot be refused', 'retriable', 'till.PrintReceipt', () => till.item(PrintReceipt, { basketId })],
    ['an event that was heard', 'hears', 'shop.BasketPaid', () => till.item(BasketPaid, { basketId })],
  ])('is told with what it is: %s', async (_, role, command, item) => {
    if (role === 'undo') await submit(till.item(TakeMoney, { basketId, amount: 5 }));
    if (role === 'undo') await until(async () => (await till.notes(basketId)).includes('taken'), { what: 'it is done' });
    // The question goes by the key of a call whose outcome nobody knows.
    till.bank.behaviour = () => 'fail';
    if (role === 'cancel') await submit(till.item(HandOver, { basketId })).then(() => parked());
    const one = item();
    await submit(one);
    await parked(role === 'cancel' ? 2 : 1);
    const messageId = one.is === 'message' ? one.message.id : '';
    const text = 'BankUnavailable: the bank answered 503';
    expect((await told(MessageParked)).at(-1)).toEqual({ service: 'till', command, role, messageId, code: 'BankUnavailable', text });
    expect(await told(MessageFreed)).toEqual([]);
  });

  it.each([
    ['was tried again', 'redrive', (id: string) => app.get(HeldOperations).redrive(id, 'zoe')],
    [
      'was done by hand',
      'settled',
      (id: string) => app.get(HeldOperations).settle(id, { body: { basketId, receipt: 'r' }, note: 'in cash' }, 'zoe'),
    ],
    ['was undone', 'undo', () => submit(till.item(ReturnMoney, { basketId }))],
  ])('and does not any more is told, and that it %s', async (_, by, free) => {
    till.bank.behaviour = () => 'fail';
    const one = till.item(TakeMoney, { basketId, amount: 5 });
    await submit(one);
    await parked();
    till.bank.behaviour = () => 'ok';
    await free(await heldId('till.TakeMoney'));
    await until(async () => (await told(MessageFreed)).length > 0, { what: 'it is told' });
    const messageId = one.is === 'message' ? one.message.id : '';
    expect(await told(MessageFreed)).toEqual([{ service: 'till', command: 'till.TakeMoney', messageId, by }]);
    await until(async () => (await till.held(basketId)).length === 0, { what: 'nothing waits' });
  });

  it('and was dropped is told, too', async () => {
    await submit(till.item(HoldItem, { basketId, sku: 'hopeless', quantity: 1 }));
    await app.get(HeldOperations).drop(await heldId('till.HoldItem'), 'no', 'zoe');
    expect(await told(MessageFreed)).toMatchObject([{ command: 'till.HoldItem', by: 'drop' }]);
  });

  it('is told again when it fails again, each time under an id of its own', async () => {
    await submit(till.item(HoldItem, { basketId, sku: 'hopeless', quantity: 1 }));
    till.bank.behaviour = () => 'fail';
    await submit(till.item(TakeMoney, { basketId, amount: 5 }));
    await app.get(HeldOperations).drop(await heldId('till.HoldItem'), 'no', 'zoe');
    await parked();
    await app.get(HeldOperations).redrive(await heldId('till.TakeMoney'), 'zoe');
    await until(async () => (await told(MessageParked)).length === 3, { what: 'it is told again' });
    const ids = await till.sql<{ id: string }>("select headers ->> 'ce_id' as id from duet.outbox where saga_id = $1", [basketId]);
    expect(new Set(ids.map(({ id }) => id)).size).toBe(ids.length);
  });

  it('holds up its saga in order and nobody else; freed, all of it goes on in order', async () => {
    await submit(till.item(HoldItem, { basketId, sku: 'hopeless', quantity: 1 }));
    const [first, other] = [basketId, randomUUID()];
    await submit(
      till.item(TakeMoney, { basketId: first, amount: 1 }),
      till.item(HandOver, { basketId: first }),
      till.item(PrintReceipt, { basketId: first }),
      till.item(HoldItem, { basketId: other, sku: 'tea', quantity: 1 }),
    );
    expect((await till.held(first)).map(({ task, state }) => `${task} ${state}`)).toEqual([
      'till.HoldItem parked',
      'till.TakeMoney waiting',
      'till.HandOver waiting',
      'till.PrintReceipt waiting',
    ]);
    expect(await till.held(other)).toEqual([]);
    // Its own undo alone overtakes it, and frees it.
    await submit(till.item(DropItem, { basketId: first }));
    expect((await till.held(first)).map(({ task }) => task)).toEqual([
      'till.HoldItem',
      'till.TakeMoney',
      'till.HandOver',
      'till.PrintReceipt',
      'till.DropItem',
    ]);
    await app.get(HeldOperations).drop(await heldId('till.HoldItem'), 'no', 'zoe');
    await until(async () => (await till.held(first)).length === 0, { what: 'nothing waits' });
    const said = await till.sql<{ type: string }>(
      "select headers ->> 'ce_type' as type from duet.outbox where saga_id = $1 and topic = 'till.events' order by seq",
      [first],
    );
    expect(said.map(({ type }) => type)).toEqual([
      'till.ItemRefused',
      'till.MoneyTaken',
      'till.HandedOver',
      'till.ReceiptPrinted',
      'till.ItemDropped',
    ]);
  });
});
