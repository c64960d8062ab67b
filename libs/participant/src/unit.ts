import { randomUUID } from 'node:crypto';
import {
  type CommandClass,
  decode,
  derivedId,
  encode,
  type Envelope,
  type EventClass,
  factsAfter,
  type Facts,
  type ReceivedMessage,
  type Style,
  wireName,
} from '@duet/message';
import type { PoolClient } from 'pg';
import { type Call, type Heard, type SagaRef, sagaKey, type StepInfo } from './call';
import { isTransient } from './database.store';
import { isRetryable, textOf, WrongOutcome } from './errors';
import { close, type HeldRow, type LockedSaga, open, type OutboxRow, type StepRow } from './runtime.store';
import { bodyOf, type Roles, type Task, taskNamed, tasksOf } from './task';
import { after, allowedAnswer, nextTurn, type Queued, type Standing } from './turn';
import type { UnitResources } from './unit-of-work';
import { Wave } from './wave';

/** What a unit of work is about. */
export type Item =
  /** A message that was received. */
  | { readonly is: 'message'; readonly ref: SagaRef; readonly message: Envelope; readonly raw: ReceivedMessage }
  /** A saga whose held messages are to be looked at: something is due, or an outside call has answered. */
  | { readonly is: 'visit'; readonly ref: SagaRef; readonly answers: readonly Answer[] }
  /** Something that begins here, not with a message: an order placed over REST. */
  | {
      readonly is: 'start';
      readonly ref: SagaRef;
      readonly style: Style;
      readonly work: (publish: Publish) => Promise<void>;
      readonly failed: (error: unknown) => void;
    };

export type Publish = (event: InstanceType<EventClass>, options?: { facts?: Facts }) => void;

/** What an outside call came to, with the lease under which it was made. */
export interface Answer {
  readonly heldId: string;
  readonly lease: string;
  readonly result: { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };
}

/** An outside call that the unit has recorded; to be made once the unit is committed. */
export interface CallToMake {
  readonly heldId: string;
  readonly lease: string;
  readonly ref: SagaRef;
  readonly task: Task;
  readonly body: object;
  readonly action: Call['action'];
}

/** How handlers are run: by Nest. */
export interface Invoke {
  handle(task: Task, body: object, result: unknown, about: StepInfo | Heard): Promise<unknown>;
}

export interface UnitSettings {
  readonly service: string;
  readonly roles: Roles;
  readonly invoke: Invoke;
  readonly leaseMs: number;
  readonly retryMs: number;
}

export interface Committed {
  readonly outbox: readonly OutboxRow[];
  readonly sagas: readonly LockedSaga[];
  readonly calls: readonly CallToMake[];
  /** For metrics and logs. */
  readonly handled: readonly { readonly task: Task; readonly ref: SagaRef }[];
  readonly heldNow: readonly HeldRow[];
  readonly duplicates: number;
}

/** Handlers that failed. Nothing of the unit has happened. */
export class UnitFailed extends Error {
  override readonly name = 'UnitFailed';
  constructor(
    /** By the id of the task, or of the start item's saga. */
    readonly failures: ReadonlyMap<string, unknown>,
  ) {
    super(`${failures.size} of the handlers failed; nothing of this unit has happened. ${[...failures.values()].map(textOf).join('; ')}`);
  }
}

interface Entry extends Queued {
  readonly task: Task;
  standing: Standing;
  row: HeldRow | undefined;
  readonly result?: unknown;
  changed: boolean;
}

