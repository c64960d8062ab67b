import { type CommandClass, type DataOf, type EventClass, type Facts, fieldsOnly, type Style } from '@duet/message';

/** In which styles a reaction applies: choreographed ones only, those that dance after the pivot (hybrid), or every one. */
export type When = 'choreographed' | 'afterPivot' | 'always';

/** One line of a service's table: when this event of this process happens, do this command of mine. */
export interface Reaction {
  readonly process: string;
  /** The event that starts the process. */
  readonly start: EventClass;
  readonly heard: EventClass;
  readonly command: CommandClass;
  readonly when: When;
  /** The command's data. `facts` are what the saga knows, with the heard event's own fields over them. */
  build(facts: Facts): object;
}

/** The reactions of one service in one process, as data. */
export interface ReactionTable {
  readonly process: string;
  readonly start: EventClass;
  readonly entries: readonly Reaction[];
}

type Options<O> = object extends O ? [options?: O] : [options: O];

/** `with` may be left out when the facts already hold every field that the command needs. */
type With<Known, C extends CommandClass> =
  Known extends DataOf<C> ? { with?: (facts: Known) => DataOf<C> } : { with: (facts: Known) => DataOf<C> };

type React<Start extends EventClass> = <E extends EventClass, C extends CommandClass>(
  heard: E | readonly E[],
  command: C,
  ...options: Options<With<DataOf<Start> & DataOf<E>, C>>
) => Reactions<Start>;

/** What one service does by itself. It names only events that it hears and commands that it owns. Immutable: each call gives a new table. */
export interface Reactions<Start extends EventClass> extends ReactionTable {
  /** When the saga is choreographed. */
  readonly on: React<Start>;
  /** When it is choreographed or hybrid: nothing here can be undone any more. */
  readonly afterPivot: React<Start>;
  /** In every style. */
  readonly always: React<Start>;
}

/** An empty table of reactions in a process, which `start` begins. */
export function reactions<Start extends EventClass>(process: string, start: Start): Reactions<Start> {
  return table(process, start, []);
}

function table<Start extends EventClass>(process: string, start: Start, entries: readonly Reaction[]): Reactions<Start> {
  const react =
    (when: When): React<Start> =>
    (heard, command, ...[options]) => {
      const events: readonly EventClass[] = Array.isArray(heard) ? heard : [heard as EventClass];
      const build = (options?.with ?? ((facts: Facts) => fieldsOnly(command, facts))) as (facts: Facts) => object;
      return table(process, start, [
        ...entries,
        ...events.map((event): Reaction => ({ process, start, heard: event, command, when, build })),
      ]);
    };
  return { process, start, entries, on: react('choreographed'), afterPivot: react('afterPivot'), always: react('always') };
}

const stylesOf: Readonly<Record<When, 'all' | readonly string[]>> = {
  choreographed: ['choreography'],
  afterPivot: ['choreography', 'hybrid'],
  always: 'all',
};

/** Whether a reaction applies to sagas of this style. */
export function applies(when: When, style: Style): boolean {
  const styles = stylesOf[when];
  return styles === 'all' || styles.includes(style);
}
