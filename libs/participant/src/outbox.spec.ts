import type { Broker, OutgoingMessage } from '@duet/kafka';
import { until } from '@duet/testbed';
import { Logger } from '@nestjs/common';
import type { Database } from './database.store';
import { Outbox } from './outbox';
import type { OutboxRow } from './outbox.store';
import type { LockedSaga } from './runtime.store';

/** Stored messages and a broker, both in memory; each send waits until it is let through, or fails. */
class World {
  rows: (OutboxRow & { sent: boolean; overdue: boolean })[] = [];
  /** What the broker has stored, as `saga:seq`, in order. */
  readonly log: string[] = [];
  /** Sends that wait for the test. */
  readonly inFlight: { names: string[]; through: () => void; fail: () => void }[] = [];
  mostAtOnce = 0;
  marksFail = false;
  private readonly senders = new Map<string, string>();

  readonly broker = {
    send: (messages: readonly OutgoingMessage[]) => {
      const names = messages.map(({ key, value }) => `${key}:${String(value)}`);
      return new Promise<void>((resolve, reject) => {
        const done = (how: () => void) => () => {
          this.inFlight.splice(this.inFlight.indexOf(entry), 1);
          how();
        };
        const entry = {
          names,
          through: done(() => (this.log.push(...names), resolve())),
          fail: done(() => reject(new Error('the broker is away'))),
        };
        this.inFlight.push(entry);
        this.mostAtOnce = Math.max(this.mostAtOnce, this.inFlight.length);
      });
    },
  } as unknown as Broker;

  /** Answers the two statements of the outbox. */
  readonly database = {
    connection: (work: (client: unknown) => Promise<unknown>) =>
      work({
        query: async ({ name, values }: { name: string; values: unknown[] }) => {
          if (name === 'duet-outbox-overdue') {
            const found = this.rows.filter(({ sent, overdue }) => overdue && !sent);
            return { rows: found.map(({ process, saga, seq, ...row }) => ({ process, saga_id: saga, seq: String(seq), ...row })) };
          }
          if (this.marksFail) throw new Error('the database is away');
          const [, sagas, seqs] = values as [string[], string[], number[]];
          for (const row of this.rows) if (sagas.some((saga, place) => saga === row.saga && seqs[place] === row.seq)) row.sent = true;
          return { rows: [] };
        },
      }),
  } as unknown as Database;

  /** Commits messages of a saga under the name of a queue, as a unit does: it looks for unsent ones only where another queue was the last to send. */
  commit(sender: string, saga: string, ...seqs: number[]): { rows: OutboxRow[]; sagas: LockedSaga[]; sender: string } {
    const ref = { process: 'p', saga };
    const last = this.senders.get(saga);
    const unsent = last === undefined || last === sender ? [] : this.unsent(saga);
    if (seqs.length > 0) this.senders.set(saga, sender);
    const rows = seqs.map((seq): OutboxRow => ({ ...ref, seq, topic: 't', value: String(seq), headers: {} }));
    this.rows.push(...rows.map((row) => ({ ...row, sent: false, overdue: false })));
    return { rows, sagas: [{ ref, nextSeq: 0, steps: new Map(), held: [], sender: last, unsent }], sender };
  }
  unsent(saga: string): number[] {
    return this.rows.filter((row) => row.saga === saga && !row.sent).map(({ seq }) => seq);
  }
  /** As an operator does after the broker has lost its log. */
  sendAgain(saga: string): void {
    for (const row of this.rows) if (row.saga === saga) row.sent = false;
    this.senders.set(saga, '');
  }
  allOverdue(): void {
    for (const row of this.rows) row.overdue = true;
  }
  async flying(names: string[]) {
    return until(() => this.inFlight.find((send) => send.names.join() === names.join()), { what: `${names.join()} is on its way` });
  }
}

