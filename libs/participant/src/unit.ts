import type { PoolClient } from 'pg';
import { type Heard, sagaKey, type StepInfo } from './call';
import { isIdleTooLong, isTransient, isTransientHere } from './database.store';
import { SlowHandler } from './errors';
import { type Committed, type Item, startId, UnitFailed, type UnitSettings } from './item';
import { Operator } from './operator';
import { Published } from './outgoing';
import { arrived, type Entry, type Queue, queueOf, type QueueSettings } from './queue';
import type { OutboxRow } from './outbox.store';
import { type Changes, close, open } from './runtime.store';
import { aboutOf, bodyOf, isNoted, type Task, tasksOf } from './task';
import type { UnitTrace, Work } from './traces';
import { askedAgain, nextTurn } from './turn';
import { UnitChanges } from './unit-changes';
import type { UnitResources } from './unit-of-work';
import { Wave } from './wave';

/**
 * Runs one unit of work on a connection: lock, inbox, waves of handlers, everything they leave behind, commit.
 * `failing` are the tasks known to fail (alone, several times): they are held instead of run, and what follows them in their saga waits.
 * Throws `UnitFailed` when handlers failed, and whatever the database threw.
 */
export async function runUnit(
  client: PoolClient,
  items: readonly Item[],
  failing: ReadonlyMap<string, unknown>,
  settings: UnitSettings,
  trace?: UnitTrace,
): Promise<Committed> {
  return new Unit(client, failing, settings, trace).run(items);
}

class Unit {
  private readonly queueSettings: QueueSettings;
  private readonly changes: UnitChanges;
  private readonly operator: Operator;
  /** Whose code has run: if the commit fails, it is theirs. */
  private readonly ran: string[] = [];

  constructor(
    private readonly client: PoolClient,
    private readonly failing: ReadonlyMap<string, unknown>,
    private readonly settings: UnitSettings,
    private readonly trace: UnitTrace | undefined,
  ) {
    this.queueSettings = { ...settings, failing };
    this.changes = new UnitChanges(settings);
    this.operator = new Operator(this.changes, settings.roles.leads !== undefined, failing);
  }

  async run(items: readonly Item[]): Promise<Committed> {
    const messages = items
      .filter((item) => item.is === 'message')
      .map(({ message, raw, ref }) => ({ message, ref, tasks: tasksOf(message, raw, this.settings.roles) }));
    // What is only noted needs no saga, unless it is to be held.
    const isOnlyNoted = (task: Task): boolean => isNoted(task) && !this.failing.has(task.id);
    const noted = messages.flatMap(({ tasks }) => tasks.filter(isOnlyNoted));
    const received = messages.filter(({ tasks }) => tasks.length === 0 || !tasks.every(isOnlyNoted));
    const refs = [
      ...new Map([...items.filter((item) => item.is !== 'message'), ...received].map(({ ref }) => [sagaKey(ref), ref])).values(),
    ];
    const answers = new Map(items.flatMap((item) => (item.is === 'visit' ? item.answers : [])).map((answer) => [answer.heldId, answer]));
    const { fresh, sagas } = await open(
      this.client,
      refs,
      received.map(({ message, ref }) => ({ id: message.id, ref })),
      items.flatMap((item) => (item.is === 'visit' || item.is === 'decision' ? [item.ref] : [])),
      answers,
    );
    // In the order of arrival: who came first gets the last item.
    const queues = new Map(sagas.map((saga) => [sagaKey(saga.ref), queueOf(saga, answers, this.queueSettings)]));
    // Before what arrives with them: they are about what has been held.
    for (const item of items) {
      const queue = item.is === 'decision' ? queues.get(sagaKey(item.ref)) : undefined;
      if (queue && item.is === 'decision') item.told(this.operator.decide(queue, item));
    }
    let duplicates = 0;
    for (const { message, ref, tasks } of received) {
      // The same id twice in one unit counts once as well.
      if (!fresh.delete(message.id)) {
        duplicates++;
        continue;
      }
      const queue = queues.get(sagaKey(ref));
      if (queue) for (const task of tasks) if (!isOnlyNoted(task)) this.receive(queue, task);
    }

    let first = [...items.flatMap((item) => (item.is === 'start' ? [this.startOf(item, queues)] : [])), ...this.noting(noted)];
    for (;;) {
      const wave = [...this.turns(queues), ...first];
      if (wave.length === 0) break;
      first = [];
      await this.runWave(wave);
    }
    return this.commit([...queues.values()], duplicates);
  }

  /** What is asked again (rule 15) is never queued behind held messages, unless this service has never heard of it. */
  private receive(queue: Queue, task: Task): void {
    const { ask } = task.message;
    const held = queue.entries.find((entry) => entry.ask.step === task.ask.step);
    const step = queue.saga.steps.get(task.ask.step ?? '');
    const comes = ask && task.work.is === 'command' ? askedAgain(ask, step, held?.standing) : 'as-new';
    if (comes === 'as-new') (queue.unread.length > 0 ? queue.behind : queue.entries).push(arrived(task, this.queueSettings));
    if (comes === 'resend' && step?.outcomeId !== undefined) this.changes.resend(queue, step.outcomeId);
    if (comes === 'try-now' || comes === 'settle') this.operator.heed(queue, held ?? arrived(task, this.queueSettings), task.message);
  }

