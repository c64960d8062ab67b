import { type CommandClass, type EventClass, wireName } from '@duet/message';
import type { Declaration } from './declaration';
import { applies } from './reactions';

/** One reaction of one service, in the choreography. */
export interface Line {
  readonly service: string;
  readonly heard: EventClass;
  readonly command: CommandClass;
}
/** A process as all services together dance it. Nobody but the verifier ever sees one. */
export interface Dance {
  readonly process: string;
  readonly start: EventClass;
  /** The service that starts it, and that must hear how it ends. */
  readonly starter: string;
  /** Other events from outside that the process hears: a request to cancel. */
  readonly requests: readonly EventClass[];
  readonly lines: readonly Line[];
}

/** The processes that are choreographed: services may react by themselves in one that only ever has an orchestrator, and that makes no dance. */
export function dancedIn(declarations: readonly Declaration[]): string[] {
  const led = declarations.flatMap(({ leads }) => leads.map(({ process }) => process));
  const entries = declarations.flatMap(({ reactions }) => reactions.flatMap((table) => table.entries));
  return [
    ...new Set(entries.filter(({ process, when }) => when === 'choreographed' || !led.includes(process)).map(({ process }) => process)),
  ];
}

/** The choreographed processes that the declarations make up together. */
export function dancesOf(declarations: readonly Declaration[]): Dance[] {
  const entries = declarations.flatMap(({ name, reactions }) =>
    reactions.flatMap((table) => table.entries.map((entry) => ({ service: name, ...entry }))),
  );
  return dancedIn(declarations).flatMap((process) => {
    const own = entries.filter((entry) => entry.process === process && applies(entry.when, 'choreography'));
    const start = own[0]?.start;
    if (!start) return [];
    const lines = own.map(({ service, heard, command }) => ({ service, heard, command }));
    const starter = declarations.find(({ starts }) => starts.includes(start))?.name ?? start.context;
    const others = declarations
      .flatMap(({ starts }) => starts)
      .filter((event) => event !== start && lines.some(({ heard }) => heard === event));
    return [{ process, start, starter, requests: [...new Set(others)], lines }];
  });
}

export const undone = (command: CommandClass): CommandClass | undefined =>
  'undoes' in command ? (command.undoes as CommandClass) : undefined;
export const cancelled = (command: CommandClass): CommandClass | undefined =>
  'cancels' in command ? (command.cancels as CommandClass) : undefined;
export const isAction = (command: CommandClass): boolean => !undone(command) && !cancelled(command);

/** What a run did with one command. As in the runtime: an undo before its action leaves a tombstone, which refuses the action. */
export interface Step {
  readonly command: CommandClass;
  readonly state: 'done' | 'refused' | 'undone' | 'tombstone';
  /** The event that it was a reaction to; a tombstone has none. */
  readonly heard: EventClass | undefined;
  /** It follows from a refusal: it ends the saga, and needs no undo itself. */
  readonly backward: boolean;
}
/** A moment in a run: what was done, and which reactions are still on their way. */
export interface Moment {
  readonly steps: ReadonlyMap<string, Step>;
  readonly pending: readonly Pending[];
  readonly requested: readonly EventClass[];
  /** The event that turned the saga back, if one did. */
  readonly refusal: EventClass | undefined;
  /** The events so far, in order. */
  readonly path: readonly EventClass[];
}
interface Pending {
  readonly line: Line;
  readonly backward: boolean;
}

/** A command was asked for again in one run. */
export interface Again {
  readonly first: Step;
  readonly line: Line;
  readonly path: readonly EventClass[];
}
export interface Explored {
  /** Every way in which a run can come to rest; the shortest path to each. */
  readonly ends: readonly Moment[];
  readonly again: readonly Again[];
}

/** A process with more moments than this is none that anybody could follow. */
const maxMoments = 200_000;

