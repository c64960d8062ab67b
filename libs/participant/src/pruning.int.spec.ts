import { randomUUID } from 'node:crypto';
import { delegating, memoryBroker } from '@duet/kafka';
import { until } from '@duet/testbed';
import type { INestApplication } from '@nestjs/common';
import { Harness } from './fixture/harness.fixture';
import { BasketPacked, DropItem, HoldItem, KeepBack, TakeMoney } from './fixture/till.messages.fixture';
import { WrongSetting } from './errors';
import type { ParticipantSettings } from './index';
import { Participant } from './participant';

jest.setTimeout(60_000);

const anHour = 3_600_000;
const kept = { outboxKeptMs: anHour, inboxKeptMs: 2 * anHour, sagasKeptMs: 24 * anHour, asideKeptMs: 24 * anHour };

describe('what is older than it is kept for', () => {
  let till: Harness;
  let app: INestApplication;
  const broker = memoryBroker();
  beforeAll(async () => {
    till = await Harness.start();
    app = await till.replica({ ...kept, pruneEveryMs: 50 }, { broker, quiet: true });
  });
  afterEach(() => (till.bank.behaviour = () => 'ok'));
  afterAll(() => till.stop());
  const submit = (...items: Parameters<Participant['submit']>[0]) => app.get(Participant).submit(items);
  const hold = (basketId: string) => till.item(HoldItem, { basketId, sku: 'tea', quantity: 1 });
  /** How many rows each table has of a saga. */
  const rows = async (basketId: string): Promise<Record<string, string>> => {
    const [counts] = await till.sql<Record<string, string>>(
      `select (select count(*) from duet.inbox where saga_id = $1) as inbox, (select count(*) from duet.outbox where saga_id = $1) as outbox,
        (select count(*) from duet.saga where id = $1) as saga, (select count(*) from duet.held where saga_id = $1) as held`,
      [basketId],
    );
    return counts ?? {};
  };
  const sent = (basketId: string) =>
    until(async () => (await till.sql('select 1 from duet.outbox where saga_id = $1 and sent_at is null', [basketId])).length === 0, {
      what: 'its messages are sent',
    });
  const age = async (basketId: string, hours: number): Promise<void> => {
    await till.sql("update duet.inbox set received_at = received_at - $2 * interval '1 hour' where saga_id = $1", [basketId, hours]);
    await till.sql("update duet.outbox set sent_at = sent_at - $2 * interval '1 hour' where saga_id = $1", [basketId, hours]);
    await till.sql("update duet.saga set touched_on = (now() - $2 * interval '1 hour')::date where id = $1", [basketId, hours]);
  };

  it('goes, in the order of the times: what was sent, what was received, the saga', async () => {
    const [young, sentOld, old, done] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    await submit(...[young, sentOld, old, done].map(hold));
    for (const basketId of [young, sentOld, old, done]) await sent(basketId);
    await age(sentOld, 1.5);
    await age(old, 3);
    await age(done, 49);
    const all = { inbox: '1', outbox: '1', saga: '1', held: '0' };
    await until(async () => (await rows(done))['saga'] === '0', { what: 'the oldest is gone' });
    await until(async () => (await rows(old))['inbox'] === '0', { what: 'what it had received is gone' });
    await until(async () => (await rows(sentOld))['outbox'] === '0', { what: 'what it had sent is gone' });
    expect(await rows(young)).toEqual(all);
    expect(await rows(sentOld)).toEqual({ ...all, outbox: '0' });
    expect(await rows(old)).toEqual({ ...all, outbox: '0', inbox: '0' });
    expect(await rows(done)).toEqual({ inbox: '0', outbox: '0', saga: '0', held: '0' });
  });

  it('stays where something is not finished: unsent, held, or under a timer', async () => {
    till.bank.behaviour = () => 'hang';
    const [unsent, waiting, timed, nothing] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    await submit(hold(unsent), till.item(TakeMoney, { basketId: waiting, amount: 1 }), hold(timed), hold(nothing));
    for (const basketId of [unsent, timed, nothing]) await sent(basketId);
    await till.sql(
      `insert into duet.timer (process, saga_id, name, due_at, within_ms, look_at) values ('basket', $1, 'far', now() + interval '1 day', 1, now() + interval '1 day')`,
      [timed],
    );
    // As if it were in the hands of a replica that stands still: the relay of this one leaves it alone for a while.
    await till.sql("update duet.outbox set sent_at = null, created_at = now() + interval '1 hour' where saga_id = $1", [unsent]);
    for (const basketId of [unsent, waiting, timed, nothing]) await age(basketId, 49);
    await until(async () => (await rows(nothing))['saga'] === '0', { what: 'the one that waits for nothing is gone' });
    expect(await rows(unsent)).toMatchObject({ outbox: '1', saga: '1' });
    expect(await rows(waiting)).toMatchObject({ held: '1', saga: '1' });
    expect(await rows(timed)).toMatchObject({ saga: '1' });
    till.bank.release();
  });

  it('stays while a unit has it in hand, however old it is', async () => {
    const [busy, nothing] = [randomUUID(), randomUUID()];
    await submit(till.item(KeepBack, { basketId: busy }), hold(nothing));
    for (const basketId of [busy, nothing]) await sent(basketId);
    till.bank.behaviour = () => 'hang';
    const thinking = till.bank.times('think') + 1;
    const working = submit(till.item(HoldItem, { basketId: busy, sku: 'thoughtful', quantity: 1 }));
    await until(() => till.bank.times('think') === thinking, { what: 'the unit is under way' });
    for (const basketId of [busy, nothing]) await age(basketId, 49);
    await until(async () => (await rows(nothing))['saga'] === '0', { what: 'the one that nobody has in hand is gone' });
    expect(await rows(busy)).toMatchObject({ saga: '1' });
    till.bank.behaviour = () => 'ok';
    till.bank.release();
    await working;
  });

  it('goes from what was set aside and from what people did, and not from what waits', async () => {
    const insert = (id: string, state: string) =>
      till.sql(
        "insert into duet.held (id, task, topic, headers, state, held_at) values ($1, '', 'till.commands', '{}', $2, now() - interval '25 hours')",
        [id, state],
      );
    const [aside, parked] = [randomUUID(), randomUUID()];
    await insert(aside, 'aside');
    await insert(parked, 'parked');
    await till.sql(
      "insert into duet.operation (did, step, message_id, actor, at) values ('drop', '', $1, 'ann', now() - interval '25 hours')",
      [aside],
    );
    await until(async () => (await till.sql('select 1 from duet.held where id = $1', [aside])).length === 0, { what: 'it is gone' });
    await until(async () => (await till.sql('select 1 from duet.operation where message_id = $1', [aside])).length === 0, {
      what: 'so is what was done',
    });
    expect(await till.sql('select 1 from duet.held where id = $1', [parked])).toHaveLength(1);
    await till.sql('delete from duet.held where id = $1', [parked]);
  });

  it('is met anew when it is asked for again: a saga that is gone has no steps', async () => {
    const basketId = randomUUID();
    await submit(hold(basketId));
    await sent(basketId);
    await age(basketId, 49);
    await until(async () => (await rows(basketId))['saga'] === '0', { what: 'it is gone' });
    await submit(till.item(DropItem, { basketId }), till.item(BasketPacked, { basketId, sku: 'tea', quantity: 1, amount: 1 }));
    expect(await rows(basketId)).toMatchObject({ inbox: '2', saga: '1' });
  });
});

describe('times that would have something handled twice', () => {
  let till: Harness;
  beforeAll(async () => (till = await Harness.start()));
  afterAll(() => till.stop());
  const start = (settings: Partial<ParticipantSettings>, keptMs: number) =>
    till
      .replica(settings, { broker: { ...delegating(memoryBroker()), keptAtMostMs: async () => keptMs }, quiet: true })
      .catch((error: unknown) => error);

  it.each<[string, Partial<ParticipantSettings>, number, string]>([
    ['the outbox is kept for longer than the inbox', { ...kept, outboxKeptMs: 3 * anHour }, 0, 'INBOX_KEPT is 2h and must be longer'],
    ['the broker has messages for longer than the inbox', kept, anHour, 'INBOX_KEPT is 2h and must be longer than OUTBOX_KEPT (1h) and'],
  ])('stop the start: %s', async (_, settings, keptMs, sentence) => {
    const failure = await start(settings, keptMs);
    expect(failure).toBeInstanceOf(WrongSetting);
    expect(String(failure)).toContain(sentence);
  });
});
