import { type CommandClass, wireName } from '@duet/message';
import type { Asked, Instance, Status } from './instance';
import type { Definition, SagaStep } from './saga';

/** What became of a command; never asked for, if nothing did. */
export const askedOf = ({ asked }: Instance, command: CommandClass | string): Asked =>
  asked[typeof command === 'string' ? command : wireName(command)] ?? { times: 0 };

const isOk = (instance: Instance, command: CommandClass): boolean => askedOf(instance, command).outcome === 'ok';

export const pivotOf = ({ steps }: Definition): SagaStep | undefined => steps.find(({ kind }) => kind === 'pivot');

/** How a saga stands, and whose answer it needs next; none when it has ended. */
export interface Goal {
  readonly status: Exclude<Status, 'paused'>;
  readonly command?: CommandClass;
  readonly withinMs?: number;
  /** Others ask for it. */
  readonly silent?: true;
}

/** Where the recorded outcomes lead, in whatever order they came. */
export const goalOf = (definition: Definition, instance: Instance): Goal =>
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
  const { reject, rejectWithinMs } = definition;
  if (isOk(instance, reject)) return { status: 'compensated' };
  return { status: askedOf(instance, reject).parked ? 'compensation_failed' : 'compensating', command: reject, withinMs: rejectWithinMs };
}

/**
 * What was asked for and not refused, or is known to be done, has an undo, and is not undone: latest first. An undo that is parked at its owner is open even when
 * its action turns out to have been refused: it holds up its saga there, and the end must not hide that from whoever has to see to it.
 */
export const openUndos = ({ steps }: Definition, instance: Instance): { undo: CommandClass; withinMs: number }[] =>
  steps.toReversed().flatMap(({ command, kind, back, withinMs }) => {
    const { times, outcome } = askedOf(instance, command);
    if (kind !== 'compensatable' || !back || isOk(instance, back.command)) return [];
    const begun = outcome === 'ok' || (times > 0 && outcome !== 'fail');
    return begun || askedOf(instance, back.command).parked ? [{ undo: back.command, withinMs }] : [];
  });

/** What was asked for and whose answer would still lead on: all that may be asked for again. */
export function awaited(definition: Definition, instance: Instance): CommandClass[] {
  const { command } = goalOf(definition, instance);
  const pivot = pivotOf(definition);
  const beside = instance.reason
    ? openUndos(definition, instance).map(({ undo }) => undo)
    : command && command === pivot?.back?.command
      ? [pivot.command]
      : [];
  return [...new Set([...(command ? [command] : []), ...beside])].filter((each) => {
    const { times, outcome } = askedOf(instance, each);
    return times > 0 && outcome === undefined;
  });
}
