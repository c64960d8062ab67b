import { type EventClass, type MessageClass, type Style, wireName } from '@duet/message';
import type { Declaration } from '../declaration';
import { ownersOf } from '../finding';
import { pivotOf } from '../position';
import { type Done, type Run, runOf, turnsOf } from '../run';
import type { Definition, SagaStep } from '../saga';
import { ledBy } from '../verify-saga';

/** A process with all who take part in it: what the drawings and tables are made of. */
export interface Scene {
  readonly definition: Definition;
  readonly declarations: readonly Declaration[];
  readonly leader: string;
  /** The service that publishes the start, and ends what it began. */
  readonly starter: string;
  readonly pivot: SagaStep | undefined;
  /** The answers that turn it back. */
  readonly turns: readonly EventClass[];
  /** Runs it by the services' own rules. */
  readonly run: (style: Style, turn?: EventClass) => Run;
  /** The service that handles a command or publishes an event. */
  readonly serviceOf: (message: MessageClass) => string;
  /** Services that do nothing in it but listen, and to what. */
  readonly listeners: readonly { readonly service: string; readonly hears: readonly EventClass[] }[];
}

/** Nobody leads this process, so there is no table to draw it from. */
export class NoSuchProcess extends Error {
  override readonly name = 'NoSuchProcess';
}

/** The process by the newest version of its table. @throws NoSuchProcess */
export function sceneOf(declarations: readonly Declaration[], process: string): Scene {
  const [led] = ledBy(declarations)
    .filter(({ definition }) => definition.process === process)
    .sort((a, b) => b.definition.version - a.definition.version);
  if (!led) throw new NoSuchProcess(`no service leads a process "${process}"`);
  const { definition, leader, reactions } = led;
  const publisher = (event: EventClass): string =>
    declarations.find(({ starts, handles }) => starts.includes(event) || handles.some(({ ok, fail }) => ok === event || fail === event))
      ?.name ?? event.context;
  return {
    ...{ definition, declarations, leader: leader.name },
    starter: publisher(definition.start),
    pivot: pivotOf(definition),
    turns: turnsOf(definition),
    run: (style, turn) => runOf(definition, style, reactions, turn),
    serviceOf: (message) => (message.kind === 'event' ? publisher(message) : (ownersOf(declarations, message)[0] ?? message.context)),
    listeners: declarations
      .filter(({ handles, starts, leads }) => handles.length + starts.length + leads.length === 0)
      .map(({ name, hears }) => ({ service: name, hears })),
  };
}

/** What a run does from the answer that turns it back; all of it, if nothing does. */
export const stepsFrom = ({ steps }: Run, turn: EventClass | undefined): readonly Done[] =>
  turn ? steps.slice(steps.findIndex(({ answer }) => answer === turn)) : steps;

/** Whether two runs do the same, each for the same cause. */
export const sameRun = (one: Run, other: Run): boolean => textOf(one) === textOf(other);
const textOf = ({ steps }: Run): string =>
  steps.map(({ command, answer, heard }) => `${wireName(command)} ${wireName(answer)} ${heard ? wireName(heard) : ''}`).join('\n');
