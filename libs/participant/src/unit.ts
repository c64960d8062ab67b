import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import {
  type CommandClass,
  derivedId,
  type Envelope,
  type EventClass,
  MessageFreed,
  messageOf,
  MessageParked,
  type Reason,
  type Settlement,
  wireName,
} from '@duet/message';
import type { PoolClient } from 'pg';
import { type Heard, type SagaRef, sagaKey, type StepInfo } from './call';
import { isIdleTooLong, isTransient, isTransientHere } from './database.store';
import { type Decision, decidedOn, isTried, wayBackOf, whyNot } from './decision';
import { SlowHandler, WrongOutcome, textOf } from './errors';
import { type CallToMake, type Committed, type Item, startId, UnitFailed, type UnitSettings } from './item';
import { Outgoing, Published, type Resend } from './outgoing';
import { arrived, type Entry, keep, newRow, type Queue, queueOf, type QueueSettings, tryNow } from './queue';
import type { HeldRow } from './held.rows.store';
import type { OutboxRow } from './outbox.store';
import { type ChangedSaga, type Changes, close, open, type OperationRow } from './runtime.store';
import { aboutOf, bodyOf, isNoted, type Task, tasksOf } from './task';
import { actionState, after, allowedAnswer, askedAgain, nextTurn, type StepState } from './turn';
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
  private readonly logger = new Logger('Unit');
  private readonly queueSettings: QueueSettings;
  private readonly out: Outgoing;
  private readonly resends: Resend[] = [];
  private readonly operations: OperationRow[] = [];
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
    this.out = new Outgoing(settings.service);
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
      this.settings.met,
    );
    const locked = new Map(sagas.map((saga) => [sagaKey(saga.ref), saga]));
    // In the order of arrival, which is not the order of locking: who came first gets the last item.
    const queues = new Map<string, Queue>();
    for (const key of refs.map(sagaKey)) {
      const saga = locked.get(key);
      if (saga) queues.set(key, queueOf(saga, answers, this.queueSettings));
    }
    // Before what arrives with them: they are about what has been held.
    for (const item of items) {
      const queue = item.is === 'decision' ? queues.get(sagaKey(item.ref)) : undefined;
      if (queue && item.is === 'decision') item.told(this.decide(queue, item));
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
    if (comes === 'resend' && step?.outcomeId !== undefined) this.resends.push({ ...queue.saga.ref, id: step.outcomeId });
    if (comes === 'try-now' || comes === 'settle') this.heed(queue, held ?? arrived(task, this.queueSettings), task.message);
  }

  /** A person asks through an orchestrator, and is bound by what binds people here. */
  private heed(queue: Queue, entry: Entry, { ask, settlement }: Envelope): void {
    const said = ask === 'settled' ? settlement : undefined;
    const wrong = whyNot(said ? 'settle' : 'redrive', entry, queue, this.leads) ?? (said && this.settle(queue, entry, said));
    if (!wrong && !said) this.free(queue, entry);
    if (wrong) {
      const about = { saga: queue.saga.ref.saga, task: entry.task.name, code: wrong.code, error: wrong.text };
      this.logger.warn({ msg: `what an operator asked for (${ask}) makes no sense here`, ...about });
    }
  }

  /** A person's decision about a held message; why it makes no sense, if it does not. */
  private decide(queue: Queue, { heldId, decision }: Extract<Item, { is: 'decision' }>): Reason | undefined {
    const entry = decidedOn(heldId, queue);
    if ('code' in entry) return entry;
    const refused = whyNot(decision.is, entry, queue, this.leads);
    if (refused) return refused;
    if (decision.is === 'settle') return this.settle(queue, entry, decision);
    if (decision.is === 'drop') return this.drop(queue, entry, decision);
    if (isTried(entry)) return undefined;
    this.recordOperation(queue, entry, { did: 'redrive', actor: decision.actor, note: null });
    this.free(queue, entry);
    return undefined;
  }

  /** Whether it is an orchestrator's. */
  private get leads(): boolean {
    return this.settings.roles.leads !== undefined;
  }

  private free(queue: Queue, entry: Entry): void {
    // It was tried, and failed again: it stays as it was.
    if (this.failing.has(entry.task.id)) return;
    this.tellFreed(queue, entry, 'redrive');
    tryNow(entry);
  }

  /**
   * Records what a person says came of a step, as if its handler had returned it. The table of undo and cancel question binds people, too: where that says
   * something else, nothing is recorded and the reason is returned.
   */
  private settle(queue: Queue, entry: Entry, { outcome, body, actor, note }: Settlement): Reason | undefined {
    const { task } = entry;
    if (task.work.is !== 'command') return undefined;
    const { command, of } = task.work.role;
    const event = outcome === wireName(command.ok) ? command.ok : command.fail;
    if (!event) return undefined;
    const action = of === undefined ? 'none' : actionState(queue.saga.steps.get(of));
    const wrong = this.unlessUnsayable(() => this.recordOutcome(queue, task, action, messageOf(event, body)));
    if (wrong) return wrong;
    this.recordOperation(queue, entry, { did: 'settle', actor, note });
    this.finish(queue, entry, 'settled');
    return undefined;
  }

  /** An action is refused in its owner's name, and never happens; what was merely heard goes. */
  private drop(queue: Queue, entry: Entry, { actor, note }: Extract<Decision, { is: 'drop' }>): Reason | undefined {
    const { task, ask } = entry;
    const reason = { code: 'dropped', text: `${task.name} was given up by hand` };
    // Where its undo waits already, the saga is being turned back, and nothing more is to follow.
    const isVoid = wayBackOf(entry, queue.entries) !== undefined;
    const wrong = task.work.is === 'command' ? this.unlessUnsayable(() => this.refuse(queue, task, reason, isVoid)) : undefined;
    if (wrong) return wrong;
    if (task.work.is === 'hears' && ask.step !== undefined) this.setStep(queue, ask.step, 'tombstone', undefined);
    this.recordOperation(queue, entry, { did: 'drop', actor, note });
    this.finish(queue, entry, 'drop');
    return undefined;
  }

  /** What a person wants told may contradict what is known, or be too big or too little for anybody to read: then nothing is recorded. */
  private unlessUnsayable(say: () => void): Reason | undefined {
    try {
      say();
      return undefined;
    } catch (error) {
      const contradicts = error instanceof WrongOutcome;
      return { code: contradicts ? 'contradiction' : 'unsayable', text: contradicts ? error.message : textOf(error) };
    }
  }

  private recordOperation({ saga }: Queue, { task }: Entry, what: Pick<OperationRow, 'did' | 'actor' | 'note'>): void {
    this.operations.push({ ...saga.ref, step: task.name, messageId: task.message.id, ...what });
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
    if (work.is === 'command') {
      return {
        ids: [task.id],
        work: () => this.settings.invoke.handle(task, bodyOf(task), entry.result, { action }),
        done: (outcome) => this.record(queue, entry, action, outcome),
      };
    }
    const published = new Published();
    const about: Heard = { ...aboutOf(message), publish: published.publish };
    return {
      ids: [task.id],
      work: async () => {
        if (work.role.noted) await this.settings.invoke.note([task]);
        else if (work.role.handled) await this.settings.invoke.handle(task, bodyOf(task), entry.result, about);
      },
      done: () => {
        published.send(this.out, queue.saga, this.out.following(message));
        this.noted(queue, entry);
      },
    };
  }

  private startOf({ ref, style, work }: Extract<Item, { is: 'start' }>, queues: ReadonlyMap<string, Queue>): Running {
    const published = new Published();
    return {
      ids: [startId(ref)],
      work: () => work(published.publish),
      done: () => {
        const queue = queues.get(sagaKey(ref));
        if (queue) published.send(this.out, queue.saga, { process: ref.process, style, hop: 0 });
      },
    };
  }

  /** What projections take note of, all at once. */
  private noting(tasks: readonly Task[]): Running[] {
    if (tasks.length === 0) return [];
    return [
      {
        ids: tasks.map(({ id }) => id),
        work: () => this.settings.invoke.note(tasks),
        done: () => this.handled.push(...tasks.map((task) => ({ task, ref: { process: task.message.process, saga: task.message.saga } }))),
      },
    ];
  }

  private async runWave(wave: readonly Running[]): Promise<void> {
    const resources: UnitResources = { client: this.client };
    const results = await this.whileConnected((lost) =>
      Wave.run(
        resources,
        wave.map(({ work }) => work),
        lost,
      ),
    );
    const failures = new Map<string, unknown>();
    for (const [index, { ids, done }] of wave.entries()) {
      const result = results[index];
      this.ran.push(...ids);
      const fail = (error: unknown) => ids.forEach((id) => failures.set(id, error));
      try {
        if (result?.status === 'fulfilled') done(result.value);
        else if (!(result?.reason instanceof Bystander)) fail(result?.reason);
      } catch (error) {
        fail(error);
      }
    }
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

  /** Records what a handler returned: the step, what it leaves at its action's step, and the outcome on its way. */
  private record(queue: Queue, entry: Entry, action: StepInfo['action'], outcome: unknown): void {
    this.recordOutcome(queue, entry.task, action, outcome);
    this.done(queue, entry);
  }

  private recordOutcome(queue: Queue, task: Task, action: StepInfo['action'], outcome: unknown): void {
    if (task.work.is !== 'command') return;
    const { command, role, of } = task.work.role;
    const event = outcomeOf(command, outcome);
    const success = event === command.ok;
    const allowed = allowedAnswer(role, action);
    if (allowed !== 'either' && success !== (allowed === 'success')) {
      throw new WrongOutcome(
        `${wireName(event)} contradicts what is known: the step ${of ?? ''} is ${action}, so ${wireName(command)} must answer with its ${allowed}`,
      );
    }
    const id = this.out.answer(queue.saga, task, command, event, { ...(outcome as object) });
    const left = after(role, action, success);
    this.setStep(queue, task.ask.step ?? task.name, left.own, id);
    if (left.of && of !== undefined)
      this.setStep(queue, of, left.of, left.of === 'tombstone' ? undefined : queue.saga.steps.get(of)?.outcomeId);
  }

  /** An event was taken note of. */
  private noted(queue: Queue, entry: Entry): void {
    if (entry.ask.step !== undefined) this.setStep(queue, entry.ask.step, 'done', undefined);
    this.done(queue, entry);
  }

  private done(queue: Queue, entry: Entry): void {
    this.handled.push({ task: entry.task, ref: queue.saga.ref });
    this.finish(queue, entry);
  }

  /** The action comes after its undo: nothing follows from its refusal. */
  private refuseLate(queue: Queue, entry: Entry): void {
    const { task } = entry;
    this.refuse(queue, task, { code: 'undone', text: `${task.name} came after it had been undone` }, true);
    this.finish(queue, entry);
  }

  /** An action is refused in its owner's name, without its handler. */
  private refuse(queue: Queue, task: Task, reason: Reason, isVoid: boolean): void {
    if (task.work.is !== 'command') return;
    const { command } = task.work.role;
    const refusal = command.fail;
    if (!refusal) throw new WrongOutcome(`${wireName(command)} can be undone but names no refusal`);
    const id = this.out.answer(queue.saga, task, command, refusal, { ...bodyOf(task), reason }, isVoid);
    this.setStep(queue, task.name, 'tombstone', id);
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

  /** Whoever waits for a person and is needless now was made so by an undo, unless a person has decided it. */
  private finish(queue: Queue, entry: Entry, by: MessageFreed['by'] = 'undo'): void {
    this.tellFreed(queue, entry, by);
    queue.entries = queue.entries.filter((other) => other !== entry);
    if (queue.saga.held.some(({ id }) => id === entry.task.id)) this.gone.push(entry.task.id);
  }

  private tellFreed({ saga }: Queue, { task, row }: Entry, by: MessageFreed['by']): void {
    if (row?.state !== 'parked' || this.gone.includes(row.id)) return;
    const id = derivedId(`${row.id}/${row.attempts}`, wireName(MessageFreed), 0);
    const body = { service: this.settings.service, command: commandOf(task), messageId: task.message.id, by };
    this.out.send(saga, MessageFreed, body, { ...this.out.following(task.message), id });
  }

  private tellParked({ saga }: Queue, { task, row }: Entry): void {
    if (row?.state !== 'parked' || saga.held.some(({ id, state }) => id === row.id && state === 'parked')) return;
    const id = derivedId(`${row.id}/${row.attempts}`, wireName(MessageParked), 0);
    const body = {
      service: this.settings.service,
      command: commandOf(task),
      role: parkedRole(task),
      messageId: task.message.id,
      code: row.code ?? '',
      text: row.reason ?? '',
    };
    this.out.send(saga, MessageParked, body, { ...this.out.following(task.message), id });
  }

  private setStep(queue: Queue, step: string, state: StepState, outcomeId: string | undefined): void {
    queue.saga.steps.set(step, { state, outcomeId });
    queue.changedSteps.add(step);
  }

  private async commit(queues: readonly Queue[], duplicates: number): Promise<Committed> {
    const entries = queues.flatMap((queue) => [...queue.entries, ...queue.behind]);
    for (const entry of entries) keep(entry, this.settings.retryMs);
    for (const queue of queues) for (const entry of queue.entries) this.tellParked(queue, entry);
    const changed = entries.filter((entry) => entry.changed).flatMap(({ row }) => (row ? [row] : []));
    const heldNow = [...queues.flatMap(({ postponed }) => postponed), ...changed];
    const before = new Set(queues.flatMap(({ saga }) => saga.held.map(({ id }) => id)));
    const sagas = queues.map(({ saga }) => saga);
    const { senders } = this.out;
    const sender = this.settings.sender();
    const heldNew = heldNow.filter(({ id }) => !before.has(id));
    const resent = await this.close({
      resends: this.resends,
      operations: this.operations,
      sagas: this.changedSagas(queues, heldNew),
      heldNew,
      heldChanged: heldNow.filter(({ id }) => before.has(id)),
      heldGone: this.gone,
      outbox: this.out.rows,
      senders,
      sender,
    });
    return { outbox: [...resent, ...this.out.rows], sagas, sender, calls: this.calls, handled: this.handled, heldNow, duplicates };
  }

  /** Those whose row is to be written: a step, a number, or how much is held has changed. */
  private changedSagas(queues: readonly Queue[], heldNew: readonly HeldRow[]): ChangedSaga[] {
    const gone = new Set(this.gone);
    const added = new Map<string, number>();
    for (const { ref } of heldNew) if (ref) added.set(sagaKey(ref), (added.get(sagaKey(ref)) ?? 0) + 1);
    return queues.flatMap(({ saga, changedSteps }) => {
      const held = saga.held.filter(({ id }) => !gone.has(id)).length + (added.get(sagaKey(saga.ref)) ?? 0);
      const isChanged = changedSteps.size > 0 || this.out.senders.has(saga) || held !== saga.held.length;
      return isChanged ? [{ saga, held }] : [];
    });
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

/** The wire name of what a task does: its command, or the event that is heard. */
const commandOf = ({ name, message }: Task): string => (name === 'hears' ? message.type : name);

function parkedRole({ work }: Task): MessageParked['role'] {
  if (work.is === 'hears') return 'hears';
  return work.role.role === 'action' && !work.role.command.fail ? 'retriable' : work.role.role;
}

interface Running {
  /** The tasks, or the start item, that fail if it fails. */
  readonly ids: readonly string[];
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