/** The process has too many ways to go to look at them all. Split it, or let an orchestrator lead it. */
export class TooManyWays extends Error {
  override readonly name = 'TooManyWays';
  constructor(process: string) {
    super(`${process} has more than ${maxMoments} different moments; split it, or let an orchestrator lead it`);
  }
}

/**
 * Goes through all runs of a choreographed process: every command done or refused, every order in which the events can be heard, every request from outside at any moment or never.
 * Breadth first, so that each end is reached by a shortest path.
 */
export function explore(dance: Dance): Explored {
  const begin: Moment = { steps: new Map(), pending: [], requested: [], refusal: undefined, path: [] };
  const seen = new Set<string>();
  const ends: Moment[] = [];
  const again: Again[] = [];
  let moments = [publish(dance, begin, dance.start, false)];
  while (moments.length > 0) {
    const next: Moment[] = [];
    for (const moment of moments) {
      const key = keyOf(moment);
      if (seen.has(key)) continue;
      seen.add(key);
      if (seen.size > maxMoments) throw new TooManyWays(dance.process);
      if (moment.pending.length === 0) ends.push(moment);
      for (const request of dance.requests) {
        if (!moment.requested.includes(request))
          next.push(publish(dance, { ...moment, requested: [...moment.requested, request] }, request, false));
      }
      for (const [index, { line, backward }] of moment.pending.entries()) {
        const rest = { ...moment, pending: moment.pending.toSpliced(index, 1) };
        const first = moment.steps.get(wireName(line.command));
        if (first) {
          if (first.state !== 'tombstone')
            again.push({ first: { ...first, backward: first.backward && backward }, line, path: moment.path });
          next.push(rest);
        } else {
          next.push(...carryOut(dance, rest, line, backward));
        }
      }
    }
    moments = next;
  }
  return { ends, again };
}

/** The outcomes that a command can have at this moment, as the table of the runtime has it. */
function carryOut(dance: Dance, moment: Moment, line: Line, backward: boolean): Moment[] {
  const { command, heard } = line;
  const target = undone(command) ?? cancelled(command);
  const targetStep = target && moment.steps.get(wireName(target));
  const answer = (event: EventClass, state: 'done' | 'refused', turns: boolean): Moment => {
    const steps = new Map(moment.steps).set(wireName(command), { command, state, heard, backward });
    if (target && state === 'done') {
      if (!targetStep) steps.set(wireName(target), { command: target, state: 'tombstone', heard: undefined, backward });
      else if (undone(command) && targetStep.state === 'done') steps.set(wireName(target), { ...targetStep, state: 'undone' });
    }
    const refusal = moment.refusal ?? (turns ? event : undefined);
    return publish(dance, { ...moment, steps, refusal }, event, backward || turns);
  };
  if (undone(command)) return [answer(command.ok, 'done', true)];
  if (target) {
    if (targetStep?.state !== 'done') return [answer(command.ok, 'done', true)];
    return command.fail ? [answer(command.fail, 'refused', false)] : [];
  }
  return [answer(command.ok, 'done', false), ...(command.fail ? [answer(command.fail, 'refused', true)] : [])];
}

function publish(dance: Dance, moment: Moment, event: EventClass, backward: boolean): Moment {
  const heard = dance.lines.filter((line) => line.heard === event).map((line) => ({ line, backward }));
  return { ...moment, pending: [...moment.pending, ...heard], path: [...moment.path, event] };
}

/** Two moments with the same key go on in the same ways, however they were reached. */
function keyOf({ steps, pending, requested, refusal }: Moment): string {
  const parts = [
    ...[...steps].map(([name, { state, heard, backward }]) => `${name}:${state}:${heard?.type ?? ''}:${backward}`),
    ...pending.map(({ line, backward }) => `${line.service}?${line.heard.type}>${wireName(line.command)}:${backward}`),
    ...requested.map((event) => `!${wireName(event)}`),
  ];
  return `${refusal ? wireName(refusal) : ''}|${parts.sort().join('|')}`;
}
