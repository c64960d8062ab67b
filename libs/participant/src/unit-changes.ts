import { randomUUID } from 'node:crypto';
import { type CommandClass, derivedId, type EventClass, MessageFreed, MessageParked, type Reason, wireName } from '@duet/message';
import { type SagaRef, sagaKey, type StepInfo } from './call';
import { WrongOutcome } from './errors';
import type { CallToMake, UnitSettings } from './item';
import { Outgoing, type Resend } from './outgoing';
import { type Entry, keep, newRow, type Queue } from './queue';
import type { HeldRow } from './held.rows.store';
import type { ChangedSaga, Changes, OperationRow } from './runtime.store';
import { bodyOf, type Task } from './task';
import { after, allowedAnswer, type StepState } from './turn';

/** What a unit of work changes, collected until it commits: steps, what is held, what is said. */
export class UnitChanges {
  readonly out: Outgoing;
  /** Outside calls to make once the unit is committed. */
  readonly calls: CallToMake[] = [];
  readonly handled: { task: Task; ref: SagaRef }[] = [];
  private readonly resends: Resend[] = [];
  private readonly operations: OperationRow[] = [];
  private readonly gone: string[] = [];

  constructor(private readonly settings: Pick<UnitSettings, 'service' | 'leaseMs' | 'retryMs' | 'roomForCalls' | 'laterMs'>) {
    this.out = new Outgoing(settings.service);
  }

  /** Records what a handler returned: the step, what it leaves at its action's step, and the outcome on its way. */
  record(queue: Queue, entry: Entry, action: StepInfo['action'], outcome: unknown): void {
    this.recordOutcome(queue, entry.task, action, outcome);
    this.done(queue, entry);
  }

  /** The same, and the message stays where it is. @throws {WrongOutcome} where it is none of the command's, or contradicts what is known */
  recordOutcome(queue: Queue, task: Task, action: StepInfo['action'], outcome: unknown): void {
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
  noted(queue: Queue, entry: Entry): void {
    if (entry.ask.step !== undefined) this.setStep(queue, entry.ask.step, 'done', undefined);
    this.done(queue, entry);
  }

  private done(queue: Queue, entry: Entry): void {
    this.handled.push({ task: entry.task, ref: queue.saga.ref });
    this.finish(queue, entry);
  }

  /** The action comes after its undo: nothing follows from its refusal. */
  refuseLate(queue: Queue, entry: Entry): void {
    const { task } = entry;
    this.refuse(queue, task, { code: 'undone', text: `${task.name} came after it had been undone` }, true);
    this.finish(queue, entry);
  }

  /** An action is refused in its owner's name, without its handler. */
  refuse(queue: Queue, task: Task, reason: Reason, isVoid: boolean): void {
    if (task.work.is !== 'command') return;
    const { command } = task.work.role;
    const refusal = command.fail;
    if (!refusal) throw new WrongOutcome(`${wireName(command)} can be undone but names no refusal`);
    const id = this.out.answer(queue.saga, task, command, refusal, { ...bodyOf(task), reason }, isVoid);
    this.setStep(queue, task.name, 'tombstone', id);
  }

  /** An outside call is recorded before it is made; where there is no room for it, it waits as it is. */
  call(queue: Queue, entry: Entry, action: StepInfo['action']): void {
    if (this.calls.length < this.settings.roomForCalls()) return this.prepareCall(queue, entry, action);
    const begun = entry.standing.is === 'due';
    entry.row = {
      ...(entry.row ?? newRow(entry.task)),
      state: begun ? 'retrying' : 'waiting',
      dueIn: this.settings.laterMs,
      lease: undefined,
    };
    entry.standing = { is: 'blocked' };
    entry.changed = true;
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
  finish(queue: Queue, entry: Entry, by: MessageFreed['by'] = 'undo'): void {
    this.tellFreed(queue, entry, by);
    queue.entries = queue.entries.filter((other) => other !== entry);
    if (queue.saga.held.some(({ id }) => id === entry.task.id)) this.gone.push(entry.task.id);
  }

  /** Tells the world that a parked message waits for nobody any more. */
  tellFreed({ saga }: Queue, { task, row }: Entry, by: MessageFreed['by']): void {
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

  setStep(queue: Queue, step: string, state: StepState, outcomeId: string | undefined): void {
    queue.saga.steps.set(step, { state, outcomeId });
    queue.changedSteps.add(step);
  }

  /** What a person did, for the books. */
  operated({ saga }: Queue, { task }: Entry, what: Pick<OperationRow, 'did' | 'actor' | 'note'>): void {
    this.operations.push({ ...saga.ref, step: task.name, messageId: task.message.id, ...what });
  }

  /** A message of before is to be sent again. */
  resend({ saga }: Queue, id: string): void {
    this.resends.push({ ...saga.ref, id });
  }

  /** All of it, to be written; what stays in a queue is held. */
  of(queues: readonly Queue[], sender: string): Changes {
    const entries = queues.flatMap((queue) => [...queue.entries, ...queue.behind]);
    for (const entry of entries) keep(entry, this.settings.retryMs);
    for (const queue of queues) for (const entry of queue.entries) this.tellParked(queue, entry);
    const changed = entries.filter((entry) => entry.changed).flatMap(({ row }) => (row ? [row] : []));
    const heldNow = [...queues.flatMap(({ postponed }) => postponed), ...changed];
    const before = new Set(queues.flatMap(({ saga }) => saga.held.map(({ id }) => id)));
    const heldNew = heldNow.filter(({ id }) => !before.has(id));
    return {
      resends: this.resends,
      operations: this.operations,
      sagas: this.changedSagas(queues, heldNew),
      heldNew,
      heldChanged: heldNow.filter(({ id }) => before.has(id)),
      heldGone: this.gone,
      outbox: this.out.rows,
      senders: this.out.senders,
      sender,
    };
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
}

/** The wire name of what a task does: its command, or the event that is heard. */
const commandOf = ({ name, message }: Task): string => (name === 'hears' ? message.type : name);

function parkedRole({ work }: Task): MessageParked['role'] {
  if (work.is === 'hears') return 'hears';
  return work.role.role === 'action' && !work.role.command.fail ? 'retriable' : work.role.role;
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
