import { WrongSetting } from '@duet/participant';
import { until } from '@duet/testbed';
import { Harness } from './fixture/harness.fixture';
import { firstTrip, secondTrip } from './fixture/trip.saga.fixture';

jest.setTimeout(90_000);

const [room, money, suite, seat, settle] = ['hotel.BookRoom', 'till.TakeMoney', 'hotel.BookSuite', 'plane.BookSeat', 'desk.SettleTrip'];
const [first, second] = [firstTrip('1m'), secondTrip('1m')];

describe('two versions of a definition', () => {
  let trips: Harness;
  beforeEach(async () => (trips = await Harness.start()));
  afterEach(() => trips.stop());
  /** The versions that the commands of a saga carry. */
  const carried = (tripId: string) => [...new Set(trips.services.probe.heard(tripId).map(({ processVersion }) => processVersion))];
  const begun = async (tripId: string) => until(async () => (await trips.saga(tripId)).id === tripId, { what: 'it has begun' });

  it('stand side by side: a saga keeps the one that it began with, new ones take the newest', async () => {
    const before = await trips.conductor([first]);
    const go = trips.services.pause();
    const [old, oldRefused] = [await trips.want(), await trips.want()];
    await Promise.all([old, oldRefused].map(begun));
    await trips.close(before);
    await trips.conductor([second, first]);
    const [young, youngRefused] = [await trips.want(), await trips.want()];
    await Promise.all([young, youngRefused].map(begun));
    trips.services.fate = (command, trip) => (command === seat && new Set<string>([oldRefused, youngRefused]).has(trip) ? 'fail' : 'ok');
    go();
    expect(await trips.is(old, 'completed')).toMatchObject({ version: 1, facts: { room: '12' } });
    expect(trips.asked(old)).toEqual([room, money, seat, settle]);
    expect(await trips.is(young, 'completed')).toMatchObject({ version: 2, facts: { suite: 'S' } });
    expect(trips.asked(young)).toEqual([money, suite, seat, settle]);
    await trips.is(oldRefused, 'compensated');
    expect(trips.asked(oldRefused).slice(3)).toEqual(['till.ReturnMoney', 'hotel.GiveRoomBack', 'desk.TurnDownTrip']);
    await trips.is(youngRefused, 'compensated');
    expect(trips.asked(youngRefused).slice(3)).toEqual(['hotel.GiveSuiteBack', 'till.ReturnMoney', 'desk.TurnDownTrip']);
    expect([old, oldRefused, young, youngRefused].map(carried)).toEqual([[1], [1], [2], [2]]);
  });

  it('are both needed as long as an unfinished saga keeps to the old one: without it the orchestrator does not start, and says why', async () => {
    const before = await trips.conductor([first]);
    const go = trips.services.pause();
    const tripId = await trips.want();
    await begun(tripId);
    await trips.close(before);
    const failure = await trips.conductor([second]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(WrongSetting);
    expect(String(failure)).toContain(
      'unfinished sagas keep to definitions that this build does not have: 1 of trip version 1. Deploy a build that has them',
    );
    const both = await trips.conductor([first, second]);
    go();
    await trips.is(tripId, 'completed');
    await trips.close(both);
    // Whoever has ended needs no definition to be listed.
    await trips.conductor([second]);
    expect(await trips.list('status=completed')).toEqual([tripId]);
  });

  it('one of which a replica does not have: it stops with a sentence, others go on, and nothing is lost', async () => {
    const older = await trips.conductor([first]);
    const newer = await trips.conductor([first, second]);
    const go = trips.services.pause();
    const all: string[] = [];
    const ofVersion = async (version: number): Promise<string[]> =>
      (await trips.sql<{ saga_id: string }>('select saga_id from instance where version = $1', [version])).map(({ saga_id: id }) => id);
    // Whoever has the partition begins it, with the newest version of its own build.
    for (const version of [1, 2])
      await until(async () => all.push(await trips.want()) && (await ofVersion(version)).length > 0, { what: `one of version ${version}` });
    await until(async () => [...(await ofVersion(1)), ...(await ofVersion(2))].length === all.length, { what: 'all have begun' });
    const [old, young] = [await ofVersion(1), await ofVersion(2)];
    await trips.close(newer);
    trips.askFrom(older);
    go();
    await until(async () => (await trips.list('status=completed&limit=200')).length === old.length, {
      what: 'those of the old version go on',
      deadline: 30_000,
    });
    const held = () => trips.sql<{ saga_id: string; state: string; reason: string }>('select saga_id, state, reason from duet.held');
    await until(async () => new Set((await held()).map(({ saga_id: id }) => id)).size === young.length, { what: 'the others wait' });
    const sentence = 'UnknownVersion: this build has version 1 of trip, and the saga began with version 2; deploy a build that has it';
    for (const { state, reason } of await held()) expect({ state, reason }).toEqual({ state: 'retrying', reason: sentence });
    const [one = ''] = young;
    expect(await trips.get(`/sagas/${one}`)).toMatchObject({
      status: 503,
      body: { code: 'unknown-version', detail: expect.stringContaining('deploy a build that has it') as string },
    });
    expect((await trips.operate(one, 'pause')).status).toBe(503);
    expect((await trips.list('status=running&limit=200')).sort()).toEqual([...young].sort());
    await trips.close(older);
    await trips.conductor([first, second]);
    for (const tripId of young) await trips.is(tripId, 'completed');
    expect(await held()).toEqual([]);
  });
});
