import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { type Broker, delegating, kafkaBroker, memoryBroker, memoryCluster } from '@duet/kafka';
import { until } from '@duet/testbed';
import type { INestApplication } from '@nestjs/common';
import { Client } from 'pg';
import { AlarmBehaviour, alarmReplica } from './fixture/alarm.fixture';
import { Harness } from './fixture/harness.fixture';
import { BasketPacked } from './fixture/till.messages.fixture';
import { Sagas } from './index';
import { Participant } from './participant';
import type { ParticipantSettings } from './participant.config';
import { Timers } from './timers';
import type { Standings } from './watermark';

jest.setTimeout(90_000);

describe('timers of sagas', () => {
  let till: Harness;
  let behaviour: AlarmBehaviour;
  let apps: INestApplication[];
  beforeEach(async () => {
    till = await Harness.start();
    behaviour = new AlarmBehaviour();
    apps = [];
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    for (const app of apps) await app.close();
    await till.stop();
  });
  const basket = (): string => randomUUID();
  const ref = (saga: string) => ({ process: 'basket', saga });
  const replica = async (settings: Partial<ParticipantSettings> = {}, broker?: Broker): Promise<INestApplication> => {
    const app = await alarmReplica(till, behaviour, settings, broker);
    apps.push(app);
    return app;
  };
  const stop = async (app: INestApplication): Promise<void> => {
    apps = apps.filter((other) => other !== app);
    await app.close();
  };
  const set = (app: INestApplication, saga: string, options: Parameters<Timers['set']>[2]) =>
    app.get(Timers).set(ref(saga), 'late', options);
  const rings = async (): Promise<string[]> =>
    (await till.sql<{ basket_id: string }>('select basket_id from ring')).map((row) => row.basket_id);
  const rang = (saga: string, times = 1) =>
    until(async () => (await rings()).filter((id) => id === saga).length >= times, {
      what: `${saga} rang ${times} times`,
      deadline: 30_000,
    });
  /** How long after it was due it rang, in milliseconds, by the database's clock. */
  const delayOf = async (saga: string): Promise<number> => {
    const [row] = await till.sql<{ ms: string }>(
      'select extract(epoch from rang_at - due_at) * 1000 as ms from ring where basket_id = $1',
      [saga],
    );
    return Number(row?.ms);
  };
  /** Waits until all timers have been due for so long, by the database's clock. */
  const allOverdue = (ms = 0): Promise<unknown> =>
    until(
      async () =>
        (await till.sql("select 1 from duet.timer having max(due_at) < clock_timestamp() - $1 * interval '1 millisecond'", [ms])).length ===
        1,
      { what: `all timers are overdue for ${ms} ms`, deadline: 20_000 },
    );
  const packed = async (): Promise<number> =>
    Number((await till.sql<{ n: string }>('select count(distinct basket_id) as n from packed'))[0]?.n);
  const packing = (basketId: string, sku = 'tea') => [BasketPacked, { basketId, sku, quantity: 1, amount: 1 }] as const;

  it('fire once, in whichever of two replicas, and what they publish is sent', async () => {
    const [first, second] = await Promise.all([replica(), replica()]);
    const baskets = Array.from({ length: 300 }, basket);
    await Promise.all(baskets.map((saga, place) => set(place % 2 ? first : second, saga, { inMs: place })));
    await until(async () => new Set(await rings()).size === baskets.length, { what: 'all have rung' });
    expect((await rings()).sort()).toEqual([...baskets].sort());
    for (const saga of baskets) await till.hears(saga, ['till.ItemDropped']);
    expect(await till.sql('select 1 from ring where rang_at < due_at')).toEqual([]);
    expect(await till.sql('select 1 from duet.timer')).toEqual([]);
  });

  it('survive a restart', async () => {
    const before = await replica({}, memoryBroker());
    const saga = basket();
    await set(before, saga, { inMs: 300 });
    await stop(before);
    expect(await rings()).toEqual([]);
    await replica({}, memoryBroker());
    await rang(saga);
  });

  it('are moved by setting them again, cleared by clearing them, and may be set anew when they are due', async () => {
    const app = await replica({}, memoryBroker());
    const [moved, cleared, repeated] = [basket(), basket(), basket()];
    behaviour.whenDue = async ({ saga }, timers) => {
      if (saga === repeated && (await rings()).length < 3) await timers.set(ref(saga), 'late', { inMs: 10 });
    };
    await set(app, cleared, { inMs: 200 });
    await set(app, moved, { inMs: 200 });
    await set(app, moved, { inMs: 1_000 });
    await app.get(Timers).clear(ref(cleared), 'late');
    await set(app, repeated, { inMs: 100 });
    await rang(repeated, 3);
    await rang(moved);
    expect((await rings()).filter((id) => id !== repeated)).toEqual([moved]);
    expect(await delayOf(moved)).toBeLessThan(700);
  });

  it('do nothing when they were moved while they waited for their saga', async () => {
    const [mover, other] = await Promise.all([replica({}, memoryBroker()), replica({}, memoryBroker())]);
    const [saga, later] = [basket(), basket()];
    let go = (): void => undefined;
    const gone = new Promise<void>((resolve) => (go = resolve));
    await set(mover, saga, { inMs: 300 });
    const moving = mover.get(Sagas).start({ ...ref(saga), style: 'choreography' }, async () => {
      await gone;
      await set(mover, saga, { inMs: 3_600_000 });
    });
    await until(
      async () => (await till.sql("select 1 from pg_stat_activity where usename = current_user and wait_event_type = 'Lock'")).length > 0,
      {
        what: 'the timer waits for its saga',
      },
    );
    go();
    await moving;
    await set(other, later, { inMs: 600 });
    await rang(later);
    expect(await rings()).toEqual([later]);
    expect(await till.sql('select saga_id from duet.timer')).toEqual([{ saga_id: saga }]);
  });

  it('are set by many handlers in one statement, and the last of two that set the same wins', async () => {
    const app = await replica({}, memoryBroker());
    const [one, other] = [basket(), basket()];
    const query = jest.spyOn(Client.prototype, 'query');
    const at = new Date(Date.now() + 3_600_000);
    const start = (saga: string) =>
      app.get(Sagas).start({ ...ref(saga), style: 'choreography' }, async () => {
        await Promise.all([set(app, saga, { inMs: 0 }), set(app, saga, { at })]);
      });
    await Promise.all([start(one), start(other)]);
    expect(query.mock.calls.filter(([text]) => String(text).includes('insert into duet.timer'))).toHaveLength(1);
    expect(await till.sql('select due_at, within_ms from duet.timer')).toEqual([
      { due_at: at, within_ms: 60_000 },
      { due_at: at, within_ms: 60_000 },
    ]);
  });

  it('are part of the unit of work that sets them: what fails has set nothing', async () => {
    const app = await replica({}, memoryBroker());
    const saga = basket();
    const failing = app.get(Sagas).start({ ...ref(saga), style: 'choreography' }, async () => {
      await set(app, saga, { inMs: 0 });
      throw new Error('it was not meant');
    });
    await expect(failing).rejects.toThrow('it was not meant');
    expect(await till.sql('select 1 from duet.timer')).toEqual([]);
  });

  it('wait for what had been written by their time: a service that was down hears first what waits for it', async () => {
    const before = await replica();
    const baskets = Array.from({ length: 500 }, basket);
    const unheard = basket();
    await Promise.all([...baskets, unheard].map((saga) => set(before, saga, { inMs: 5_000, withinMs: 60_000 })));
    await stop(before);
    await till.tellAll(baskets.map((saga) => packing(saga)));
    await allOverdue();
    behaviour.whenPacked = async () => expect(await rings()).toEqual([]);
    await replica({ unitSize: 50 });
    await rang(unheard);
    expect(await packed()).toBe(baskets.length);
    expect(await rings()).toEqual([unheard]);
  });

  it('wait while the broker is away, however long, and hear first what was said meanwhile', async () => {
    let away = false;
    const sockets = new Set<Socket>();
    const broker = kafkaBroker({
      brokers: till.brokers,
      clientId: 'till',
      log: () => undefined,
      timing: { restart: 100, longestRestart: 500, deaf: 2_000 },
      socketFactory: ({ host, port, onConnect }) => {
        const socket = connect({ host, port: away ? 1 : port, noDelay: true }, onConnect);
        sockets.add(socket.on('close', () => sockets.delete(socket)));
        return socket;
      },
    });
    const app = await replica({}, broker);
    const baskets = Array.from({ length: 20 }, basket);
    const unheard = basket();
    await till.tell(...packing(basket()));
    await until(async () => (await packed()) === 1, { what: 'it reads' });
    away = true;
    for (const socket of sockets) socket.destroy(new Error('cut'));
    for (const saga of [...baskets, unheard]) await set(app, saga, { inMs: 0, withinMs: 1_000 });
    await till.tellAll(baskets.map((saga) => packing(saga)));
    await allOverdue(12_000);
    expect(await rings()).toEqual([]);
    away = false;
    await rang(unheard);
    expect(await rings()).toEqual([unheard]);
    expect(await packed()).toBe(1 + baskets.length);
  });

  it('fire anyway after ten times their within when a partition is stuck, and not when it is only slow', async () => {
    const memory = memoryCluster();
    const reads = jest.fn(() => 0n);
    const broker: Broker = {
      ...delegating(memory.broker()),
      consume: silent,
      committedOffsets: async (_group, topic) => new Map(topic.endsWith('shop.events') ? [[partition, reads()]] : []),
    };
    const app = await replica({}, broker);
    const [stuck, patient] = [basket(), basket()];
    await memory
      .broker()
      .send(Array.from({ length: 50 }, () => ({ topic: `${till.prefix}shop.events`, key: 'a', value: null, headers: {} })));
    const ends = await memory.broker().endOffsets(`${till.prefix}shop.events`);
    const partition = [...ends].find(([, end]) => end > 0n)?.[0] ?? 0;
    // It moves a little, again and again.
    reads.mockImplementation(() => BigInt(Math.min(reads.mock.calls.length, 49)));
    await set(app, stuck, { inMs: 0, withinMs: 150 });
    await set(app, patient, { inMs: 0, withinMs: 60_000 });
    await until(() => reads.mock.calls.length > 49, { what: 'the partition has moved for longer than ten times the within' });
    expect(await rings()).toEqual([]);
    await rang(stuck);
    expect(await delayOf(stuck)).toBeGreaterThan(49 * 50 + 1_500);
    reads.mockImplementation(() => 50n);
    await rang(patient);
  });

  it('do not count against a partition the time in which the broker could not be asked', async () => {
    let asked = 0;
    let is: 'stuck' | 'away' | 'read' = 'stuck';
    const ask = async (offset: bigint): Promise<Map<number, bigint>> => {
      asked++;
      if (is === 'away') throw new Error('the broker is away');
      return new Map([[0, offset]]);
    };
    const broker: Broker = {
      ...delegating(memoryBroker()),
      consume: silent,
      committedOffsets: async () => ask(is === 'read' ? 50n : 10n),
      firstOffsets: async () => ask(0n),
      endOffsets: async () => ask(50n),
    };
    const app = await replica({}, broker);
    const [patient, late] = [basket(), basket()];
    await set(app, patient, { inMs: 0, withinMs: 60_000 });
    await until(() => asked > 3 * 40, { what: 'it has been stuck for a while' });
    is = 'away';
    asked = 0;
    await until(() => asked > 20, { what: 'it was tried again and again' });
    // Everything so far was an hour ago: far longer than its patience, which is far longer than the rest of this test.
    const [before] = await till.sql<{ standing: Standings }>('select standing from duet.watermark');
    const anHourAgo = (time: string): string => new Date(Date.parse(time) - 3_600_000).toISOString();
    const standing = Object.entries(before?.standing ?? {}).map(([place, { read, since }]) => [place, { read, since: anHourAgo(since) }]);
    expect(standing).not.toEqual([]);
    const hour = "interval '1 hour'";
    await till.sql(`update duet.watermark set asked_at = asked_at - ${hour}, stalled_since = stalled_since - ${hour}, standing = $1`, [
      JSON.stringify(Object.fromEntries(standing)),
    ]);
    await set(app, late, { at: new Date(Date.now() - 3_600_000), withinMs: 60_000 });
    expect(await rings()).toEqual([]);
    asked = 0;
    is = 'stuck';
    await until(() => asked > 3 * 10, { what: 'it can be asked again' });
    expect(await rings()).toEqual([]);
    is = 'read';
    await Promise.all([rang(patient), rang(late)]);
  });

  it('fire when what had been written was thrown away unread, or the log was lost', async () => {
    const memory = memoryCluster();
    let [first, end] = [0n, 50n];
    const broker: Broker = {
      ...delegating(memory.broker()),
      consume: silent,
      committedOffsets: async () => new Map(),
      firstOffsets: async () => new Map([[0, first]]),
      endOffsets: async () => new Map([[0, end]]),
    };
    const app = await replica({}, broker);
    const [expired, lost] = [basket(), basket()];
    const noted = () =>
      until(async () => (await till.sql('select 1 from duet.watermark where note is not null')).length === 1, { what: 'a note is taken' });
    await set(app, expired, { inMs: 0, withinMs: 60_000 });
    await noted();
    first = 50n;
    await rang(expired);
    [first, end] = [0n, 50n];
    await set(app, lost, { inMs: 0, withinMs: 60_000 });
    await noted();
    end = 0n;
    await rang(lost);
  });

  it('wait for messages of their saga that were read and wait to be handled, but not for one that waits for a person', async () => {
    const app = await replica({ retryMs: 100, parkAfter: 1_000 }, memoryBroker());
    const [held, given, parked] = [basket(), basket(), basket()];
    const hear = (saga: string, sku: string) => app.get(Participant).submit([till.item(BasketPacked, packing(saga, sku)[1])]);
    await hear(held, 'broken');
    await hear(given, 'broken');
    await hear(parked, 'hopeless');
    await set(app, held, { inMs: 0, withinMs: 60_000 });
    await set(app, given, { inMs: 0, withinMs: 150 });
    await set(app, parked, { inMs: 0, withinMs: 60_000 });
    await rang(parked);
    // Ten times its within, all the same.
    await rang(given);
    expect(await delayOf(given)).toBeGreaterThan(1_500);
    expect(await rings()).toEqual([parked, given]);
    behaviour.whenPacked = async () => undefined;
    await until(async () => (await till.sql('select 1 from duet.timer')).length === 0, {
      what: 'the message was handled, and has cleared the timer',
    });
    expect(await rings()).toEqual([parked, given]);
  });

  it('do not hold each other up: one whose handler fails is tried again until it does not', async () => {
    const app = await replica({ retryMs: 100 }, memoryBroker());
    const [bad, ...good] = Array.from({ length: 20 }, basket);
    let broken = true;
    behaviour.whenDue = async ({ saga }) => {
      if (saga === bad && broken) throw new Error('this alarm is broken');
    };
    await Promise.all([bad ?? '', ...good].map((saga) => set(app, saga, { inMs: 0 })));
    await until(async () => (await rings()).length === good.length, { what: 'the others have rung' });
    expect(new Set(await rings())).toEqual(new Set(good));
    expect(await till.sql('select saga_id, attempts > 0 as failed from duet.timer')).toEqual([{ saga_id: bad, failed: true }]);
    broken = false;
    await rang(bad ?? '');
    expect(await till.sql('select 1 from duet.timer')).toEqual([]);
  });

  it('are seen to by another replica when the one whose turn it was is paused', async () => {
    const app = await replica({}, memoryBroker());
    await till.sql("update duet.watermark set turn_until = clock_timestamp() + interval '800 milliseconds'");
    const saga = basket();
    await set(app, saga, { inMs: 0 });
    await rang(saga);
    expect(await delayOf(saga)).toBeGreaterThan(600);
  });

  it('have one handler for each name, and no name without one', async () => {
    const timers = (await replica({}, memoryBroker())).get(Timers);
    expect(() => timers.on('late', async () => undefined)).toThrow('the timer late has two handlers');
    await expect(timers.set(ref(basket()), 'early', { inMs: 0 })).rejects.toThrow('the timer early has no handler');
  });
});

/** A reader that hears nothing. */
const silent: Broker['consume'] = async () => ({
  state: () => ({ name: 'consuming', since: new Date(), text: 'hears nothing' }),
  stop: async () => undefined,
});
