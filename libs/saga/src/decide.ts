import { type CommandClass, type Facts, factsAfter, fieldsOnly, type Reason, wireName } from '@duet/message';
import { durationText } from './duration';
import type { Asked, CommandToSend, Decision, Input, Instance, Status } from './instance';
import { isEnded } from './instance';
import { answersOf, commandsOf, type Definition } from './saga';

/**
 * The orchestrator's whole mind, pure: what an input makes of an instance, and which commands follow. An instance records what it hears, in whatever order, and its
 * position follows from what is recorded (`goalOf`). So a decision is: record, look where that leads, ask for it if nobody has.
 * Undefined where there is no instance yet and the input does not begin one.
 * A function of state and input with the effects as data is Jérémie Chassaing's decider.
 */
export function decide(definition: Definition, instance: Instance | undefined, input: Input): Decision | undefined {
  if (!instance) return input.is === 'started' ? goOn(definition, begun(definition, input), input.at) : undefined;
  const refused = refusalOf(definition, instance, input);
  if (refused) return { instance, commands: [], refused };
  switch (input.is) {
    case 'due':
      return due(definition, instance, input.at);
    case 'retry':
      return retry(definition, instance, input.command === undefined ? stuckAt(instance) : [input.command]);
    case 'done':
      return settle(definition, instance, input);
    default: {
      const recorded = record(definition, instance, input);
      return recorded === instance ? { instance, commands: [] } : goOn(definition, recorded, input.at);
    }
  }
}

/** The instance that its history leads to. */
export const replay = (definition: Definition, history: readonly Input[]): Instance | undefined =>
  history.reduce<Instance | undefined>((instance, input) => decide(definition, instance, input)?.instance ?? instance, undefined);

/** What would happen if it were cancelled now: the undos that would be sent, the question that would be asked first, or why it is too late. */
export function cancelPreview(definition: Definition, instance: Instance, at: number): CancelPreview {
  const reason: Reason = { code: 'cancelled', text: 'a preview' };
  const tooLate = refusalOf(definition, instance, { is: 'cancel', at, reason });
  if (tooLate) return { tooLate, undos: [] };
  const wanted = cancelled(definition, instance, reason);
  const asks = wanted.reason ? undefined : definition.steps.find(({ kind }) => kind === 'pivot')?.back?.command;
  return { undos: openUndos(definition, wanted).map(({ undo }) => undo), ...(asks && { asks }) };
}
export interface CancelPreview {
  readonly tooLate?: Reason;
  /** In the order in which they would be sent. */
  readonly undos: readonly CommandClass[];
  /** The pivot may be under way: its owner is asked first, and may say that it is too late. */
  readonly asks?: CommandClass;
}

// What is recorded.

const askedOf = ({ asked }: Instance, command: CommandClass | string): Asked =>
  asked[typeof command === 'string' ? command : wireName(command)] ?? { times: 0 };
const isOk = (instance: Instance, command: CommandClass): boolean => askedOf(instance, command).outcome === 'ok';

const begun = ({ process, version }: Definition, { saga, style, facts }: Extract<Input, { is: 'started' }>): Instance => ({
  ...{ process, saga, version, style, facts },
  status: 'running',
  asked: {},
});

function record(definition: Definition, instance: Instance, input: Exclude<Input, { is: 'due' | 'retry' | 'done' }>): Instance {
  switch (input.is) {
    case 'started':
      return instance;
    case 'heard':
      return heard(definition, instance, input);
    case 'parked':
      return askedOf(instance, input.command).outcome ? instance : note(instance, input.command, { parked: input.reason });
    case 'freed':
      return askedOf(instance, input.command).parked ? note(instance, input.command, { parked: undefined }) : instance;
    case 'cancel':
      return cancelled(definition, instance, input.reason);
    case 'pause':
      return instance.paused ? instance : { ...instance, paused: true };
    case 'resume':
      // What is awaited gets its whole time again.
      return instance.paused ? without(instance, 'paused', 'waiting') : instance;
  }
}

function note(instance: Instance, command: string, change: { [K in keyof Asked]?: Asked[K] | undefined }): Instance {
  const { parked, ...asked } = { ...askedOf(instance, command), ...change } as Asked;
  return { ...instance, asked: { ...instance.asked, [command]: { ...asked, ...(parked && { parked }) } } };
}

const without = (instance: Instance, ...keys: (keyof Instance)[]): Instance =>
  Object.fromEntries(Object.entries(instance).filter(([key]) => !keys.includes(key as keyof Instance))) as unknown as Instance;

function heard(definition: Definition, instance: Instance, input: Extract<Input, { is: 'heard' }>): Instance {
  const answer = answersOf(definition).get(input.type);
  if (!answer) return instance;
  const { command, event, success } = answer;
  const { outcome } = askedOf(instance, command);
  if (outcome !== undefined && (outcome !== 'void' || input.void)) return instance;
  const told = note(instance, wireName(command), { outcome: input.void ? 'void' : success ? 'ok' : 'fail', parked: undefined });
  if (input.void) return told;
  const facts: Facts = factsAfter(told.facts, command, event, input.body);
  const reason = told.reason ?? turnedBackBy(definition, told, command, success, input.body);
  return { ...told, facts, ...(reason && { reason }) };
}