  /** Does what needs no handler, and finds for each saga the handler to run next. */
  private *turns(queues: ReadonlyMap<string, Queue>): Generator<Running> {
    for (const queue of queues.values()) {
      for (let running = false; !running;) {
        const turn = nextTurn(queue.entries, queue.saga.steps);
        if (turn.do === 'wait') break;
        const { at } = turn;
        if (turn.do === 'drop') {
          this.changes.finish(queue, at);
          continue;
        }
        // Known to fail and held for that: whatever its turn would be, not in this unit.
        if (this.failing.has(at.task.id)) break;
        if (turn.do === 'refuse-late') this.attempt(at, () => this.changes.refuseLate(queue, at));
        else if (turn.do === 'call') this.attempt(at, () => this.changes.call(queue, at, turn.action));
        else {
          yield this.runningOf(queue, at, turn.action);
          running = true;
        }
      }
    }
  }

  /** A reaction's `with` is the service's own code and may fail as a handler may. */
  private attempt(entry: Entry, work: () => void): void {
    try {
      work();
    } catch (error) {
      throw new UnitFailed(new Map([[entry.task.id, error]]));
    }
  }

  private runningOf(queue: Queue, entry: Entry, action: StepInfo['action']): Running {
    const { task } = entry;
    const { message, work } = task;
    if (work.is === 'command') {
      return {
        ids: [task.id],
        of: task,
        work: () => this.settings.invoke.handle(task, bodyOf(task), entry.result, { action }),
        done: (outcome) => this.changes.record(queue, entry, action, outcome),
      };
    }
    const published = new Published();
    const about: Heard = { ...aboutOf(message), publish: published.publish };
    return {
      ids: [task.id],
      of: task,
      work: async () => {
        if (work.role.noted) await this.settings.invoke.note([task]);
        else if (work.role.handled) await this.settings.invoke.handle(task, bodyOf(task), entry.result, about);
      },
      done: () => {
        published.send(this.changes.out, queue.saga, this.changes.out.following(message));
        this.changes.noted(queue, entry);
      },
    };
  }

  private startOf(item: Extract<Item, { is: 'start' }>, queues: ReadonlyMap<string, Queue>): Running {
    const { ref, style, work } = item;
    const published = new Published();
    return {
      ids: [startId(ref)],
      of: item,
      work: () => work(published.publish),
      done: () => {
        const queue = queues.get(sagaKey(ref));
        if (queue) published.send(this.changes.out, queue.saga, { process: ref.process, style, hop: 0 });
      },
    };
  }

  /** What projections take note of, all at once. */
  private noting(tasks: readonly Task[]): Running[] {
    if (tasks.length === 0) return [];
    return [
      {
        ids: tasks.map(({ id }) => id),
        of: tasks,
        work: () => this.settings.invoke.note(tasks),
        done: () =>
          this.changes.handled.push(...tasks.map((task) => ({ task, ref: { process: task.message.process, saga: task.message.saga } }))),
      },
    ];
  }

  private async runWave(wave: readonly Running[]): Promise<void> {
    const resources: UnitResources = { client: this.client };
    const { trace } = this;
    const handlings = trace && wave.map((running) => trace.handling(running.of));
    const results = await this.whileConnected((lost) =>
      Wave.run(
        resources,
        handlings
          ? wave.map(
              ({ work }, index) =>
                () =>
                  handlings[index]!.around(work),
            )
          : wave.map(({ work }) => work),
        lost,
      ),
    );
    const failures = new Map<string, unknown>();
    for (const [index, { ids, done }] of wave.entries()) {
      const result = results[index];
      const handling = handlings?.[index];
      this.ran.push(...ids);
      const fail = (error: unknown) => {
        handling?.failed(error);
        ids.forEach((id) => failures.set(id, error));
      };
      this.changes.out.speaker = handling?.traceparent;
      try {
        if (result?.status === 'fulfilled') done(result.value);
        else if (!(result?.reason instanceof Bystander)) fail(result?.reason);
      } catch (error) {
        fail(error);
      }
      handling?.end();
    }
    this.changes.out.speaker = undefined;
    const transient = [...failures.values()].find(isTransientHere);
    if (transient) throw transient as Error;
    if (failures.size > 0) throw new UnitFailed(failures);
  }

  /** What the connection dies of while the handlers run: of one that left the transaction idle for too long, or of what has nothing to do with them. */
  private async whileConnected<R>(work: (lost: Promise<(waits: boolean) => Error>) => Promise<R>): Promise<R> {
    let tell: (error: Error) => void = () => undefined;
    const lost = new Promise<(waits: boolean) => Error>((resolve) => {
      tell = (error) => resolve((waits) => (!isIdleTooLong(error) ? error : waits ? new Bystander() : new SlowHandler()));
    });
    this.client.on('error', tell);
    try {
      return await work(lost);
    } finally {
      this.client.off('error', tell);
    }
  }

  private async commit(queues: readonly Queue[], duplicates: number): Promise<Committed> {
    const { handled, calls } = this.changes;
    const sender = this.settings.sender();
    const changes = this.changes.of(queues, sender);
    const resent = await this.close(changes);
    const heldNow = [...changes.heldNew, ...changes.heldChanged];
    const sagas = queues.map(({ saga }) => saga);
    return { outbox: [...resent, ...changes.outbox], sagas, sender, calls, handled, heldNow, duplicates };
  }

  /** A commit that is refused (a deferred constraint, a statement whose failure a handler swallowed) is a failure of the handlers that ran. */
  private async close(changes: Changes): Promise<OutboxRow[]> {
    try {
      return await close(this.client, changes);
    } catch (error) {
      if (isTransient(error) || this.ran.length === 0) throw error;
      throw new UnitFailed(new Map(this.ran.map((id) => [id, error])));
    }
  }
}

/** A handler that waited, together with others, for one that was too slow. */
class Bystander extends Error {
  override readonly name = 'Bystander';
}

interface Running {
  /** The tasks, or the start item, that fail if it fails. */
  readonly ids: readonly string[];
  readonly of: Work;
  readonly work: () => Promise<unknown>;
  readonly done: (outcome: unknown) => void;
}
