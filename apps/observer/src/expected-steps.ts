import type { Style } from '@duet/message';
import type { KnownReaction, Landscape, Led } from './landscape';

/** A step that a saga of this process and style takes when nothing is refused. */
export interface ExpectedStep {
  readonly command: string;
  readonly service: string;
  /** Who asks: somebody by a command, or the event that its owner reacts to. */
  readonly by: 'command' | 'reaction';
  /** The command itself, or that event. */
  readonly on: string;
  /** The event that says it was done; undefined where no manifest says. */
  readonly ok: string | undefined;
  /** How long its answer may take, where a leader says so, in milliseconds. */
  readonly withinMs: number | undefined;
}

/**
 * The way forward, in order, composed from what services declare: where one leads, its table up to where the others go on by themselves; where nobody does, one reaction after the other.
 * Empty where no manifest speaks of the process.
 */
export function expectedSteps(
  landscape: Landscape,
  process: string,
  style: Style,
  start: string | undefined,
  version?: number,
): ExpectedStep[] {
  const led = landscape.ledBy(process, style, version);
  const first = start ?? led?.start ?? landscape.reactions.find((reaction) => reaction.process === process)?.start;
  const reacted = (event: string): ExpectedStep[] =>
    landscape
      .reactionsTo(process, style, event)
      .filter(({ command }) => landscape.isAction(command))
      .map((reaction) => byReaction(landscape, reaction, led));
  const steps = led?.steps ?? [];
  const asked = steps.filter(({ command }) => !isReactedTo(landscape, process, style, command)).map((step) => byCommand(landscape, step));
  const found = new Map<string, ExpectedStep>();
  // What is led comes first, in its order; after each step comes what others do when they hear of it.
  const walk = (pending: readonly ExpectedStep[]): void => {
    for (const step of pending) {
      if (found.has(step.command)) continue;
      found.set(step.command, step);
      if (step.ok !== undefined) walk(reacted(step.ok));
    }
  };
  if (first !== undefined) walk(reacted(first));
  walk(asked);
  return inTableOrder(
    [...found.values()],
    steps.map(({ command }) => command),
  );
}

const isReactedTo = (landscape: Landscape, process: string, style: Style, command: string): boolean =>
  landscape.reactions.some(
    (reaction) => reaction.command === command && landscape.reactionsTo(process, style, reaction.heard).includes(reaction),
  );

function byCommand(landscape: Landscape, { command, withinMs }: Led['steps'][number]): ExpectedStep {
  return { command, service: landscape.serviceOf(command), by: 'command', on: command, ok: landscape.commands.get(command)?.ok, withinMs };
}

/** Who leads watches what is done by itself, too, and has a time for it. */
function byReaction(landscape: Landscape, { service, command, heard }: KnownReaction, led: Led | undefined): ExpectedStep {
  const withinMs = led?.steps.find((step) => step.command === command)?.withinMs;
  return { command, service, by: 'reaction', on: heard, ok: landscape.commands.get(command)?.ok, withinMs };
}

/** The steps of a leader's table in its order, the others where they stand. */
function inTableOrder(steps: readonly ExpectedStep[], table: readonly string[]): ExpectedStep[] {
  const listed = steps.filter(({ command }) => table.includes(command)).sort((a, b) => table.indexOf(a.command) - table.indexOf(b.command));
  return steps.map((step) => (table.includes(step.command) ? listed.shift()! : step));
}
