import { randomUUID } from 'node:crypto';
import { type CommandClass, derivedId, encode, type Envelope, type EventClass, factsAfter, type Facts, wireName } from '@duet/message';
import type { PoolClient } from 'pg';
import { type Heard, type SagaRef, sagaKey, type StepInfo } from './call';
import { isTransient, isTransientHere } from './database.store';
import { WrongOutcome } from './errors';
import { type CallToMake, type Committed, type Item, startId, UnitFailed, type UnitSettings } from './item';
import { arrived, type Entry, keep, newRow, type Queue, queueOf, type QueueSettings } from './queue';
import { type Changes, close, open, type OutboxRow, type StepRow } from './runtime.store';
import { bodyOf, type Task, tasksOf } from './task';
import { after, allowedAnswer, nextTurn } from './turn';
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
): Promise<Committed> {
  return new Unit(client, failing, settings).run(items);
}

class Unit {
  private readonly queueSettings: QueueSettings;
  private readonly outbox: OutboxRow[] = [];
  private readonly calls: CallToMake[] = [];
  private readonly gone: string[] = [];
  /** Whose code has run: if the commit fails, it is theirs. */
  private readonly ran: string[] = [];
  private readonly handled: { task: Task; ref: SagaRef }[] = [];

  constructor(
    private readonly client: PoolClient,
    private readonly failing: ReadonlyMap<string, unknown>,
    private readonly settings: UnitSettings,
  ) {
    this.queueSettings = { ...settings, failing };
  }

  async run(items: readonly Item[]): Promise<Committed> {
    const refs = [...new Map(items.map(({ ref }) => [sagaKey(ref), ref])).values()];
    const messages = items.filter((item) => item.is === 'message');
    const { fresh, sagas } = await open(
      this.client,
      refs,
      messages.map(({ message, ref }) => ({ id: message.id, ref })),
    );
    const answers = new Map(items.flatMap((item) => (item.is === 'visit' ? item.answers : [])).map((answer) => [answer.heldId, answer]));
    const locked = new Map(sagas.map((saga) => [sagaKey(saga.ref), saga]));
    // In the order of arrival, which is not the order of locking: who came first gets the last item.
    const queues = new Map<string, Queue>();
    for (const key of refs.map(sagaKey)) {
      const saga = locked.get(key);
      if (saga) queues.set(key, queueOf(saga, answers, this.queueSettings));
    }
    let duplicates = 0;
    for (const { message, raw, ref } of messages) {
      // The same id twice in one unit counts once as well.
      if (!fresh.delete(message.id)) {
        duplicates++;
        continue;
      }
      const queue = queues.get(sagaKey(ref));
      const entries = tasksOf(message, raw, this.settings.roles).map((task) => arrived(task, this.queueSettings));
      (queue?.stuck ? queue.behind : queue?.entries)?.push(...entries);
    }

    let starts = items.filter((item) => item.is === 'start');
    for (;;) {
      const wave = [...this.turns(queues), ...starts.map((start) => this.startOf(start, queues))];
      if (wave.length === 0) break;
      starts = [];
      await this.runWave(wave);
    }
    return this.commit([...queues.values()], duplicates);
  }

