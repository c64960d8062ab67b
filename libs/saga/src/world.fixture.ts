import { type CommandClass, type EventClass, fieldsOnly, type Style, wireName } from '@duet/message';
import { OrderPlaced, OrderRejected, OrderShipped } from './business.fixture';
import { cancelled, undone } from './dance';
import { decide } from './decide';
import type { CommandToSend, Input, Instance } from './instance';
import { isEnded } from './instance';
import { awaited, openUndos } from './position';
import { answersOf, commandsOf, type Definition } from './saga';

/** What a command has come to at its owner, as in the runtime; `parked`: it waits for a person. */
type State = 'none' | 'parked' | 'done' | 'refused' | 'tombstone' | 'undone';
/** What its owner does by itself has no `time`, and is not lost. */
type Sent = Pick<CommandToSend, 'command' | 'ask' | 'settlement'> & Partial<Pick<CommandToSend, 'time'>>;

/** The data of any event of the business. */
export const anything = {
  orderId: '0b9c1e1a-6f0e-4d57-9d0f-3f6f3b1c9a11',
  ...{ total: 300, paymentId: 'p', shipmentId: 's', refunded: 300, reason: { code: 'refused', text: 'refused' } },
};
/** A message's way to jsonb and back. */
export const stored = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/**
 * One orchestrated saga among owners that are as bad as the runtime allows: they refuse, park, answer late or twice; commands are lost, deadlines pass at any time, people
 * cancel, pause, retry and settle. Which of all this happens is read from a tape of numbers; where it has ended, only what leads on happens, until all is quiet.
 * What must never be is said by `wrong`.
 */
export class World {
  readonly history: Input[] = [];
  readonly wrong: string[] = [];
  instance: Instance | undefined;
  private readonly states = new Map<string, State>();
  private readonly answers = new Map<string, { event: EventClass; void?: true }>();
  /** By the owner's context: what one owner hears, and says, keeps its order. */
  private readonly toOwner = new Map<string, Sent[]>();
  private readonly fromOwner = new Map<string, Input[]>();
  private now = 0;
  private at = 0;

  constructor(
    private readonly definition: Definition,
    private readonly style: Style,
    private readonly tape: readonly number[],
  ) {}

  /** Runs until the saga has ended and nothing is on its way. */
  run(): this {
    this.tell({
      is: 'started',
      at: this.now,
      saga: anything.orderId,
      style: this.style,
      facts: fieldsOnly(OrderPlaced, anything) as Instance['facts'],
    });
    for (let moves = 0; ; moves += 1) {
      const possible = this.moves();
      if (possible.length === 0) return this;
      if (moves > 2_000) return (this.wrong.push('it does not end'), this);
      possible[this.pick(possible.length)]!();
    }
  }

  state = (command: CommandClass): State => this.states.get(wireName(command)) ?? 'none';

  private pick(count: number): number {
    if (count === 1) return 0;
    const number = this.tape[this.at++];
    return number === undefined ? 0 : number % count;
  }
  private readonly some = (): boolean => this.pick(4) === 3;

  private moves(): (() => void)[] {
    const instance = this.instance!;
    const queues = [...this.toOwner.values(), ...this.fromOwner.values()].filter((queue) => queue.length > 0);
    const commands = [...this.toOwner]
      .filter(([, queue]) => queue.length > 0)
      .map(
        ([context, queue]) =>
          () =>
            this.receive(context, queue.shift()!),
      );
    const events = [...this.fromOwner.values()].filter((queue) => queue.length > 0).map((queue) => () => this.tell(queue.shift()!));
    const delivered = [...commands, ...events];
    if (isEnded(instance.status)) return delivered;
    const parked = commandsOf(this.definition).filter((command) => this.state(command) === 'parked');
    const by = { at: this.now, actor: 'somebody' };
    const open = awaited(this.definition, instance);
    const leading = [
      ...delivered,
      ...(instance.paused ? [() => this.tell({ is: 'resume', ...by })] : []),
      ...parked.map((command) => () => this.free(command)),
      () => this.tell({ is: 'due', at: (this.now = Math.max(this.now, instance.waiting?.due ?? 0)) }),
    ];
    // Two times of three, and where the tape has ended, the saga gets on.
    if (this.pick(3) < 2) return delivered.length > 0 ? delivered : leading.slice(0, 1);
    return [
      ...leading,
      ...queues.map((queue) => () => void queue.push(queue[0] as never)),
      ...[...this.toOwner.values()].filter(([head]) => head?.time).map((queue) => () => void queue.shift()),
      () => this.tell({ is: 'due', at: (this.now += 1_000) }),
      () => this.tell({ is: 'cancel', at: this.now, reason: { code: 'cancelled', text: 'by the customer' } }),
      () => this.tell({ is: 'pause', ...by }),
      () => this.tell({ is: 'retry', ...by }),
      ...open.flatMap((command) => [
        () => this.tell({ is: 'retry', ...by, command: wireName(command) }),
        ...[command.ok, command.fail].flatMap((event) =>
          event
            ? [
                () =>
                  this.tell({
                    is: 'done',
                    ...by,
                    note: 'by hand',
                    command: wireName(command),
                    outcome: wireName(event),
                    body: fieldsOnly(event, anything),
                  }),
              ]
            : [],
        ),
      ]),
    ];
  }