describe('the outbox', () => {
  let world: World;
  let outbox: Outbox;
  const commit = (saga: string, ...seqs: number[]) => world.commit(outbox.aboutToCommit(), saga, ...seqs);
  const elsewhere = (saga: string, ...seqs: number[]) => world.commit('another replica', saga, ...seqs);
  const enqueue = ({ rows, sagas, sender }: ReturnType<typeof commit>) => outbox.enqueue(rows, sagas, sender);
  /** By leaving a message of another saga to the relay. */
  const takeAnotherName = () => {
    elsewhere('other', 1);
    enqueue(commit('other', 2));
  };
  beforeAll(() => Logger.overrideLogger(false));
  beforeEach(() => {
    world = new World();
    outbox = new Outbox(world.broker, world.database, { topicPrefix: '', graceMs: 0, relayEveryMs: 5 });
  });
  afterEach(async () => {
    const stopped = outbox.stop();
    const timer = setInterval(() => world.inFlight[0]?.through(), 1);
    await stopped;
    clearInterval(timer);
  });

  it('sends in the order of commits, one send in flight', async () => {
    enqueue(commit('a', 1));
    const first = await world.flying(['a:1']);
    enqueue(commit('b', 1));
    enqueue(commit('a', 2, 3));
    first.through();
    (await world.flying(['b:1', 'a:2', 'a:3'])).through();
    await until(() => world.unsent('a').length + world.unsent('b').length === 0, { what: 'all are marked' });
    expect(world.log).toEqual(['a:1', 'b:1', 'a:2', 'a:3']);
    expect(world.mostAtOnce).toBe(1);
  });

  it('leaves a saga to the relay that has an unsent message from elsewhere, and nobody else', async () => {
    elsewhere('a', 1);
    enqueue(commit('a', 2));
    enqueue(commit('b', 1));
    (await world.flying(['b:1'])).through();
    world.allOverdue();
    outbox.start();
    (await world.flying(['a:1', 'a:2'])).through();
    await until(() => world.unsent('a').length === 0, { what: 'the relay has marked them' });
    expect(world.log).toEqual(['b:1', 'a:1', 'a:2']);
  });

  it('goes on by itself with a saga whose message was sent while the next unit ran', async () => {
    enqueue(commit('a', 1));
    takeAnotherName();
    const first = await world.flying(['a:1']);
    // The unit reads a:1 as unsent; by the time it is committed, a:1 is sent and marked.
    const next = commit('a', 2);
    expect(next.sagas[0]?.unsent).toEqual([1]);
    first.through();
    await until(() => world.unsent('a').join() === '2', { what: 'a:1 is marked' });
    enqueue(next);
    (await world.flying(['a:2'])).through();
    await until(() => world.unsent('a').length === 0, { what: 'a:2 is marked' });
  });

  it('does not take for sent what was sent before the unit looked, and is to be sent again', async () => {
    enqueue(commit('a', 1));
    (await world.flying(['a:1'])).through();
    await until(() => world.unsent('a').length === 0, { what: 'a:1 is marked' });
    world.sendAgain('a');
    enqueue(commit('a', 2));
    expect(outbox.length).toBe(0);
    world.allOverdue();
    outbox.start();
    (await world.flying(['a:1', 'a:2'])).through();
    await until(() => world.unsent('a').length === 0, { what: 'both are sent, in order' });
  });

  it('leaves everything of a saga to the relay when a send fails, and lets other sagas flow', async () => {
    enqueue(commit('a', 5));
    const failing = await world.flying(['a:5']);
    enqueue(commit('a', 6));
    enqueue(commit('b', 1));
    failing.fail();
    (await world.flying(['b:1'])).through();
    enqueue(commit('a', 7));
    enqueue(commit('b', 2));
    (await world.flying(['b:2'])).through();
    await until(() => world.unsent('b').length === 0, { what: 'the other saga is sent' });
    expect(world.log).toEqual(['b:1', 'b:2']);
    expect(outbox.length).toBe(0);
    world.allOverdue();
    outbox.start();
    (await world.flying(['a:5', 'a:6', 'a:7'])).through();
    await until(() => world.unsent('a').length === 0, { what: 'the relay has sent them in order' });
  });

  it('leaves to the relay what a unit has committed while an earlier message of its saga failed to be sent', async () => {
    enqueue(commit('a', 5));
    const failing = await world.flying(['a:5']);
    const next = commit('a', 6);
    expect(next.sagas[0]?.unsent).toEqual([]);
    const { owned } = outbox as unknown as { owned: Map<string, unknown> };
    failing.fail();
    await until(() => owned.size === 0, { what: 'the failure is known' });
    enqueue(next);
    enqueue(commit('a', 7));
    expect(outbox.length).toBe(0);
    world.allOverdue();
    outbox.start();
    (await world.flying(['a:5', 'a:6', 'a:7'])).through();
    await until(() => world.unsent('a').length === 0, { what: 'the relay has sent them in order' });
  });

  it('leaves to the relay what follows a message that was committed although its unit was told otherwise', async () => {
    // The connection broke after the commit: the unit is run again, finds everything done, and commits nothing.
    commit('a', 1);
    enqueue(commit('a'));
    enqueue(commit('a', 2));
    enqueue(commit('b', 1));
    (await world.flying(['b:1'])).through();
    world.allOverdue();
    outbox.start();
    (await world.flying(['a:1', 'a:2'])).through();
    await until(() => world.unsent('a').length === 0, { what: 'the relay has sent them in order' });
  });

  it('does not relay what this process is about to send', async () => {
    enqueue(commit('a', 1));
    const own = await world.flying(['a:1']);
    elsewhere('b', 1);
    world.allOverdue();
    outbox.start();
    (await world.flying(['b:1'])).through();
    await until(() => world.unsent('b').length === 0, { what: 'the relay looked' });
    expect(world.inFlight.map(({ names }) => names)).toEqual([['a:1']]);
    own.through();
  });

  it('relays again what failed to be relayed', async () => {
    elsewhere('a', 1);
    world.allOverdue();
    outbox.start();
    (await world.flying(['a:1'])).fail();
    (await world.flying(['a:1'])).through();
    await until(() => world.unsent('a').length === 0, { what: 'it is sent' });
  });

  it('sends again what could not be marked: twice is harmless, never is not', async () => {
    world.marksFail = true;
    enqueue(commit('a', 1));
    (await world.flying(['a:1'])).through();
    await until(() => outbox.length === 0 && world.log.length === 1, { what: 'it is sent' });
    world.marksFail = false;
    world.allOverdue();
    outbox.start();
    (await world.flying(['a:1'])).through();
    await until(() => world.unsent('a').length === 0, { what: 'the relay has marked it' });
    expect(world.log).toEqual(['a:1', 'a:1']);
  });

  it('keeps nothing of what it has sent', async () => {
    for (const seq of [1, 2]) {
      enqueue(commit('a', seq));
      (await world.flying([`a:${seq}`])).through();
      await until(() => world.unsent('a').length === 0, { what: 'it is marked' });
    }
    outbox.aboutToCommit();
    const { owned, justSent } = outbox as unknown as Record<string, Map<string, unknown>>;
    await until(() => owned?.size === 0 && justSent?.size === 0, { what: 'nothing is remembered' });
  });
});