/** One saga of the unit: its lock, and what waits for it, in order. */
interface Queue {
  readonly saga: LockedSaga;
  entries: Entry[];
  /** A held message that this build cannot read stands at the end of the entries: what arrives waits behind it. */
  readonly stuck: boolean;
  readonly behind: Entry[];
  readonly changedSteps: Set<string>;
}

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
  private readonly outbox: OutboxRow[] = [];
  private readonly calls: CallToMake[] = [];
  private readonly gone: string[] = [];
  private readonly parked: HeldRow[] = [];
  private readonly handled: { task: Task; ref: SagaRef }[] = [];

  constructor(
    private readonly client: PoolClient,
    private readonly failing: ReadonlyMap<string, unknown>,
    private readonly settings: UnitSettings,
  ) {}

  async run(items: readonly Item[]): Promise<Committed> {
    const refs = [...new Map(items.map(({ ref }) => [sagaKey(ref), ref])).values()];
    const messages = items.filter((item) => item.is === 'message');
    const { fresh, sagas } = await open(
      this.client,
      refs,
      messages.map(({ message, ref }) => ({ id: message.id, ref })),
    );
    const answers = new Map(items.flatMap((item) => (item.is === 'visit' ? item.answers : [])).map((answer) => [answer.heldId, answer]));
    const queues = new Map(sagas.map((saga) => [sagaKey(saga.ref), this.queueOf(saga, answers)]));
    let duplicates = 0;
    for (const { message, raw, ref } of messages) {
      // The same id twice in one unit counts once as well.
      if (!fresh.delete(message.id)) {
        duplicates++;
        continue;
      }
      const queue = queues.get(sagaKey(ref));
      (queue?.stuck ? queue.behind : queue?.entries)?.push(...tasksOf(message, raw, this.settings.roles).map((task) => this.arrived(task)));
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

  /** What the saga's queue looks like, from its held rows and what their calls have answered. */
  private queueOf(saga: LockedSaga, answers: ReadonlyMap<string, Answer>): Queue {
    const lost = saga.held.findIndex((row) => !this.taskOf(row));
    const readable = lost < 0 ? saga.held : saga.held.slice(0, lost);
    const entries = readable.flatMap((row): Entry[] => {
      const task = this.taskOf(row);
      return task ? [this.entryOf(row, task, answers)] : [];
    });
    const stuck = saga.held[lost];
    if (stuck && stuck.state !== 'parked') this.parked.push(parkUnknown(stuck, this.settings.service));
    return { saga, entries, stuck: stuck !== undefined, behind: [], changedSteps: new Set() };
  }

  private entryOf(row: HeldRow, task: Task, answers: ReadonlyMap<string, Answer>): Entry {
    const entry: Entry = { task, ask: task.ask, row, standing: standingOf(row), changed: false };
    const answer = answers.get(row.id);
    if (answer && row.state === 'calling' && row.lease === answer.lease) {
      if (answer.result.ok) return this.unlessFailing({ ...entry, standing: { is: 'answered' }, result: answer.result.value });
      this.hold(entry, answer.result.error);
      return entry;
    }
    return this.unlessFailing(entry);
  }

  /** What a held row asks for; undefined when this build of the service no longer has it. */
  private taskOf(row: HeldRow): Task | undefined {
    const cls = this.settings.roles.classes.get(String(row.raw.headers['ce_type']));
    return cls && taskNamed(row.task, decode(row.raw, cls), row.raw, this.settings.roles);
  }

  private arrived(task: Task): Entry {
    return this.unlessFailing({ task, ask: task.ask, row: undefined, standing: { is: 'fresh' }, changed: false });
  }

  private unlessFailing(entry: Entry): Entry {
    if (this.failing.has(entry.task.id)) this.hold(entry, this.failing.get(entry.task.id));
    return entry;
  }

  /** The message waits, with the reason: for its next try, or for a person where no try can help. */
  private hold(entry: Entry, error: unknown): void {
    const again = isRetryable(error);
    const row = entry.row ?? newRow(entry.task);
    entry.row = {
      ...row,
      state: again ? 'retrying' : 'parked',
      attempts: row.attempts + 1,
      code: error instanceof Error ? error.name : 'unknown',
      reason: textOf(error).slice(0, 4_000).replaceAll('\u0000', '\ufffd'),
      dueIn: again ? this.settings.retryMs : undefined,
      lease: undefined,
    };
    entry.standing = { is: 'blocked' };
    entry.changed = true;
  }

  /** Does what needs no handler, and finds for each saga the handler to run next. */
  private *turns(queues: ReadonlyMap<string, Queue>): Generator<Running> {
    for (const queue of queues.values()) {
      for (let busy = true; busy;) {
        const turn = nextTurn(queue.entries, queue.saga.steps);
        switch (turn.do) {
          case 'wait':
            busy = false;
            break;
          case 'drop':
            this.finish(queue, turn.at);
            break;
          case 'refuse-late':
            this.attempt(queue, turn.at, () => this.refuseLate(queue, turn.at));
            break;
          case 'call':
            this.attempt(queue, turn.at, () => this.prepareCall(queue, turn.at, turn.action));
            break;
          case 'handle':
            yield this.runningOf(queue, turn.at, turn.action);
            busy = false;
            break;
        }
      }
    }
  }

  /** A reaction's `with` is the service's own code and may fail as a handler may. */
  private attempt(_queue: Queue, entry: Entry, work: () => void): void {
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
      try {
        if (result?.status === 'fulfilled') done(result.value);
        else failures.set(id, result?.reason);
      } catch (error) {
        failures.set(id, error);
      }
    }
    const transient = [...failures.values()].find(isTransient);
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
    for (const entry of entries) this.keep(entry);
    const heldNow = [...this.parked, ...entries.filter(({ changed }) => changed).flatMap(({ row }) => (row ? [row] : []))];
    const before = new Set(queues.flatMap(({ saga }) => saga.held.map(({ id }) => id)));
    const steps = queues.flatMap(({ saga, changedSteps }) =>
      [...changedSteps].flatMap((step): StepRow[] => {
        const now = saga.steps.get(step);
        return now ? [{ ...saga.ref, step, ...now }] : [];
      }),
    );
    const sagas = queues.map(({ saga }) => saga);
    await close(this.client, {
      steps,
      heldNew: heldNow.filter(({ id }) => !before.has(id)),
      heldChanged: heldNow.filter(({ id }) => before.has(id)),
      heldGone: this.gone,
      outbox: this.outbox,
      sagas,
    });
    return { outbox: this.outbox, sagas, calls: this.calls, handled: this.handled, heldNow, duplicates };
  }

  /** What stays in a queue stays in the table: new ones are added, and what was due but had to wait is looked at again a little later. */
  private keep(entry: Entry): void {
    if (!entry.row) {
      entry.row = newRow(entry.task);
      entry.changed = true;
    } else if (!entry.changed && entry.row.dueIn !== undefined && entry.row.dueIn <= 0) {
      entry.row = { ...entry.row, state: 'retrying', dueIn: this.settings.retryMs, lease: undefined };
      entry.changed = true;
    }
  }
}