  /** Does what needs no handler, and finds for each saga the handler to run next. */
  private *turns(queues: ReadonlyMap<string, Queue>): Generator<Running> {
    for (const queue of queues.values()) {
      for (let running = false; !running;) {
        const turn = nextTurn(queue.entries, queue.saga.steps);
        if (turn.do === 'wait') break;
        const { at } = turn;
        if (turn.do === 'drop') {
          this.finish(queue, at);
          continue;
        }
        // Known to fail and held for that: whatever its turn would be, not in this unit.
        if (this.failing.has(at.task.id)) break;
        if (turn.do === 'refuse-late') this.attempt(at, () => this.refuseLate(queue, at));
        else if (turn.do === 'call') this.attempt(at, () => this.prepareCall(queue, at, turn.action));
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
    const about: StepInfo | Heard =
      work.is === 'command'
        ? { action }
        : {
            id: message.id,
            type: message.type,
            process: message.process,
            saga: message.saga,
            style: message.style,
            time: message.time,
            hop: message.hop,
            facts: message.facts,
          };
    return {
      id: task.id,
      work: async () => {
        if (work.is === 'hears' && !work.role.handled) return undefined;
        return this.settings.invoke.handle(task, bodyOf(task), entry.result, about);
      },
      done: (outcome) => this.record(queue, entry, action, outcome),
    };
  }

  private startOf(start: Extract<Item, { is: 'start' }>, queues: ReadonlyMap<string, Queue>): Running {
    const published: { event: object; facts: Facts | undefined }[] = [];
    return {
      id: startId(start.ref),
      work: () => start.work((event, options) => published.push({ event: event as object, facts: options?.facts })),
      done: () => {
        const queue = queues.get(sagaKey(start.ref));
        for (const [index, { event, facts }] of published.entries()) {
          const cls = event.constructor as unknown as EventClass;
          const body = { ...event };
          if (queue) {
            this.send(queue, cls, body, {
              id: derivedId(sagaKey(start.ref), wireName(cls), index),
              process: start.ref.process,
              style: start.style,
              hop: 0,
              facts: facts ?? body,
              void: false,
            });
          }
        }
      },
    };
  }

  private async runWave(wave: readonly Running[]): Promise<void> {
    const resources: UnitResources = { client: this.client };
    const results = await Wave.run(
      resources,
      wave.map(({ work }) => work),
    );
    const failures = new Map<string, unknown>();
    for (const [index, { id, done }] of wave.entries()) {
      const result = results[index];
      this.ran.push(id);
      try {
        if (result?.status === 'fulfilled') done(result.value);
        else failures.set(id, result?.reason);
      } catch (error) {
        failures.set(id, error);
      }
    }
    const transient = [...failures.values()].find(isTransientHere);
    if (transient) throw transient as Error;
    if (failures.size > 0) throw new UnitFailed(failures);
  }

  /** Records what a handler returned: the step, what it leaves at its action's step, and the outcome on its way. */
  private record(queue: Queue, entry: Entry, action: StepInfo['action'], outcome: unknown): void {
    const { task } = entry;
    if (task.work.is === 'hears') {
      if (task.ask.step !== undefined) this.setStep(queue, task.ask.step, 'done', undefined);
    } else {
      const { command, role, of } = task.work.role;
      const event = outcomeOf(command, outcome);
      const success = event === command.ok;
      const allowed = allowedAnswer(role, action);
      if (allowed !== 'either' && success !== (allowed === 'success')) {
        throw new WrongOutcome(
          `${wireName(event)} contradicts what is known: the step ${of ?? ''} is ${action}, so ${wireName(command)} must answer with its ${allowed}`,
        );
      }
      const body = { ...(outcome as object) };
      const id = this.answer(queue, task, event, body, { facts: factsAfter(task.message.facts, command, event, body), void: false });
      const left = after(role, action, success);
      this.setStep(queue, task.ask.step ?? task.name, left.own, id);
      if (left.of && of !== undefined)
        this.setStep(queue, of, left.of, left.of === 'tombstone' ? undefined : queue.saga.steps.get(of)?.outcomeId);
    }
    this.handled.push({ task, ref: queue.saga.ref });
    this.finish(queue, entry);
  }

  /** The action comes after its undo: it is refused in its owner's name, and nothing follows from that. */
  private refuseLate(queue: Queue, entry: Entry): void {
    const { task } = entry;
    if (task.work.is !== 'command') return;
    const { command } = task.work.role;
    const refusal = command.fail;
    if (!refusal) throw new WrongOutcome(`${wireName(command)} can be undone but names no refusal`);
    const body = { ...bodyOf(task), reason: { code: 'undone', text: `${task.name} came after it had been undone` } };
    const id = this.answer(queue, task, refusal, body, { facts: task.message.facts, void: true });
    this.setStep(queue, task.name, 'tombstone', id);
    this.finish(queue, entry);
  }

  private prepareCall(queue: Queue, entry: Entry, action: StepInfo['action']): void {
    const { task } = entry;
    const lease = randomUUID();
    this.calls.push({ heldId: task.id, lease, ref: queue.saga.ref, task, body: bodyOf(task), action });
    entry.row = { ...(entry.row ?? newRow(task)), state: 'calling', dueIn: this.settings.leaseMs, lease };
    entry.standing = { is: 'in-flight' };
    entry.changed = true;
    this.setStep(queue, task.ask.step ?? task.name, 'calling', undefined);
  }

  private finish(queue: Queue, entry: Entry): void {
    queue.entries = queue.entries.filter((other) => other !== entry);
    if (queue.saga.held.some(({ id }) => id === entry.task.id)) this.gone.push(entry.task.id);
  }

  private setStep(queue: Queue, step: string, state: StepRow['state'], outcomeId: string | undefined): void {
    queue.saga.steps.set(step, { state, outcomeId });
    queue.changedSteps.add(step);
  }

  private answer(queue: Queue, task: Task, event: EventClass, body: object, more: { facts: Facts; void: boolean }): string {
    const { message } = task;
    return this.send(queue, event, body, {
      ...more,
      id: derivedId(message.id, wireName(event), 0),
      process: message.process,
      style: message.style,
      hop: message.hop + 1,
      causation: message.id,
      ...(message.processVersion !== undefined && { processVersion: message.processVersion }),
      ...(message.traceparent !== undefined && { traceparent: message.traceparent }),
    });
  }

  private send(
    queue: Queue,
    event: EventClass,
    body: object,
    more: Pick<Envelope, 'id' | 'process' | 'style' | 'hop' | 'facts' | 'void'> & Partial<Envelope>,
  ): string {
    const { saga } = queue;
    const seq = saga.nextSeq++;
    const { topic, value, headers } = encode(
      {
        ...more,
        source: `/${this.settings.service}`,
        time: new Date().toISOString(),
        saga: saga.ref.saga,
        seq,
        type: wireName(event),
        body,
      },
      event,
    );
    this.outbox.push({ ...saga.ref, seq, topic, value, headers });
    return more.id;
  }

  private async commit(queues: readonly Queue[], duplicates: number): Promise<Committed> {
    const entries = queues.flatMap((queue) => [...queue.entries, ...queue.behind]);
    for (const entry of entries) keep(entry, this.settings.retryMs);
    const changed = entries.filter((entry) => entry.changed).flatMap(({ row }) => (row ? [row] : []));
    const heldNow = [...queues.flatMap(({ postponed }) => postponed), ...changed];
    const before = new Set(queues.flatMap(({ saga }) => saga.held.map(({ id }) => id)));
    const steps = queues.flatMap(({ saga, changedSteps }) =>
      [...changedSteps].flatMap((step): StepRow[] => {
        const now = saga.steps.get(step);
        return now ? [{ ...saga.ref, step, ...now }] : [];
      }),
    );
    const sagas = queues.map(({ saga }) => saga);
    await this.close({
      steps,
      heldNew: heldNow.filter(({ id }) => !before.has(id)),
      heldChanged: heldNow.filter(({ id }) => before.has(id)),
      heldGone: this.gone,
      outbox: this.outbox,
      sagas,
    });
    return { outbox: this.outbox, sagas, calls: this.calls, handled: this.handled, heldNow, duplicates };
  }

  /** A commit that is refused (a deferred constraint, a statement whose failure a handler swallowed) is a failure of the handlers that ran. */
  private async close(changes: Changes): Promise<void> {
    try {
      await close(this.client, changes);
    } catch (error) {
      if (isTransient(error) || this.ran.length === 0) throw error;
      throw new UnitFailed(new Map(this.ran.map((id) => [id, error])));
    }
  }
}

interface Running {
  readonly id: string;
  readonly work: () => Promise<unknown>;
  readonly done: (outcome: unknown) => void;
}

/** Which of the command's outcomes a handler returned. */
function outcomeOf(command: CommandClass, outcome: unknown): EventClass {
  for (const event of [command.ok, command.fail]) {
    if (event && outcome instanceof event) return event;
  }
  const may = [command.ok, command.fail].flatMap((event) => (event ? [wireName(event)] : [])).join(' or ');
  throw new WrongOutcome(`the handler of ${wireName(command)} must return ${may}, made by \`of\`; it returned ${describe(outcome)}`);
}
const describe = (value: unknown): string => (value instanceof Object ? `a ${value.constructor.name}` : String(value));