/** A refusal before or at the pivot turns the saga back, and so does the promise that the pivot will never happen. */
function turnedBackBy(
  { steps }: Definition,
  { wish }: Instance,
  command: CommandClass,
  success: boolean,
  body: object,
): Reason | undefined {
  const step = steps.find((each) => each.command === command || each.back?.command === command);
  if (!step || step.kind === 'retriable') return undefined;
  const turns = step.command === command ? !success : step.kind === 'pivot' && success;
  if (!turns) return undefined;
  return 'reason' in body ? (body.reason as Reason) : (wish ?? { code: 'refused', text: `${wireName(command)} was refused` });
}

/** Before the pivot is asked for, a wish to cancel is enough; from then on its owner is asked. The first wish counts. */
function cancelled({ steps }: Definition, instance: Instance, reason: Reason): Instance {
  if (instance.reason || instance.wish) return instance;
  const pivot = steps.find(({ kind }) => kind === 'pivot');
  return pivot && askedOf(instance, pivot.command).times > 0 ? { ...instance, wish: reason } : { ...instance, reason };
}

// Where that leads.

/** How a saga stands, and whose answer it needs next; none when it has ended. */
interface Goal {
  readonly status: Status;
  readonly command?: CommandClass;
  readonly withinMs?: number;
  /** Others ask for it. */
  readonly silent?: true;
}

/** How long a reject may take to be answered, in milliseconds: it stands in no step. */
const rejectWithinMs = 60_000;

const goalOf = (definition: Definition, instance: Instance): Goal =>
  instance.reason ? backward(definition, instance) : forward(definition, instance);

function forward({ steps }: Definition, instance: Instance): Goal {
  const step = steps.find(({ command }) => !isOk(instance, command));
  if (!step) return { status: 'completed' };
  const { command, withinMs, back, kind } = step;
  if (kind === 'retriable' && instance.style === 'hybrid') return { status: 'watching', command, withinMs, silent: true };
  const question = kind === 'pivot' && instance.wish && back && askedOf(instance, back.command).outcome === undefined;
  return { status: 'running', command: question ? back.command : command, withinMs };
}

/** The undos in reverse order, each when the one before it was answered; one that is parked does not keep the others. The reject comes last. */
function backward(definition: Definition, instance: Instance): Goal {
  const open = openUndos(definition, instance);
  const parked = open.filter(({ undo }) => askedOf(instance, undo).parked);
  const next = open.find((each) => !parked.includes(each)) ?? parked[0];
  if (next) return { status: parked.length > 0 ? 'compensation_failed' : 'compensating', command: next.undo, withinMs: next.withinMs };
  const { reject } = definition;
  if (isOk(instance, reject)) return { status: 'compensated' };
  return { status: askedOf(instance, reject).parked ? 'compensation_failed' : 'compensating', command: reject, withinMs: rejectWithinMs };
}

/** What was asked for and not refused, has an undo, and is not undone: latest first. */
const openUndos = ({ steps }: Definition, instance: Instance): { undo: CommandClass; withinMs: number }[] =>
  steps.toReversed().flatMap(({ command, kind, back, withinMs }) => {
    const { times, outcome } = askedOf(instance, command);
    const open = kind === 'compensatable' && times > 0 && outcome !== 'fail' && back && !isOk(instance, back.command);
    return open ? [{ undo: back.command, withinMs }] : [];
  });

// What follows.

/** Asks for the goal, if nobody has; and waits for it. */
function goOn(definition: Definition, instance: Instance, at: number): Decision {
  const { status, command, withinMs = 0, silent } = goalOf(definition, instance);
  if (!command) return { instance: { ...without(instance, 'waiting', 'paused'), status }, commands: [] };
  const name = wireName(command);
  const first = !silent && !instance.paused && askedOf(instance, name).times === 0;
  const same = instance.waiting?.command === name && !first;
  const waiting = same ? instance.waiting : { command: name, since: at, due: at + withinMs, overdue: 0 };
  const next: Instance = { ...instance, status: instance.paused ? 'paused' : status, ...(waiting && { waiting }) };
  return first ? ask(definition, next, [{ command }]) : { instance: next, commands: [] };
}

