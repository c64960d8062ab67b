import { randomUUID } from 'node:crypto';
import { until } from '@duet/testbed';
import { Harness } from './fixture/harness.fixture';
import { BookRoom, ReturnMoney } from './fixture/trip.messages.fixture';
import { firstTrip } from './fixture/trip.saga.fixture';
import type { DonePage } from './saga.view';

jest.setTimeout(90_000);

const room = 'hotel.BookRoom';
const money = 'till.TakeMoney';

describe('what a person does to a saga', () => {
  let trips: Harness;
  beforeAll(async () => {
    trips = await Harness.start();
    await trips.conductor([firstTrip('1m')]);
  });
  beforeEach(() => (trips.services.fate = () => 'ok'));
  afterAll(() => trips.stop());

  /** What stands in its history that somebody did. */
  const done = async (tripId: string) =>
    (await trips.saga(tripId)).history.filter(({ actor }) => actor !== undefined).map(({ input, actor }) => `${actor} ${input.is}`);
  const refused = async (tripId: string, what: string, body?: object): Promise<string | undefined> => {
    const answer = await trips.operate(tripId, what, body);
    expect({ what, status: answer.status, type: answer.headers.get('content-type') }).toEqual({
      what,
      status: 409,
      type: 'application/problem+json; charset=utf-8',
    });
    expect(answer.body.detail).toMatch(/^Nothing was done: .+\.$/);
    return answer.body.code;
  };
  /** A trip whose room is asked for and whose hotel never answers. */
  const waiting = async (): Promise<string> => {
    trips.services.fate = (command) => (command === room ? 'lost' : 'ok');
    const tripId = await trips.want();
    await trips.awaits(tripId, room);
    await until(() => trips.asked(tripId).length === 1, { what: 'the room is asked for' });
    return tripId;
  };
  const answered = (tripId: string) => trips.operate(tripId, 'done', { command: room, body: { tripId, room: '7' }, note: 'by phone' });

  it('pausing it twice is pausing it once, and so is resuming it', async () => {
    const tripId = await waiting();
    for (const _ of ['once', 'again'])
      expect(await trips.operate(tripId, 'pause')).toMatchObject({ status: 200, body: { saga: { status: 'paused' } } });
    expect(await done(tripId)).toEqual(['zoe pause']);
    for (const _ of ['once', 'again'])
      expect(await trips.operate(tripId, 'resume')).toMatchObject({ status: 200, body: { saga: { status: 'running' } } });
    expect(await done(tripId)).toEqual(['zoe pause', 'zoe resume']);
    expect(trips.asked(tripId)).toEqual([room]);
  });

  it('cancelling it twice is cancelling it once', async () => {
    const tripId = await waiting();
    for (const _ of ['once', 'again']) expect((await trips.operate(tripId, 'cancel', {})).status).toBe(200);
    await trips.is(tripId, 'compensated');
    expect(await done(tripId)).toEqual(['zoe cancel']);
    expect(trips.asked(tripId)).toEqual([room, 'hotel.GiveRoomBack', 'desk.TurnDownTrip']);
    expect((await trips.operate(tripId, 'cancel', {})).status).toBe(200);
    expect(await done(tripId)).toEqual(['zoe cancel']);
  });

  it('saying twice that a step was done by hand makes it done once', async () => {
    const tripId = await waiting();
    const go = trips.services.pause();
    for (const _ of ['once', 'again']) expect((await answered(tripId)).status).toBe(200);
    expect(await done(tripId)).toEqual(['zoe done']);
    go();
    await trips.is(tripId, 'completed');
    expect(trips.asked(tripId).slice(0, 2)).toEqual([room, `${room} settled`]);
    expect((await trips.saga(tripId)).facts).toMatchObject({ room: '7' });
    expect(
      (await trips.saga(tripId)).history.filter(({ input }) => input.is === 'heard' && input.type === 'hotel.RoomBooked'),
    ).toHaveLength(1);
    expect(trips.services.state(BookRoom, tripId)).toBe('done');
  });

  it('retrying what is parked asks its owner now; what it then does is done once', async () => {
    trips.services.fate = (command, _, times) => (command === money && times === 1 ? 'park' : 'ok');
    const tripId = await trips.want();
    await until(async () => (await trips.saga(tripId)).steps[1]?.state === 'parked', { what: 'the money is parked' });
    const go = trips.services.pause();
    for (const _ of ['once', 'again'])
      expect(await trips.operate(tripId, 'retry', {})).toMatchObject({ status: 200, body: { sent: [{ command: money, ask: 'now' }] } });
    go();
    await trips.is(tripId, 'completed');
    expect(trips.asked(tripId)).toEqual([room, money, `${money} now`, `${money} now`, 'plane.BookSeat', 'desk.SettleTrip']);
  });

  it('is refused with a reason where it makes no sense', async () => {
    const tripId = await waiting();
    const byHand = { command: money, body: { tripId, receipt: 'r' }, note: 'n' };
    expect(await refused(tripId, 'retry', { command: money })).toBe('not-asked');
    expect(await refused(tripId, 'done', byHand)).toBe('not-asked');
    await trips.operate(tripId, 'pause');
    expect(await refused(tripId, 'retry', {})).toBe('paused');
    await trips.operate(tripId, 'resume');
    trips.services.fate = () => 'ok';
    await answered(tripId);
    await trips.is(tripId, 'completed');
    expect(await refused(tripId, 'retry', {})).toBe('ended');
    expect(await refused(tripId, 'pause')).toBe('ended');
    expect(await refused(tripId, 'done', byHand)).toBe('ended');
    expect(await refused(tripId, 'cancel', {})).toBe('too-late');
    expect(await done(tripId)).toEqual([
      'zoe retry',
      'zoe done',
      'zoe pause',
      'zoe retry',
      'zoe resume',
      'zoe done',
      ...['retry', 'pause', 'done', 'cancel'].map((what) => `zoe ${what}`),
    ]);
  });

  it('about what is answered or not wanted any more is refused as well, and a saga that goes on by itself has no one to ask', async () => {
    trips.services.fate = (command) => (command === 'hotel.GiveRoomBack' || command === 'plane.BookSeat' ? 'lost' : 'ok');
    const tripId = await trips.want();
    await trips.awaits(tripId, 'plane.BookSeat');
    expect(await refused(tripId, 'retry', { command: room })).toBe('answered');
    await trips.operate(tripId, 'cancel', {});
    await trips.awaits(tripId, 'hotel.GiveRoomBack');
    expect(trips.services.state(ReturnMoney, tripId)).toBe('done');
    expect(await refused(tripId, 'retry', { command: 'plane.BookSeat' })).toBe('turned-back');
    trips.services.fate = (command) => (command === 'desk.SettleTrip' ? 'lost' : 'ok');
    const hybrid = await trips.want({ style: 'hybrid' });
    await trips.is(hybrid, 'watching');
    expect(await refused(hybrid, 'pause')).toBe('watching');
    expect(await refused(hybrid, 'retry', {})).toBe('watching');
    expect(await refused(hybrid, 'cancel', {})).toBe('too-late');
  });

  it('is listed with who did it, what was asked for and how the saga stands, the latest first, by name and by saga', async () => {
    const tripId = await waiting();
    await trips.operate(tripId, 'pause', undefined, 'ann');
    await trips.operate(tripId, 'retry', {}, 'ben');
    await trips.operate(tripId, 'resume', undefined, 'ann');
    trips.services.fate = () => 'ok';
    await trips.operate(tripId, 'done', { command: room, body: { tripId, room: '7' }, note: 'by phone' }, 'ben');
    await trips.is(tripId, 'completed');
    const list = async (query: string) => (await trips.get<DonePage>(`/operations?${query}`)).body;
    const { items } = await list(`saga=${tripId}`);
    expect(items.map(({ actor, did, status }) => [actor, did, status])).toEqual([
      ['ben', 'done', 'completed'],
      ['ann', 'resume', 'completed'],
      ['ben', 'retry', 'completed'],
      ['ann', 'pause', 'completed'],
    ]);
    expect(items[0]).toMatchObject({
      process: 'trip',
      saga: tripId,
      command: room,
      sent: [{ command: room, ask: 'settled' }],
      input: { note: 'by phone' },
    });
    expect(items[2]).toMatchObject({ refused: { code: 'paused' }, sent: [] });
    expect((await list(`saga=${tripId}&actor=ann`)).items.map(({ did }) => did)).toEqual(['resume', 'pause']);
    expect(await list('actor=nobody')).toEqual({ items: [] });
    const first = await list(`saga=${tripId}&limit=3`);
    const rest = await list(`saga=${tripId}&limit=3&cursor=${first.next}`);
    expect([...first.items, ...rest.items]).toEqual(items);
    expect(rest.next).toBeUndefined();
    // Over all sagas, too.
    expect((await list('limit=1')).items).toEqual([items[0]]);
    const cursor = (place: unknown): string => Buffer.from(JSON.stringify(place)).toString('base64url');
    const wrong = [
      'limit=0',
      'actor=%00',
      'saga=a&saga=b',
      'cursor=1',
      `cursor=${cursor(['then', 'trip', tripId, 1])}`,
      `cursor=${cursor(['2026-01-01 00:00:00+00', '\u0000', '', 1])}`,
    ];
    for (const query of wrong) expect({ query, status: (await trips.get(`/operations?${query}`)).status }).toEqual({ query, status: 400 });
  });

  it.each([
    ['a command of another process', { command: 'till.Sweep' }, '/command'],
    ['an outcome that is none', { outcome: 'till.MoneyTaken' }, '/outcome'],
    ['a body that is none', { body: {} }, '/body/tripId'],
    ['no note', { note: '' }, '/note'],
  ])('cannot be read with %s', async (_, wrong, path) => {
    const tripId = await waiting();
    const said = { command: room, body: { tripId, room: '7' }, note: 'by phone', ...wrong };
    const answer = await trips.operate(tripId, 'done', said);
    expect(answer).toMatchObject({ status: 422, body: { errors: expect.arrayContaining([expect.objectContaining({ path })]) as unknown } });
    expect(await done(tripId)).toEqual([]);
  });

  it('needs a name, and a saga', async () => {
    const tripId = await waiting();
    for (const what of ['cancel', 'pause', 'resume', 'retry', 'done']) {
      const body =
        what === 'done'
          ? { command: room, body: { tripId, room: '7' }, note: 'n' }
          : what === 'cancel' || what === 'retry'
            ? {}
            : undefined;
      for (const nobody of ['', ' ', '\t', 'x'.repeat(101)])
        expect(await trips.operate(tripId, what, body, nobody)).toMatchObject({ status: 400, body: { code: 'no-actor' } });
      for (const unknown of [randomUUID(), '%00']) expect((await trips.operate(unknown, what, body)).status).toBe(404);
    }
    expect(await done(tripId)).toEqual([]);
  });
});
