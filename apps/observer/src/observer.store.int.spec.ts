import { randomBytes } from 'node:crypto';
import type { Batch } from '@duet/participant';
import { query, until } from '@duet/testbed';
import { batch, declared, forgetAll, none, overheard, remembering, type Remembering, settle } from './remembering.fixture';
import type { Overdue, SagasStore } from './sagas.store';
import type { Seen } from './seen';
import { began, parcel, parking, told } from './told.fixture';

const reason = { code: 'declined', text: 'the card was declined' };
/** A few sagas that end in different ways, or not. */
const lives: readonly Seen[][] = [
  told('choreography', 'desk.Taken', 'store.Packed', 'till.Paid', 'post.Sent', 'desk.Closed'),
  told('choreography', 'desk.Taken', 'store.Packed', ['till.NotPaid', { reason }], 'store.Unpacked', [
    'desk.Refused',
    { after: 'till.NotPaid', reason },
  ]),
  told('orchestration', 'desk.Taken', 'store.Pack', 'store.Packed', 'till.Pay'),
  told(
    'hybrid',
    'desk.Taken',
    'store.Pack',
    'store.Packed',
    'till.Pay',
    parking('duet.MessageParked', { service: 'till', command: 'till.Pay', role: 'action', reason }),
  ),
];

const everything: Batch['messages'] = lives.flatMap((messages, place) => messages.map((message) => overheard(`s${place}`, message)));
/** The same pseudo-random order for the same seed. */
function shuffled<T>(list: readonly T[], seed: number): T[] {
  let state = seed;
  const next = (): number => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
  return list
    .map((one) => ({ one, at: next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}

describe('what the observer remembers', () => {
  afterEach(forgetAll);
  /** All tables that follow from the messages, without their places in the log. */
  const tables = async ({ url }: Remembering): Promise<Record<'saga' | 'parked' | 'caused' | 'tally' | 'service', unknown[]>> => {
    const [saga, parked, caused, tally, service] = await Promise.all(
      ['saga', 'parked', 'caused', 'tally', 'service'].map(async (table) => {
        const rows = await query(
          url,
          `select to_jsonb(t) as row from ${table} t ${table === 'tally' ? 'where count <> 0' : ''} order by to_jsonb(t)::text`,
        );
        return rows.map(({ row }) => row);
      }),
    );
    return { saga: saga!, parked: parked!, caused: caused!, tally: tally!, service: service! };
  };

  it('follows from messages and manifests alone: the same in whatever order and batches they were read, and however often', async () => {
    const straight = await remembering();
    await straight.store.hear(declared);
    await straight.store.hear(batch({ messages: everything }));
    await settle(straight);
    const expected = await tables(straight);
    expect([expected.saga, expected.parked, expected.service].map((rows) => rows.length)).toEqual([4, 1, 5]);
    for (const seed of [1, 2, 3]) {
      const other = await remembering();
      const mixed = shuffled([...everything, ...everything.slice(3, 9)], seed);
      const half = Math.floor(mixed.length / 2);
      for (let at = 0; at < mixed.length; at += seed) {
        // The manifests come somewhere in between.
        if (at <= half && half < at + seed) await other.store.hear(declared);
        await other.store.hear(batch({ messages: mixed.slice(at, at + seed) }));
      }
      await settle(other);
      expect(await tables(other)).toEqual(expected);
    }
  });

  it('is looked at again when a manifest changes', async () => {
    const one = await remembering();
    await one.store.hear(batch({ messages: everything }));
    await settle(one);
    expect((await one.sagas.find(parcel, 's0'))?.record.state).toBe('running');
    await one.store.hear(declared);
    await settle(one);
    expect((await one.sagas.find(parcel, 's0'))?.record.state).toBe('completed');
    expect(await one.figures.tally(new Date(0))).toContainEqual(
      expect.objectContaining({ what: 'compensated', reason: 'declined', count: '1' }),
    );
  });

  it('tells a saga and its messages as of one moment, whatever is stored while it reads', async () => {
    const { store, sagas, url, transaction } = await remembering();
    await store.hear(batch({ messages: everything }));
    let reading: ReturnType<SagasStore['find']> | undefined;
    await transaction(async (other) => {
      await other.query('lock table message');
      reading = sagas.find(parcel, 's0');
      const waiting = "select 1 from pg_stat_activity where usename = current_user and wait_event_type = 'Lock'";
      await until(async () => (await query(url, waiting)).length > 0, {
        what: 'the reader has the saga and wants its messages',
        deadline: 4_000,
      });
      await other.query("delete from message where saga = 's0'");
      await other.query("update saga set messages = 0 where id = 's0'");
    });
    const found = await reading;
    expect(found?.record.messages).toBe(lives[0]!.length);
    expect(found?.messages).toHaveLength(lives[0]!.length);
    const after = await sagas.find(parcel, 's0');
    expect([after?.record.messages, after?.messages]).toEqual([0, []]);
  });

  it('is found by state, style, who is waited for, step, reason, customer, id and age', async () => {
    const { store, sagas } = await remembering();
    await store.hear(declared);
    await store.hear(batch({ messages: everything }));
    const found = async (filter: Parameters<SagasStore['list']>[0], overdue: Overdue = none) =>
      (await sagas.list(filter, overdue, { limit: 10 })).map(({ id }) => id);
    expect(await found({})).toEqual(['s0', 's1', 's2', 's3']);
    expect(await found({ state: 'completed' })).toEqual(['s0']);
    expect(await found({ state: 'open' })).toEqual(['s2', 's3']);
    expect(await found({ state: 'parked' })).toEqual(['s3']);
    expect(await found({ style: 'choreography' })).toEqual(['s0', 's1']);
    expect(await found({ service: 'till' })).toEqual(['s2']);
    expect(await found({ step: 'till.Pay' })).toEqual(['s2']);
    expect(await found({ reason: 'declined' })).toEqual(['s1']);
    expect(await found({ customer: 'c-s2' })).toEqual(['s2']);
    expect(await found({ id: 's3' })).toEqual(['s3']);
    expect(await found({ id: '%' })).toEqual([]);
    expect(await found({ startedTo: new Date(began - 1) })).toEqual([]);
    expect(await found({ startedFrom: new Date(began) })).toHaveLength(4);
    const [{ awaited } = { awaited: undefined }] = await sagas.awaited();
    expect(awaited).toEqual({ process: parcel, style: 'orchestration', service: 'till', command: 'till.Pay', withinMs: 30_000 });
    const overdue = (since: number): Overdue => ({ asOf: new Date(began), steps: [{ awaited: awaited!, since: new Date(since) }] });
    expect(await found({ state: 'stalled' }, overdue(began + 30))).toEqual([]);
    expect(await found({ state: 'stalled' }, overdue(began + 31))).toEqual(['s2']);
  });

  it('is told page by page, none twice and none missed, though all began at the same moment', async () => {
    const { store, sagas } = await remembering();
    await store.hear(batch({ messages: everything }));
    const ids: string[] = [];
    for (let after: Parameters<SagasStore['list']>[2]['after']; ;) {
      const [row] = await sagas.list({}, none, { limit: 1, ...(after && { after }) });
      if (!row) break;
      ids.push(row.id);
      after = { at: row.started_at.getTime(), process: row.process, id: row.id };
    }
    expect(ids).toEqual(['s0', 's1', 's2', 's3']);
  });

  it('is forgotten when nothing was heard of it for long, and who goes on from a place before that is told', async () => {
    const { store, sagas, figures, forgetting } = await remembering();
    await store.hear(batch({ messages: everything }));
    expect(await forgetting.forget(new Date(began), 10)).toBe(0);
    expect((await sagas.log()).forgottenTo).toBe(0);
    expect(await forgetting.forget(new Date(began + 86_400_000), 10)).toBe(4);
    expect(await sagas.list({}, none, { limit: 10 })).toEqual([]);
    expect(await figures.parked({ limit: 10 })).toEqual([]);
    expect((await sagas.log()).forgottenTo).toBeGreaterThan(0);
    expect(await figures.tally(new Date(0))).toEqual([]);
    // What is usual stays known.
    expect(await figures.caused()).not.toEqual([]);
  });

  it('has a name of its own: who has lost it hears everything again', async () => {
    const [one, other] = [await remembering(), await remembering()];
    expect(await one.store.memory()).not.toBe(await other.store.memory());
    expect(await one.store.memory()).toBe(await one.store.memory());
  });

  it('takes texts of any length where they get into indexes', async () => {
    const { store, sagas } = await remembering();
    // PostgreSQL packs what repeats itself.
    const long = randomBytes(10_000).toString('hex');
    const [first] = everything;
    const body = { reason: { code: long, text: long } };
    const said = everything.map((one) => ({ ...one, message: { ...one.message, facts: { customerId: long }, body } }));
    const parked = {
      ...first!.message,
      id: 'p',
      type: 'duet.MessageParked',
      body: { service: long, command: long, messageId: long, code: long, text: long },
    };
    await store.hear(declared);
    await store.hear(batch({ messages: [...said, { topic: 'duet.parked', message: parked }] }));
    expect(await sagas.list({}, none, { limit: 10 })).toHaveLength(4);
  });
});
