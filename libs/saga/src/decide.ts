import { type CommandClass, type Facts, factsAfter, fieldsOnly, type Reason, wireName } from '@duet/message';
import { durationText } from './duration';
import type { Asked, CommandToSend, Decision, Input, Instance } from './instance';
import { askedOf, awaited, goalOf } from './position';
import { questionFirst, refusalOf } from './refusal';
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
      return retry(definition, instance, input.command);
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

// What is recorded.

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
      return askedOf(instance, input.command).outcome ? instance : noted(instance, input.command, { parked: input.reason });
    case 'freed':
      return askedOf(instance, input.command).parked ? noted(instance, input.command, { parked: undefined }) : instance;
    case 'cancel':
      return cancelled(definition, instance, input.reason);
    case 'pause':
      return instance.paused ? instance : { ...instance, paused: true };
    case 'resume': {
      const { paused, waiting: _, ...resumed } = instance;
      // What is awaited gets its whole time again.
      return paused ? resumed : instance;
    }
  }
}

function noted(instance: Instance, command: string, change: { [K in keyof Asked]?: Asked[K] | undefined }): Instance {
  const { parked, ...asked } = { ...askedOf(instance, command), ...change } as Asked;
  return { ...instance, asked: { ...instance.asked, [command]: { ...asked, ...(parked && { parked }) } } };
}

function heard(definition: Definition, instance: Instance, input: Extract<Input, { is: 'heard' }>): Instance {
  const answer = answersOf(definition).get(input.type);
  if (!answer) return instance;
  const { command, event, success } = answer;
  const { outcome } = askedOf(instance, command);
  if (outcome !== undefined && (outcome !== 'void' || input.void)) return instance;
  const told = noted(instance, wireName(command), { outcome: input.void ? 'void' : success ? 'ok' : 'fail', parked: undefined });
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

/** The first wish counts. Once the pivot may be under way it is only a wish: its owner is asked. */
function cancelled(definition: Definition, instance: Instance, reason: Reason): Instance {
  if (instance.reason || instance.wish) return instance;
  return { ...instance, [questionFirst(definition, instance) ? 'wish' : 'reason']: reason };
}

// What follows.

/** Asks for the goal, if nobody has; and waits for it. */
function goOn(definition: Definition, instance: Instance, at: number): Decision {
  const { status, command, withinMs = 0, silent } = goalOf(definition, instance);
  const { waiting: before, paused, ...rest } = instance;
  if (!command) return { instance: { ...rest, status }, commands: [] };
  const name = wireName(command);
  const first = !silent && !paused && askedOf(instance, name).times === 0;
  const waiting = before?.command === name ? before : { command: name, since: at, due: at + withinMs, overdue: 0 };
  const next: Instance = { ...instance, status: paused ? 'paused' : status, waiting };
  return first ? ask(definition, next, [{ command }]) : { instance: next, commands: [] };
}

/** Before the pivot an overdue step is given up; at the pivot its owner is asked; everything else is asked for again, ever less often. */
function due(definition: Definition, instance: Instance, at: number): Decision {
  const { waiting } = instance;
  if (!waiting || at < waiting.due) return { instance, commands: [] };
  const { command, withinMs = 0, silent } = goalOf(definition, instance);
  const overdue = waiting.overdue + 1;
  const later: Instance = { ...instance, waiting: { ...waiting, due: at + waitMs(withinMs, overdue), overdue } };
  if (!command || silent || instance.paused) return { instance: later, commands: [] };
  const step = definition.steps.find((each) => each.command === command);
  if (step && step.kind !== 'retriable' && !instance.wish) {
    const text = `${wireName(command)} was not answered within ${durationText(withinMs)}`;
    const turned = goOn(definition, cancelled(definition, instance, { code: 'timeout', text }), at);
    // Where its owner has refused to cancel it already, there is nobody to ask but for the step itself.
    if (turned.instance.waiting !== waiting) return turned;
  }
  return ask(definition, later, [{ command, ask: 'again' }]);
}

/** The longest time between two repeats, in milliseconds, unless the first was longer already. */
const longestWaitMs = 3_600_000;
const waitMs = (withinMs: number, overdue: number): number => Math.min(withinMs * 2 ** overdue, Math.max(withinMs, longestWaitMs));

/** What was named; or else what is parked at its owner; if nothing is, what is awaited. */
function retry(definition: Definition, instance: Instance, named: string | undefined): Decision {
  const open = awaited(definition, instance);
  const parked = open.filter((command) => askedOf(instance, command).parked);
  const stuck = named === undefined ? parked : open.filter((command) => wireName(command) === named);
  const commands = stuck.length > 0 ? stuck : open.filter((command) => wireName(command) === instance.waiting?.command);
  return ask(
    definition,
    instance,
    commands.map((command) => ({ command, ask: 'now' })),
  );
}

/** The same said again is on its way already. */
function settle(definition: Definition, instance: Instance, done: Extract<Input, { is: 'done' }>): Decision {
  const { outcome, body, actor, note } = done;
  const command = commandsOf(definition).find((each) => wireName(each) === done.command);
  if (!command) return { instance, commands: [] };
  const settlement = { outcome: outcome ?? wireName(command.ok), body, actor, note };
  const said = JSON.stringify(settlement);
  if (askedOf(instance, command).said === said) return { instance, commands: [] };
  return ask(definition, noted(instance, done.command, { said }), [{ command, ask: 'settled', settlement }]);
}

function ask(definition: Definition, instance: Instance, asks: readonly Omit<CommandToSend, 'body' | 'time'>[]): Decision {
  const commands = asks.map((each) => ({
    ...each,
    body: bodyOf(definition, instance, each.command),
    time: askedOf(instance, each.command).times + 1,
  }));
  return { instance: commands.reduce((next, { command, time }) => noted(next, wireName(command), { times: time }), instance), commands };
}

function bodyOf({ steps, reject }: Definition, { facts, reason, wish }: Instance, command: CommandClass): object {
  const step = steps.find((each) => each.command === command || each.back?.command === command);
  if (step?.command === command) return step.build(facts);
  // Nothing is undone, rejected or put in question without a reason.
  const known = { ...facts, reason: (reason ?? wish)! };
  return step?.back ? step.back.build(known) : fieldsOnly(reject, known);
}
