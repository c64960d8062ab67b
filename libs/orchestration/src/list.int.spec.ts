import { until } from '@duet/testbed';
import { Harness } from './fixture/harness.fixture';
import { TripWanted } from './fixture/trip.messages.fixture';
import { firstTrip, visit } from './fixture/trip.saga.fixture';
import type { SagaPage } from './saga.view';

jest.setTimeout(90_000);

describe('a list of sagas', () => {
  let trips: Harness;
  let all: Record<'running' | 'hybrid' | 'done' | 'old' | 'ben', string>;
  beforeAll(async () => {
    trips = await Harness.start();
    await trips.conductor([firstTrip('1m'), visit('1m')]);
    trips.services.fate = (command, trip) =>
      command === 'plane.BookSeat' && trip === all?.running ? 'lost' : command === 'desk.SettleTrip' && trip !== all?.done ? 'lost' : 'ok';
    all = { running: '', hybrid: '', done: '', old: '', ben: '' };
    // One after the other, so that their order is known; whoever began the longest ago says so, an hour ago.
    for (const [name, wish] of [
      ['old', { nights: 5 }],
      ['done', {}],
      ['running', {}],
      ['ben', { guest: 'ben', nights: 5 }],
      ['hybrid', { style: 'hybrid' }],
    ] as const) {
      const tripId = await trips.want(wish);
      all[name] = tripId;
      await until(async () => (await trips.saga(tripId)).id === tripId, { what: 'it has begun' });
    }
    await trips.awaits(all.running, 'plane.BookSeat');
    for (const name of ['old', 'ben', 'hybrid'] as const) await trips.awaits(all[name], 'desk.SettleTrip');
    await trips.is(all.done, 'completed');
    const visitor = { tripId: all.done, guest: 'ann', nights: 2 };
    await trips.services.probe.tell(TripWanted, all.done, visitor, { process: 'visit', style: 'orchestration' });
    await until(async () => (await trips.list('process=visit')).length === 1, { what: 'the visit has begun' });
    await trips.sql("update instance set started_at = started_at - interval '1 hour' where saga_id = $1", [all.old]);
  });
  afterAll(() => trips.stop());

  const names = async (filter: string): Promise<string[]> => {
    const ids = await trips.list(filter);
    return ids.map((id) => Object.entries(all).find(([, saga]) => saga === id)?.[0] ?? id);
  };

  it('shows the newest first', async () => {
    expect(await names('process=trip')).toEqual(['hybrid', 'ben', 'running', 'done', 'old']);
  });

  // Each filter leaves something out, and each leaves something: without it the answer would be another.
  it.each([
    ['status=completed', ['done']],
    ['status=watching', ['hybrid']],
    ['status=running', ['ben', 'running', 'old']],
    ['style=hybrid', ['hybrid']],
    ['style=orchestration', ['ben', 'running', 'done', 'old']],
    ['step=plane.BookSeat', ['running']],
    ['step=desk.SettleTrip', ['hybrid', 'ben', 'old']],
    ['olderThan=30m', ['old']],
    ['olderThan=2h', []],
    ['fact=guest:ben', ['ben']],
    ['fact=nights:5', ['ben', 'old']],
    ['fact=nights:5&fact=guest:ann', ['old']],
    ['fact=guest:ann&fact=guest:ben', []],
    ['fact=guest:ben&fact=guest:ann', []],
    ['fact=seat:1A', ['hybrid', 'ben', 'done', 'old']],
    ['fact=guest:', []],
    ['status=running&step=desk.SettleTrip&olderThan=30m', ['old']],
    ['limit=2', ['hybrid', 'ben']],
  ])('%s', async (filter, expected) => {
    expect(await names(`process=trip&${filter}`)).toEqual(expected);
  });

  it('of one process leaves out the other, whose sagas have the same ids', async () => {
    const count = async (process: string) =>
      (await trips.get<SagaPage>(`/sagas?process=${process}&limit=200`)).body.items.map((saga) => saga.process);
    expect(await count('trip')).toEqual(Array.from({ length: 5 }, () => 'trip'));
    expect(await count('visit')).toEqual(['visit']);
    expect(await count('other')).toEqual([]);
    expect(await trips.list('')).toHaveLength(6);
    expect(await trips.get(`/sagas/${all.done}`)).toMatchObject({ status: 409, body: { code: 'ambiguous' } });
    for (const process of ['trip', 'visit'])
      expect(await trips.get(`/sagas/${all.done}?process=${process}`)).toMatchObject({ status: 200, body: { process } });
    expect((await trips.get(`/sagas/${all.done}?process=trip&process=visit`)).status).toBe(400);
    expect(await trips.operate(all.done, 'pause')).toMatchObject({ status: 409, body: { code: 'ambiguous' } });
    expect(await trips.operate(all.done, 'pause?process=visit')).toMatchObject({ body: { saga: { process: 'visit', status: 'paused' } } });
    expect(await trips.operate(all.done, 'pause?process=trip')).toMatchObject({ status: 409, body: { code: 'ended' } });
  });

  it('goes on where the page before ended, and ends', async () => {
    const seen: string[] = [];
    for (let next: string | undefined = ''; next !== undefined && seen.length < 10;) {
      const { body }: { body: SagaPage } = await trips.get<SagaPage>(`/sagas?process=trip&limit=2${next && `&cursor=${next}`}`);
      seen.push(...body.items.map(({ id }) => id));
      next = body.next;
    }
    expect(seen).toEqual(await trips.list('process=trip'));
    expect(new Set(seen).size).toBe(5);
  });

  it.each([
    ['status=lost', 'status must be one of running, compensating, watching'],
    ['style=jazz', 'style must be one of choreography, orchestration, hybrid'],
    ['olderThan=soon', 'olderThan must be a duration like 30s, 10m or 1h, a year at most, but is "soon"'],
    ['olderThan=', 'olderThan must be a duration'],
    ['olderThan=999999999999999999h', 'olderThan must be'],
    ['fact=guest', 'fact must be name:value, like'],
    ['fact=:ann', 'fact must be name:value'],
    ['fact=guest:%00', 'U+0000'],
    ['process=%00', 'U+0000'],
    ['step=%00', 'U+0000'],
    ['limit=0', 'limit must be a whole number from 1 to 200'],
    ['limit=201', 'limit must be a whole number from 1 to 200'],
    ['limit=many', 'limit must be a whole number'],
    ['cursor=-1', 'cursor must be a whole number'],
    ['cursor=last', 'cursor must be a whole number'],
    ['status=running&status=completed', 'status'],
    ['process=a&process=b', 'process'],
    ['limit=1&limit=2', 'limit'],
    ['olderThan=1h&olderThan=2h', 'olderThan'],
  ])('is not answered for %s: 400, and says why', async (query, sentence) => {
    const answer = await trips.get<{ detail: string }>(`/sagas?${query}`);
    expect({ query, status: answer.status, detail: answer.body.detail }).toEqual({
      query,
      status: 400,
      detail: expect.stringContaining(sentence) as string,
    });
  });
});
