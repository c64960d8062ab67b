import { type RunningService, until } from '@duet/testbed';
import { Harness } from './fixture/harness.fixture';
import { BookRoom, BookSeat } from './fixture/trip.messages.fixture';

jest.setTimeout(120_000);

describe('conductors', () => {
  let trips: Harness;
  beforeEach(async () => (trips = await Harness.start()));
  afterEach(() => trips.stop());
  const wanted = (count: number) => Promise.all(Array.from({ length: count }, () => trips.want()));
  const statuses = async () =>
    new Map(
      (await trips.sql<{ id: string; status: string }>('select saga_id as id, status from instance')).map(({ id, status }) => [id, status]),
    );
  /** What a conductor has heard, by its own metrics. */
  const heardBy = async (conductor: RunningService): Promise<number> => {
    const { text } = await conductor.request('GET', '/metrics');
    return [...text.matchAll(/^duet_handled_total\{.*\} (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
  };

  it('share the work; when one is killed in the middle, the other brings what it had begun to its end', async () => {
    const dying = await trips.child('1m');
    const other = await trips.child('1m');
    // Rooms for all, seats for half of them: when the seats are answered, some go on and some are turned back.
    let hold = true;
    trips.services.fate = (command, trip) =>
      command === 'plane.BookSeat' && parseInt(trip[0] ?? '', 16) % 2 ? 'fail' : hold && command === 'hotel.GiveRoomBack' ? 'lost' : 'ok';
    const all: string[] = [];
    await until(
      async () => {
        all.push(...(await wanted(5)));
        return (await heardBy(dying)) > 20 && (await heardBy(other)) > 20;
      },
      { what: 'both have heard something', deadline: 30_000 },
    );
    await until(async () => [...(await statuses()).values()].includes('compensating'), { what: 'one is turned back' });
    const go = trips.services.pause();
    all.push(...(await wanted(20)));
    hold = false;
    await dying.process.kill('SIGKILL');
    go();
    await until(async () => (await statuses()).size === all.length, { what: 'all have begun', deadline: 30_000 });
    // What was lost is asked for by a person: its own deadline is far away.
    for (const [tripId, status] of await statuses()) if (status === 'compensating') await trips.operate(tripId, 'retry', {});
    await until(async () => [...(await statuses()).values()].every((status) => status === 'completed' || status === 'compensated'), {
      what: 'all have ended',
      deadline: 60_000,
    });
    for (const [tripId, status] of await statuses()) {
      expect([trips.services.state(BookRoom, tripId), trips.services.state(BookSeat, tripId)]).toEqual(
        status === 'completed' ? ['done', 'done'] : ['undone', 'refused'],
      );
    }
    await other.stop();
  });

  it('that were all down over their deadlines keep them when they are back, after what was said meanwhile has been heard', async () => {
    const both = [await trips.child('3s'), await trips.child('3s')];
    trips.services.fate = (command, trip) => (command === 'hotel.BookRoom' && silent.has(trip) ? 'lost' : 'ok');
    const go = trips.services.pause();
    const all = await wanted(30);
    const silent = new Set<string>(all.slice(0, 10));
    await until(async () => (await statuses()).size === all.length, { what: 'all have begun' });
    await Promise.all(both.map(({ process }) => process.kill('SIGKILL')));
    go();
    await until(() => all.every((tripId) => silent.has(tripId) || trips.services.state(BookRoom, tripId) === 'done'), {
      what: 'the rooms are booked while nobody hears of it',
    });
    await until(async () => (await trips.sql('select 1 from duet.timer having max(due_at) < clock_timestamp()')).length === 1, {
      what: 'every deadline is over',
    });
    expect(await trips.sql("select 1 from instance where status <> 'running' or (state -> 'waiting' ->> 'overdue')::int > 0")).toEqual([]);
    const back = await trips.child('3s');
    await until(async () => [...(await statuses()).values()].every((status) => status === 'completed' || status === 'compensated'), {
      what: 'all have ended',
      deadline: 60_000,
    });
    const ends = await statuses();
    expect(all.map((tripId) => ends.get(tripId))).toEqual(all.map((tripId) => (silent.has(tripId) ? 'compensated' : 'completed')));
    const [one = ''] = silent;
    expect(await trips.saga(one)).toMatchObject({ reason: { code: 'timeout', text: 'hotel.BookRoom was not answered within 3 s' } });
    expect(trips.asked(one)).toEqual(['hotel.BookRoom', 'hotel.GiveRoomBack', 'desk.TurnDownTrip']);
    await back.stop();
  });
});