  /** The orchestrator: its inputs and its instances are stored as JSON. */
  private tell(input: Input): void {
    this.history.push(input);
    const before = this.instance;
    const { instance, commands } = decide(this.definition, before, stored(input))!;
    this.instance = stored(instance);
    if (!isEnded(instance.status) && instance.waiting === undefined) this.wrong.push(`${instance.status} without a deadline`);
    for (const sent of commands) {
      this.checkUndo(sent.command, before!, instance);
      queueOf(this.toOwner, sent.command.context).push(sent);
    }
  }

  private checkUndo(command: CommandClass, before: Instance, after: Instance): void {
    const action = undone(command);
    if (!action) return;
    if (!before.asked[wireName(action)]?.times) this.wrong.push(`${command.type} for what was not asked for`);
    const latest = openUndos(this.definition, after).find(({ undo }) => !after.asked[wireName(undo)]?.parked);
    const first = after.asked[wireName(command)]?.times === 1;
    if (first && latest?.undo !== command) this.wrong.push(`${command.type} before ${latest?.undo.type}`);
  }

  /** An owner, after the tables of the runtime. */
  private receive(context: string, { command, ask, settlement }: Sent): void {
    const name = wireName(command);
    const state = this.state(command);
    const known = this.answers.get(name);
    if (known) return ask ? this.say(context, known.event, known.void) : undefined;
    if (settlement) {
      const answer = answersOf(this.definition).get(settlement.outcome)!;
      return this.contradicts(command, answer.success) ? undefined : this.carryOut(command, answer.success);
    }
    if (state === 'parked' && ask !== 'now') return undefined;
    if (state === 'tombstone') return this.answer(command, command.fail!, 'tombstone', true);
    if (this.some()) {
      this.states.set(name, 'parked');
      queueOf(this.fromOwner, context).push({ is: 'parked', at: this.now, command: name, reason: anything.reason });
      return undefined;
    }
    return this.carryOut(command, cancelled(command) ? this.state(cancelled(command)!) !== 'done' : !command.fail || !this.some());
  }

  private contradicts(command: CommandClass, success: boolean): boolean {
    const pivot = cancelled(command);
    return this.state(command) === 'tombstone' ? success : pivot !== undefined && (this.state(pivot) === 'done') === success;
  }

  private carryOut(command: CommandClass, success: boolean): void {
    const action = undone(command) ?? cancelled(command);
    if (action && success) {
      if (this.state(action) === 'parked')
        queueOf(this.fromOwner, action.context).push({ is: 'freed', at: this.now, command: wireName(action) });
      if (this.state(action) === 'done') this.states.set(wireName(action), 'undone');
      else if (this.state(action) !== 'refused') this.states.set(wireName(action), 'tombstone');
    }
    this.answer(command, success ? command.ok : command.fail!, success ? 'done' : 'refused');
    const end = this.definition.steps.at(-1)!.command;
    // In hybrid the order confirms by itself what was shipped.
    if (command.ok === OrderShipped && success && this.style === 'hybrid') queueOf(this.toOwner, end.context).push({ command: end });
  }

  private answer(command: CommandClass, event: EventClass, state: State, late?: true): void {
    if (this.state(command) === 'parked')
      queueOf(this.fromOwner, command.context).push({ is: 'freed', at: this.now, command: wireName(command) });
    this.states.set(wireName(command), state);
    this.answers.set(wireName(command), { event, ...(late && { void: late }) });
    this.say(command.context, event, late);
    this.check(event);
  }

  private say(context: string, event: EventClass, late?: true): void {
    queueOf(this.fromOwner, context).push({
      is: 'heard',
      at: this.now,
      type: wireName(event),
      body: fieldsOnly(event, anything),
      ...(late && { void: late }),
    });
  }

  /** Tried again by its owner's own people: the orchestrator hears that it waits no more. */
  private free(command: CommandClass): void {
    this.states.set(wireName(command), 'none');
    queueOf(this.fromOwner, command.context).push({ is: 'freed', at: this.now, command: wireName(command) });
    queueOf(this.toOwner, command.context).push({ command });
  }

  /** At every moment: nothing is shipped and turned back. */
  private check(event: EventClass): void {
    const { steps } = this.definition;
    const pivot = steps.find(({ kind }) => kind === 'pivot');
    if (!pivot || this.state(pivot.command) !== 'done') return;
    const back = steps.filter(({ command }) => ['undone', 'tombstone', 'refused'].includes(this.state(command)));
    if (back.length > 0) this.wrong.push(`shipped, and ${back.map(({ command }) => `${command.type} ${this.state(command)}`).join()}`);
    if (event === OrderRejected) this.wrong.push('shipped and rejected');
  }
}

function queueOf<T>(queues: Map<string, T[]>, context: string): T[] {
  const queue = queues.get(context) ?? [];
  queues.set(context, queue);
  return queue;
}
