import { randomUUID } from 'node:crypto';
import { memoryBroker } from '@duet/kafka';
import { until } from '@duet/testbed';
import type { INestApplication } from '@nestjs/common';
import { Harness } from './fixture/harness.fixture';
import { BasketPacked, DropItem, HandOver, HoldItem, KeepBack, KeptBack, TakeMoney, TooLate } from './fixture/till.messages.fixture';
import { TillStore } from './fixture/till.store';
import { NoUnitOfWork } from './errors';
import { Sagas } from './index';
import { Participant } from './participant';

jest.setTimeout(60_000);

describe('messages that fail', () => {
  let till: Harness;
  let app: INestApplication;
  let broker: ReturnType<typeof memoryBroker>;
  beforeAll(async () => {
    till = await Harness.start();
    broker = memoryBroker();
    app = await till.replica({}, { broker, quiet: true });
  });
  afterEach(() => {
    till.bank.behaviour = () => 'ok';
    jest.restoreAllMocks();
  });
  afterAll(() => till.stop());
  const basket = (): string => randomUUID();
  const submit = (...items: Parameters<Participant['submit']>[0]) => app.get(Participant).submit(items);
  /** What the till has said about a basket, from the table, in order. */
  const told = async (saga: string): Promise<(string | undefined)[]> =>
    (await till.sql<{ headers: Record<string, string> }>('select headers from duet.outbox where saga_id = $1 order by seq', [saga])).map(
      ({ headers }) => headers['ce_type'],
    );

  it('are found among good ones: only they are held, what follows in their saga waits, and both are told in order at last', async () => {
    till.bank.behaviour = ({ what }) => (what === 'think' ? 'fail' : 'ok');
    const bad = basket();
    const good = Array.from({ length: 30 }, basket);
    const items = good.map((basketId) => till.item(HoldItem, { basketId, sku: 'tea', quantity: 1 }));
    items.splice(
      11,
      0,
      till.item(HoldItem, { basketId: bad, sku: 'thoughtful', quantity: 1 }),
      till.item(TakeMoney, { basketId: bad, amount: 1 }),
    );
    await submit(...items);
    for (const basketId of good) expect(await told(basketId)).toEqual(['till.ItemHeld']);
    expect((await till.held(bad)).map(({ task, state }) => `${task} ${state}`)).toEqual([
      'till.HoldItem retrying',
      'till.TakeMoney waiting',
    ]);
    expect(await told(bad)).toEqual([]);
    till.bank.behaviour = () => 'ok';
    await until(async () => (await told(bad)).length === 2, { what: 'both are handled' });
    expect(await told(bad)).toEqual(['till.ItemHeld', 'till.MoneyTaken']);
    expect(await till.held(bad)).toEqual([]);
    expect(await told(good[0] ?? '')).toEqual(['till.ItemHeld']);
  });

  it('are tried a few times at once before they are held', async () => {
    const basketId = basket();
    till.bank.behaviour = ({ what }, times) => (what === 'think' && times < 3 ? 'fail' : 'ok');
    await submit(till.item(HoldItem, { basketId, sku: 'thoughtful', quantity: 1 }));
    expect(await told(basketId)).toEqual(['till.ItemHeld']);
  });

  it("because the runtime cannot refuse them in their owner's name are held, and hold up only their saga", async () => {
    const [bad, good] = [basket(), basket()];
    await submit(till.item(DropItem, { basketId: bad }));
    const own = Object.getOwnPropertyDescriptor(HoldItem, 'fail');
    Object.defineProperty(HoldItem, 'fail', { value: undefined, configurable: true });
    try {
      await submit(
        till.item(HoldItem, { basketId: bad, sku: 'tea', quantity: 1 }),
        till.item(HoldItem, { basketId: good, sku: 'tea', quantity: 1 }),
      );
    } finally {
      if (own) Object.defineProperty(HoldItem, 'fail', own);
      else Reflect.deleteProperty(HoldItem, 'fail');
    }
    expect(await till.held(bad)).toMatchObject([{ task: 'till.HoldItem', state: 'parked', code: 'WrongOutcome' }]);
    expect(await told(good)).toEqual(['till.ItemHeld']);
  });

  it('because they contradict what is known are parked for a person, and nothing is answered', async () => {
    const [gone, kept] = [basket(), basket()];
    await submit(till.item(HandOver, { basketId: gone }));
    await until(async () => (await told(gone)).length === 1, { what: 'it is handed over' });
    jest.spyOn(TooLate, 'of').mockImplementation((({ basketId }: { basketId: string }) => KeptBack.of({ basketId })) as never);
    await submit(till.item(KeepBack, { basketId: gone }));
    expect(await till.held(gone)).toMatchObject([{ task: 'till.KeepBack', state: 'parked', code: 'WrongOutcome' }]);
    expect(await told(gone)).toEqual(['till.HandedOver', 'duet.MessageParked']);
    jest.spyOn(KeptBack, 'of').mockImplementation((({ basketId }: { basketId: string }) => ({ basketId })) as never);
    await submit(till.item(KeepBack, { basketId: kept }));
    expect((await till.held(kept))[0]?.reason).toContain('must return till.KeptBack or till.TooLate');
  });

  it('at the commit are held like those that fail before it', async () => {
    await till.sql(`create table if not exists late_check (basket_id text primary key)`);
    await till.sql(
      `create or replace function refuse() returns trigger language plpgsql as $$ begin if new.what = 'packed' and new.basket_id like 'bad%' then raise exception 'too late'; end if; return new; end $$`,
    );
    await till.sql(
      `create constraint trigger late after insert on note deferrable initially deferred for each row execute function refuse()`,
    );
    const [bad, good] = [`bad-${basket()}`, basket()];
    const packed = (basketId: string) => till.item(BasketPacked, { basketId, sku: 'tea', quantity: 1, amount: 1 });
    await submit(packed(good), packed(bad));
    expect(await till.notes(good)).toEqual(['packed']);
    expect(await told(good)).toEqual(['till.ItemHeld']);
    expect(await till.notes(bad)).toEqual([]);
    expect((await till.held(bad))[0]).toMatchObject({ task: 'hears', code: 'error', reason: 'error: too late' });
    await till.sql('drop trigger late on note');
    await until(async () => (await till.held(bad)).length === 0, { what: 'it is handled' });
    expect(await till.notes(bad)).toEqual(['packed']);
    expect(await told(bad)).toEqual(['till.ItemHeld']);
  });

  it('in a statement whose error the handler swallows are not lost', async () => {
    const basketId = basket();
    const note = jest.spyOn(TillStore.prototype, 'note').mockImplementation(async function (this: TillStore) {
      await this.break().catch(() => undefined);
    });
    // Of another process, so that no reaction follows: nothing but the commit could tell.
    await submit(till.item(BasketPacked, { basketId, sku: 'tea', quantity: 1, amount: 1 }, { process: 'parcel' }));
    expect(await till.held(basketId)).toMatchObject([{ task: 'hears', state: 'retrying', code: 'NotCommitted' }]);
    note.mockRestore();
    await until(async () => (await till.notes(basketId)).length === 1, { what: 'it is handled' });
  });

  it('with text that PostgreSQL cannot hold are held all the same', async () => {
    const basketId = basket();
    jest
      .spyOn(TillStore.prototype, 'note')
      .mockRejectedValue(Object.assign(new Error('a\u0000b', { cause: Object.create(null) }), { name: 'No\u0000pe' }));
    await submit(till.item(BasketPacked, { basketId, sku: 'tea', quantity: 1, amount: 1 }));
    expect((await till.held(basketId))[0]).toMatchObject({ code: 'No\ufffdpe', reason: expect.stringContaining('a\ufffdb') as string });
  });

  it('because a handler cannot reach somebody else do not stop the unit for everybody', async () => {
    const [bad, good] = [basket(), basket()];
    jest.spyOn(TillStore.prototype, 'note').mockRejectedValue(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }));
    await submit(
      till.item(BasketPacked, { basketId: bad, sku: 'tea', quantity: 1, amount: 1 }),
      till.item(HoldItem, { basketId: good, sku: 'tea', quantity: 1 }),
    );
    expect((await till.held(bad))[0]).toMatchObject({ task: 'hears', state: 'retrying' });
    expect(await told(good)).toEqual(['till.ItemHeld']);
  });

  it('that an earlier build held and this one cannot read wait, hold up only their saga, and go on with a build that can', async () => {
    const [lost, broken] = [basket(), basket()];
    for (const [saga, task, change] of [
      [lost, 'till.Gone', "task = 'till.Gone'"],
      [broken, 'till.HoldItem', "message_value = '{}'"],
    ] as const) {
      till.bank.behaviour = ({ what }) => (what === 'think' ? 'fail' : 'ok');
      await submit(till.item(HoldItem, { basketId: saga, sku: 'thoughtful', quantity: 1 }));
      till.bank.behaviour = () => 'ok';
      const [before] = await till.sql<{ id: string; message_value: Buffer; task: string }>('select * from duet.held where saga_id = $1', [
        saga,
      ]);
      await till.sql(`update duet.held set ${change} where saga_id = $1`, [saga]);
      await submit(till.item(DropItem, { basketId: saga }));
      await until(async () => (await till.held(saga))[0]?.code === 'unreadable', { what: 'it is found unreadable' });
      expect((await till.held(saga)).map((row) => `${row.task} ${row.state}`)).toEqual([`${task} retrying`, 'till.DropItem waiting']);
      expect(await told(saga)).toEqual([]);
      await till.sql('update duet.held set task = $2, message_value = $3 where id = $1', [before?.id, before?.task, before?.message_value]);
      await until(async () => (await till.held(saga)).length === 0, { what: 'it is handled' });
      expect((await told(saga)).sort()).toEqual(expect.arrayContaining(['till.ItemDropped']));
    }
  });

  it('are told to who asked over REST, and nothing of them has happened; others of the unit have', async () => {
    const [bad, good] = [basket(), basket()];
    const start = (saga: string, work: () => Promise<void>) =>
      app.get(Sagas).start({ process: 'basket', saga, style: 'choreography' }, async (publish) => {
        publish(BasketPacked.of({ basketId: saga, sku: 'tea', quantity: 1, amount: 1 }));
        await app.get(TillStore).note(saga, 'started');
        await work();
        return saga;
      });
    const failed = start(bad, () => Promise.reject(new Error('not today')));
    const fine = start(good, async () => undefined);
    await expect(failed).rejects.toThrow('not today');
    await expect(fine).resolves.toBe(good);
    expect([await till.notes(bad), await told(bad)]).toEqual([[], []]);
    expect([(await till.notes(good))[0], (await told(good))[0]]).toEqual(['started', 'shop.BasketPacked']);
  });

  it('because they start a saga inside a handler, or leave a store call behind, say so', async () => {
    const start = (work: () => Promise<void>) => app.get(Sagas).start({ process: 'basket', saga: basket(), style: 'choreography' }, work);
    await expect(start(() => start(async () => undefined))).rejects.toThrow(NoUnitOfWork);
    let left: Promise<void> | undefined;
    await start(async () => {
      left = new Promise((resolve) => setTimeout(resolve, 50)).then(() => app.get(TillStore).note('x', 'late'));
      left.catch(() => undefined);
    });
    await expect(left).rejects.toThrow(NoUnitOfWork);
  });
});
