import { wireName } from '@duet/message';
import { decide, type Input, type Instance, isEnded, replay } from '@duet/saga';
import { until } from '@duet/testbed';
import { Harness } from './fixture/harness.fixture';
import { BookRoom, BookSeat, TakeMoney, TurnDownTrip } from './fixture/trip.messages.fixture';
import { firstTrip } from './fixture/trip.saga.fixture';
import type { Entry } from './instance.store';

jest.setTimeout(180_000);

const definition = firstTrip('300ms');

/** Numbers from 0 to 1 that only look random: the same for the same seed (Mulberry32, by Tommy Ettinger). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const happenings: readonly Input['is'][] = ['started', 'heard', 'due', 'parked', 'freed', 'cancel', 'pause', 'resume', 'retry'];

describe('histories', () => {
  let trips: Harness;
  beforeAll(async () => (trips = await Harness.start()));
  afterAll(() => trips.stop());

  /** Every saga with its history, all as they stood at one moment. */
  const stored = () =>
    trips.sql<{ state: Instance; entries: number; status: string; history: Pick<Entry, 'input' | 'sent' | 'refused'>[] }>(
      `select state, entries, status, (select json_agg(json_build_object('input', input, 'sent', sent, 'refused', refused) order by n)
        from history h where h.process = i.process and h.saga_id = i.saga_id) as history from instance i`,
    );

  it('lead to exactly the states that are stored, among refusals, losses, parking, cancels, pauses and deadlines', async () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
    const next = random(seed);
    const one = <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)] as T;
    // The third time at the latest it goes well, so that all come to an end; and the reject is never lost: it is asked for again after a minute only.
    trips.services.fate = (command, _, times) => {
      const fate = times > 2 ? 'ok' : one(['ok', 'ok', 'ok', 'ok', 'ok', 'fail', 'lost', 'park'] as const);
      return fate === 'lost' && command === wireName(TurnDownTrip) ? 'ok' : fate;
    };
    await Promise.all([trips.conductor([definition]), trips.conductor([definition])]);
    const all: string[] = [];
    const seen = new Set<string>();
    let compared = 0;

    const compare = async (): Promise<boolean> => {
      const sagas = await stored();
      for (const { state, entries, status, history } of sagas) {
        const inputs = history.map(({ input }) => input);
        expect({ seed, state }).toEqual({ seed, state: replay(definition, inputs) });
        expect([entries, status]).toEqual([history.length, state.status]);
        expect(history.map(({ sent, refused }) => [sent, refused ?? undefined])).toEqual(sentBy(inputs));
        for (const { is } of inputs) seen.add(is);
        seen.add(state.status);
        compared++;
      }
      return sagas.length === all.length && sagas.every(({ status }) => isEnded(status as Instance['status']));
    };
    // In the middle of each something is done to it, each in turn.
    for (let place = 0; place < 40; place++) {
      const tripId = await trips.want({ style: one(['orchestration', 'orchestration', 'hybrid']) });
      all.push(tripId);
      await until(async () => (await trips.saga(tripId)).id === tripId, { what: 'it has begun' });
      const what = (['cancel', 'message', 'pause', 'retry', 'nothing'] as const)[place % 5];
      if (what === 'message') await trips.cancel(tripId);
      else if (what !== 'nothing') await trips.operate(tripId, what ?? '', what === 'pause' ? undefined : {});
      if (place % 20 === 0) await compare();
    }
    await until(
      async () => {
        for (const { state, history } of await stored()) {
          // What somebody did last has not come to anything yet.
          if (history.at(-1)?.input.is === 'retry') continue;
          if (state.paused) await trips.operate(state.saga, 'resume');
          else if (Object.values(state.asked).some(({ parked }) => parked)) await trips.operate(state.saga, 'retry', {});
          // After the pivot of a hybrid one the desk goes on by itself; nobody does here.
          if (state.status === 'watching') await trips.settled(state.saga);
        }
        return compare();
      },
      { what: `all have ended; seed ${seed}`, deadline: 100_000 },
    );
    expect(compared).toBeGreaterThan(2 * all.length);
    expect([...seen]).toEqual(expect.arrayContaining([...happenings, 'completed', 'compensated']));
    // All done, or all undone, at the services too.
    for (const { state } of await stored()) {
      const left = [BookRoom, TakeMoney, BookSeat].filter((command) => trips.services.state(command, state.saga) === 'done');
      expect({ saga: state.saga, seed, left: left.length }).toEqual({ saga: state.saga, seed, left: state.status === 'completed' ? 3 : 0 });
    }
  });
});

/** What each input made the orchestrator ask for, and what it refused. */
function sentBy(inputs: readonly Input[]): unknown[] {
  let instance: Instance | undefined;
  return inputs.map((input) => {
    const decision = decide(definition, instance, input);
    instance = decision?.instance;
    return [decision?.commands.map(({ command, ask }) => ({ command: wireName(command), ...(ask && { ask }) })), decision?.refused];
  });
}
