import { query } from '@duet/testbed';
import { keptOfOne } from './bounds';
import { batch, declared, forgetAll, none, overheard, remembering, settle } from './remembering.fixture';
import type { SagaRecord } from './observer.tables';
import type { SagasStore } from './sagas.store';
import type { Seen } from './seen';
import { began, leader, manifests, mail, parcel, told } from './told.fixture';

jest.setTimeout(60_000);
afterEach(forgetAll);

/** The same message again and again, each with an id of its own: a saga to which a stranger says things without end. */
const without = (end: number, saga: string) => {
  const [first] = told('choreography', 'desk.Taken');
  const repeated = Array.from({ length: end }, (_, n): Seen => ({ ...first!, id: `n${n}`, at: began + n, seq: n }));
  return repeated.map((message) => overheard(saga, message));
};

const recordOf = async (sagas: SagasStore, id: string): Promise<SagaRecord | undefined> => (await sagas.find(parcel, id))?.record;

describe('a saga with very many messages', () => {
  it('is kept up to a bound, says so, and costs nothing more', async () => {
    const { store, sagas, url } = await remembering();
    await store.hear(declared);
    const all = without(keptOfOne + 4, 'endless');
    await store.hear(batch({ messages: all.slice(0, keptOfOne - 1) }));
    expect(await recordOf(sagas, 'endless')).toMatchObject({ messages: keptOfOne - 1, beyond: '0', waiting_service: 'store' });
    const others = told('choreography', 'desk.Taken').map((message) => overheard('other', message));
    await store.hear(batch({ messages: [...all.slice(keptOfOne - 1), ...others] }));
    // What it waits for is not known any more.
    const full = { messages: keptOfOne, beyond: '4', waiting_service: null };
    expect(await recordOf(sagas, 'endless')).toMatchObject(full);
    expect(await recordOf(sagas, 'other')).toMatchObject({ messages: 1, beyond: '0', waiting_service: 'store' });
    const rows = async () => (await query(url, `select xmin from saga where id = 'endless'`))[0];
    await store.hear(batch({ messages: without(1, 'endless') }));
    expect(await recordOf(sagas, 'endless')).toMatchObject({ ...full, beyond: '5' });
    expect((await sagas.find(parcel, 'endless'))?.messages).toHaveLength(keptOfOne);
    // Also when it is looked at again.
    await query(url, `update saga set landscape = 'another'`);
    store.unsettled = true;
    const before = await rows();
    await settle({ store } as Awaited<ReturnType<typeof remembering>>);
    expect(await rows()).not.toEqual(before);
    expect(await recordOf(sagas, 'endless')).toMatchObject({ ...full, beyond: '5' });
    expect(await sagas.list({ state: 'stalled' }, { ...none, asOf: new Date(began + 86_400_000) }, { limit: 10 })).toEqual([]);
  });
});

describe('a change of manifests', () => {
  it('has only those sagas looked at again that are judged by what has changed', async () => {
    const one = await remembering();
    await one.store.hear(declared);
    const lives = [
      ['danced', told('choreography', 'desk.Taken', 'store.Packed')],
      ['led', told('orchestration', 'desk.Taken', 'store.Pack')],
    ] as const;
    await one.store.hear(batch({ messages: lives.flatMap(([saga, messages]) => messages.map((message) => overheard(saga, message))) }));
    await settle(one);
    const touched = async (...changed: (typeof manifests)[number][]): Promise<string[]> => {
      const look = async () =>
        new Map((await query<{ id: string; at: string }>(one.url, 'select id, xmin::text as at from saga')).map(({ id, at }) => [id, at]));
      const before = await look();
      await one.store.hear(batch({ manifests: changed.map((manifest) => ({ manifest, at: 2 })) }));
      expect(one.store.unsettled).toBe(true);
      await settle(one);
      return [...(await look())].filter(([id, at]) => before.get(id) !== at).map(([id]) => id);
    };
    // Another build, somebody who only takes note, a service of another process.
    expect(await touched({ ...mail, build: 'next', hears: ['desk.Refused'] }, { ...mail, service: 'clerk' })).toEqual([]);
    const [first] = leader.leads;
    const next = { ...first!, version: 2, steps: first!.steps.slice(0, 2) };
    expect(await touched({ ...leader, leads: [first!, next] })).toEqual([]);
    const slower = first!.steps.map((step) => ({ ...step, withinMs: 7 }));
    expect(await touched({ ...leader, leads: [{ ...first!, steps: slower }, next] })).toEqual(['led']);
    expect((await recordOf(one.sagas, 'led'))?.waiting_within).toBe('7');
    const [desk] = manifests;
    expect(await touched({ ...desk!, deadlineMs: 60_000 })).toEqual(['danced']);
    expect((await recordOf(one.sagas, 'danced'))?.waiting_due).toEqual(new Date(began + 60_000));
  });
});

describe('the deadline that who began a saga keeps for the whole of it', () => {
  it('makes what is silent then stalled, however long that usually takes, where nobody leads', async () => {
    const { store, sagas } = await remembering();
    const [desk, ...others] = manifests;
    await store.hear(batch({ manifests: [{ ...desk!, deadlineMs: 60_000 }, ...others].map((manifest) => ({ manifest, at: 1 })) }));
    const said = (['choreography', 'orchestration'] as const).flatMap((style) =>
      told(style, 'desk.Taken', 'store.Packed').map((message) => overheard(style, message)),
    );
    await store.hear(batch({ messages: said }));
    const stalledAt = async (ms: number) =>
      (await sagas.list({ state: 'stalled' }, { asOf: new Date(began + ms), steps: [] }, { limit: 10 })).map(({ id }) => id);
    expect(await stalledAt(60_000)).toEqual([]);
    expect(await stalledAt(60_001)).toEqual(['choreography']);
  });
});
