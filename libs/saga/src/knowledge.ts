import { type EventClass, type MessageClass, type Style, wireName } from '@duet/message';
import type { Declaration } from './declaration';
import { applies, type Reaction } from './reactions';
import { answersOf, commandsOf, type Definition } from './saga';

/** The contracts of a process that one service must know. */
export interface Knowledge {
  readonly service: string;
  /** Its own: the commands that it handles, what answers them, what it publishes by itself. The same in every style. */
  readonly own: readonly MessageClass[];
  /** Those of others without which it could not do its part in this style: what it reacts to, or what it leads by. */
  readonly others: readonly MessageClass[];
  /** Those of others that it only takes note of, for a mail or for what it shows. The same in every style. */
  readonly noted: readonly MessageClass[];
}

/** What each service must know of a process in a style, as far as its declaration says so. */
export function knowledgeOf(declarations: readonly Declaration[], definition: Definition, style: Style): Knowledge[] {
  return declarations.map(({ name, starts, handles, reactions, hears, leads }) => {
    const reacting = reactions
      .flatMap(({ entries }) => entries)
      .filter(({ process, when }) => process === definition.process && applies(when, style));
    const leading = leads.some(({ process }) => process === definition.process) && style !== 'choreography';
    const foreign = (classes: readonly MessageClass[]): MessageClass[] => unique(classes).filter(({ context }) => context !== name);
    const answers = handles.flatMap(({ ok, fail }) => (fail ? [ok, fail] : [ok]));
    const others = foreign([
      ...reacting.flatMap(({ start, heard }) => [start, heard]),
      ...(leading ? neededToLead(definition, style) : []),
    ]);
    return {
      service: name,
      own: unique([...starts, ...handles, ...answers]),
      others,
      // What the runtime itself says belongs to no process.
      noted: leads.length > 0 ? [] : foreign(hears).filter((event) => event.topic === undefined && !others.includes(event)),
    };
  });
}

/** What an orchestrator knows: how its saga starts and is cancelled, what it asks for, and all that answers. In hybrid it asks for nothing after the pivot. */
function neededToLead(definition: Definition, style: Style): MessageClass[] {
  const { start, cancelledBy, steps } = definition;
  const unasked = style === 'hybrid' ? steps.filter(({ kind }) => kind === 'retriable').map(({ command }) => command) : [];
  return [
    start,
    ...(cancelledBy ? [cancelledBy] : []),
    ...commandsOf(definition).filter((command) => !unasked.includes(command)),
    ...[...answersOf(definition).values()].map(({ event }) => event),
  ];
}

const unique = <M extends MessageClass>(classes: readonly M[]): M[] => [...new Map(classes.map((cls) => [wireName(cls), cls])).values()];

/** Where a step could be put between two others, and which tables of others change for it. */
export interface NewStep {
  /** The event that it would follow. */
  readonly after: EventClass;
  /** The services whose reactions must change if the process is choreographed; the new step's owner is not among them. */
  readonly choreographed: readonly string[];
  /** Who must change if it is orchestrated: the owner of the saga's table. */
  readonly orchestrated: readonly string[];
}

/**
 * For each place before the pivot: whose table must change when a step that can be undone is put there. Choreographed, that is who did the next step on hearing the one
 * before, and everybody who turns back when the next step is refused, since all of them must turn back on the new step's refusal, too.
 */
export function newSteps(declarations: readonly Declaration[], definition: Definition): NewStep[] {
  const { process, start, steps } = definition;
  const tables = declarations.map(({ name, reactions }) => ({
    name,
    entries: reactions
      .flatMap(({ entries }) => entries)
      .filter((entry) => entry.process === process && applies(entry.when, 'choreography')),
  }));
  const leaders = declarations.filter(({ leads }) => leads.some((led) => led.process === process)).map(({ name }) => name);
  const places = steps.slice(0, steps.findIndex(({ kind }) => kind === 'pivot') + 1);
  return places.map(({ command }, index) => {
    const after = steps[index - 1]?.command.ok ?? start;
    const changes = (entry: Reaction): boolean =>
      (entry.heard === after && entry.command === command) || (command.fail !== undefined && entry.heard === command.fail);
    const choreographed = tables.filter(({ entries }) => entries.some(changes)).map(({ name }) => name);
    return { after, choreographed, orchestrated: leaders };
  });
}