/** Before the pivot an overdue step is given up; at the pivot its owner is asked; everything else is asked for again, ever less often. */
function due(definition: Definition, instance: Instance, at: number): Decision {
  const { waiting } = instance;
  if (!waiting || at < waiting.due) return { instance, commands: [] };
  const { command, withinMs = 0, silent } = goalOf(definition, instance);
  const overdue = waiting.overdue + 1;
  const later: Instance = { ...instance, waiting: { ...waiting, due: at + Math.min(withinMs * 2 ** overdue, longestWaitMs), overdue } };
  if (!command || silent || instance.paused) return { instance: later, commands: [] };
  const step = definition.steps.find((each) => each.command === command);
  if (step && step.kind !== 'retriable' && !instance.wish) {
    const text = `${wireName(command)} was not answered within ${durationText(withinMs)}`;
    return goOn(definition, cancelled(definition, instance, { code: 'timeout', text }), at);
  }
  return ask(definition, later, [{ command, ask: 'again' }]);
}
/** The longest time between two repeats, in milliseconds. */
const longestWaitMs = 3_600_000;

/** What is parked at its owner; if nothing is, what is awaited. */
function stuckAt({ asked, waiting }: Instance): string[] {
  const parked = Object.keys(asked).filter((command) => asked[command]?.parked);
  return parked.length > 0 || !waiting ? parked : [waiting.command];
}

function retry(definition: Definition, instance: Instance, names: readonly string[]): Decision {
  const commands = commandsOf(definition).filter((command) => names.includes(wireName(command)));
  return ask(
    definition,
    instance,
    commands.map((command) => ({ command, ask: 'now' })),
  );
}

function settle(
  definition: Definition,
  instance: Instance,
  { command: name, outcome, body, actor, note }: Extract<Input, { is: 'done' }>,
): Decision {
  const commands = commandsOf(definition).filter((command) => wireName(command) === name);
  return ask(
    definition,
    instance,
    commands.map((command) => ({
      command,
      ask: 'settled',
      settlement: { outcome: outcome ?? wireName(command.ok), body, actor, note },
    })),
  );
}

function ask(definition: Definition, instance: Instance, asks: readonly Omit<CommandToSend, 'body' | 'time'>[]): Decision {
  const commands = asks.map((each) => ({
    ...each,
    body: bodyOf(definition, instance, each.command),
    time: askedOf(instance, each.command).times + 1,
  }));
  return { instance: commands.reduce((next, { command, time }) => note(next, wireName(command), { times: time }), instance), commands };
}

function bodyOf({ steps, reject }: Definition, { facts, reason, wish }: Instance, command: CommandClass): object {
  const step = steps.find((each) => each.command === command || each.back?.command === command);
  if (step?.command === command) return step.build(facts);
  const known = { ...facts, reason: reason ?? wish ?? { code: 'cancelled', text: 'it is to be turned back' } };
  return step?.back ? step.back.build(known) : fieldsOnly(reject, known);
}

// What makes no sense.

function refusalOf(definition: Definition, instance: Instance, input: Input): Reason | undefined {
  switch (input.is) {
    case 'cancel':
      return tooLate(definition, instance);
    case 'pause':
      return isEnded(instance.status) ? ended(instance) : undefined;
    case 'retry':
      return noRetry(instance, input.command);
    case 'done':
      return notToSettle(definition, instance, input);
    default:
      return undefined;
  }
}

const ended = ({ status }: Instance): Reason => ({ code: 'ended', text: `it has ended: it is ${status}` });

function tooLate({ steps }: Definition, instance: Instance): Reason | undefined {
  const pivot = steps.find(({ kind }) => kind === 'pivot');
  if (instance.status === 'completed') return { code: 'too-late', text: 'it is completed' };
  if (!pivot || instance.reason) return undefined;
  const late = isOk(instance, pivot.command) || (pivot.back && askedOf(instance, pivot.back.command).outcome === 'fail');
  return late ? { code: 'too-late', text: `${wireName(pivot.command)} is done, and after it there is no way back` } : undefined;
}

function noRetry(instance: Instance, command: string | undefined): Reason | undefined {
  if (isEnded(instance.status)) return ended(instance);
  if (instance.paused) return { code: 'paused', text: 'it is paused; resume it first' };
  if (instance.status === 'watching')
    return { code: 'watching', text: 'its services go on by themselves; what is held can be tried again at the service that holds it' };
  return command === undefined ? undefined : notOpen(instance, command);
}

function notOpen(instance: Instance, command: string): Reason | undefined {
  const { times, outcome } = askedOf(instance, command);
  if (times === 0) return { code: 'not-asked', text: `${command} has not been asked for by this orchestrator` };
  return outcome === undefined ? undefined : { code: 'answered', text: `${command} has been answered already` };
}

function notToSettle(
  definition: Definition,
  instance: Instance,
  { command: name, outcome }: Extract<Input, { is: 'done' }>,
): Reason | undefined {
  const command = commandsOf(definition).find((each) => wireName(each) === name);
  const answers = command ? [command.ok, command.fail].flatMap((event) => (event ? [wireName(event)] : [])) : [];
  if (command && outcome !== undefined && !answers.includes(outcome))
    return { code: 'no-outcome', text: `${name} is answered by ${answers.join(' or ')}, not by ${outcome}` };
  return notOpen(instance, name);
}
