import { type CommandClass, type EventClass, type Style, wireName } from '@duet/message';
import { isAction, undone } from './dance';
import { decide } from './decide';
import { type Input, type Instance, isEnded } from './instance';
import { pivotOf } from './position';
import { applies, type Reaction } from './reactions';
import type { Definition } from './saga';

/** A command that was carried out in a run. */
export interface Done {
  readonly command: CommandClass;
  readonly answer: EventClass;
  /** The event on which its owner did it by itself; absent where the orchestrator asked. */
  readonly heard?: EventClass;
}
/** One run of a process, from its start to its end. */
export interface Run {
  readonly steps: readonly Done[];
  /** The actions that are done and not undone, by wire name. */
  readonly remains: readonly string[];
  /** What the orchestrator waits for without end: nobody does it. */
  readonly waitsFor?: CommandClass;
}

/** The ways in which a saga can be turned back: each refusal, and a cancel in time. */
export function turnsOf(definition: Definition): EventClass[] {
  const cancelled = pivotOf(definition)?.back?.command.ok;
  return [...definition.steps.flatMap(({ command }) => command.fail ?? []), ...(cancelled ? [cancelled] : [])];
}

/**
 * Runs a process with the services' own reactions, with its orchestrator unless it is choreographed, and with owners that answer at once: all is done, unless `turn`
 * says which answer turns it back. Where that is the success of the cancel question, the cancel comes while the pivot is under way.
 */
export function runOf(definition: Definition, style: Style, reactions: readonly Reaction[], turn?: EventClass): Run {
  const silent = withoutBuilders(definition);
  const pivot = pivotOf(definition);
  const cancelling = turn !== undefined && turn === pivot?.back?.command.ok;
  const states = new Map<CommandClass, 'done' | 'refused' | 'undone'>();
  const steps: Done[] = [];
  const todo: (() => void)[] = [];
  let instance: Instance | undefined;

  const tell = (input: Input): void => {
    if (style === 'choreography') return;
    const decision = decide(silent, instance, input);
    instance = decision?.instance;
    for (const { command } of decision?.commands ?? []) todo.push(() => carryOut(command));
  };
  const publish = (event: EventClass): void => {
    tell({ is: 'heard', at: 0, type: wireName(event), body: {} });
    for (const { heard, command, when } of reactions)
      if (heard === event && applies(when, style)) todo.push(() => carryOut(command, event));
  };
  const carryOut = (command: CommandClass, heard?: EventClass): void => {
    if (states.has(command)) return;
    if (cancelling && command === pivot?.command) {
      if (style !== 'choreography') return tell({ is: 'cancel', at: 0, reason: { code: 'cancelled', text: 'in time' } });
      return definition.cancelledBy && publish(definition.cancelledBy);
    }
    const answer = command.fail && command.fail === turn ? command.fail : command.ok;
    states.set(command, answer === command.ok ? 'done' : 'refused');
    const action = undone(command);
    if (action && states.get(action) === 'done') states.set(action, 'undone');
    steps.push({ command, answer, ...(heard && { heard }) });
    publish(answer);
  };

  tell({ is: 'started', at: 0, saga: 'a saga', style, facts: {} });
  publish(definition.start);
  for (let next = todo.shift(); next; next = todo.shift()) next();
  const remains = [...states].filter(([command, state]) => state === 'done' && isAction(command)).map(([command]) => wireName(command));
  const stuck = instance && !isEnded(instance.status) ? instance.waiting?.command : undefined;
  const waitsFor = definition.steps.find(({ command }) => wireName(command) === stuck)?.command;
  return { steps, remains, ...(waitsFor && { waitsFor }) };
}

/** The same table, where only who does what is of interest: there are no facts to build anything from. */
export const withoutBuilders = (definition: Definition): Definition => ({
  ...definition,
  steps: definition.steps.map(({ back, ...step }) => ({
    ...step,
    build: () => ({}),
    ...(back && { back: { command: back.command, build: () => ({}) } }),
  })),
});