interface Running {
  readonly id: string;
  readonly work: () => Promise<unknown>;
  readonly done: (outcome: unknown) => void;
}

const parkUnknown = (row: HeldRow, service: string): HeldRow => ({
  ...row,
  state: 'parked',
  code: 'unknown-task',
  reason: `it asks for ${row.task}, which this build of ${service} no longer has; deploy one that has it`,
  dueIn: undefined,
  lease: undefined,
});

/** How a start item is named among the failures of a unit. */
export const startId = (ref: SagaRef): string => `start:${sagaKey(ref)}`;

const newRow = (task: Task): HeldRow => ({
  id: task.id,
  ref: { process: task.message.process, saga: task.message.saga },
  task: task.name,
  messageId: task.message.id,
  raw: task.raw,
  state: 'waiting',
  attempts: 0,
  code: undefined,
  reason: undefined,
  dueIn: undefined,
  lease: undefined,
});

function standingOf({ state, dueIn }: HeldRow): Standing {
  switch (state) {
    case 'waiting':
      return { is: 'fresh' };
    case 'calling':
      return dueIn !== undefined && dueIn > 0 ? { is: 'in-flight' } : { is: 'due' };
    case 'retrying':
      return dueIn !== undefined && dueIn > 0 ? { is: 'blocked' } : { is: 'due' };
    case 'parked':
    case 'aside':
      return { is: 'blocked' };
  }
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
