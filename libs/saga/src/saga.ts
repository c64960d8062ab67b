import {
  type CancelOf,
  type CommandClass,
  type DataOf,
  type EventClass,
  type Facts,
  fieldsOnly,
  type Reason,
  type UndoOf,
  wireName,
} from '@duet/message';
import { type Duration, millisecondsOf } from './duration';

/** How long an answer may take where nothing is said. */
const defaultWithin: Duration = '1m';

/** One line of a saga's table. */
export interface SagaStep {
  readonly command: CommandClass;
  /** `compensatable`: can be undone · `pivot`: after it there is no way back · `retriable`: asked for until it succeeds. */
  readonly kind: 'compensatable' | 'pivot' | 'retriable';
  /** How long its answer may take, and its way back's, in milliseconds. */
  readonly withinMs: number;
  /** The command's data, from what the saga knows. */
  build(facts: Facts): object;
  /** The undo of a compensatable step (none: there is nothing to undo), the cancel question of the pivot. */
  readonly back?: { readonly command: CommandClass; build(facts: Facts & { readonly reason: Reason }): object };
}

/** An orchestrated saga as data: what decides, verifies and draws reads this and nothing else. */
export interface Definition {
  readonly process: string;
  /** Raise it with every change of the table: a saga keeps the version that it began with. */
  readonly version: number;
  readonly start: EventClass;
  /** Ends what the start began, when everything is undone. */
  readonly reject: CommandClass;
  /** How long its answer may take, in milliseconds. */
  readonly rejectWithinMs: number;
  /** The event that asks for the saga to be cancelled; a request, since only the pivot's owner knows whether it is too late. */
  readonly cancelledBy?: EventClass;
  readonly steps: readonly SagaStep[];
}

/** A saga's table contradicts itself. */
export class WrongDefinition extends Error {
  override readonly name = 'WrongDefinition';
}

type Options<O> = object extends O ? [options?: O] : [options: O];
interface Time {
  within?: Duration;
}

/** `with` may be left out when the facts already hold every field that the command needs. */
type With<Known, C extends CommandClass> =
  Known extends DataOf<C> ? { with?: (facts: Known) => DataOf<C> } : { with: (facts: Known) => DataOf<C> };

/** An undo is built from what is known before its action has answered, so an action whose answer never came can be undone. */
type Undo<Known, C extends CommandClass, U> = [U] extends ['nothing']
  ? { undo: 'nothing' }
  : U extends UndoOf<C>
    ? Known & { reason: Reason } extends DataOf<U>
      ? { undo: U; undoWith?: (facts: Known & { reason: Reason }) => DataOf<U> }
      : { undo: U; undoWith: (facts: Known & { reason: Reason }) => DataOf<U> }
    : { undo: 'this is not the undo of the step' };

/** Two outcomes that add one fact would overwrite each other; the saga's id, which all messages carry, is none. */
type Adds<Known, Id, C extends CommandClass> =
  Extract<keyof DataOf<C['ok']>, Exclude<keyof Known, Id>> extends never ? C : 'its success adds a fact that is there already';

/** What was refused for good could not be asked for until it succeeds. */
type Unrefusable<C extends CommandClass> = [C['fail']] extends [undefined] ? C : 'after the pivot a step must not be able to refuse';

/** Before the pivot: every step says how it is undone. */
export interface Compensatable<Known, Id> extends Definition {
  step<C extends CommandClass, U extends CommandClass | 'nothing'>(
    command: C & Adds<Known, Id, C>,
    options: { undo: U } & With<Known, C> & Undo<Known, C, U> & Time,
  ): Compensatable<Known & DataOf<C['ok']>, Id>;
  /** The step after which there is no way back, with the question that asks its owner whether it is too late. */
  pivot<C extends CommandClass, K extends CancelOf<C>>(
    command: C & Adds<Known, Id, C>,
    options: { cancel: K } & With<Known, C> & Time,
  ): Retriable<Known & DataOf<C['ok']>, Id>;
}

/** After the pivot: every step is asked for until it succeeds. */
export interface Retriable<Known, Id> extends Definition {
  step<C extends CommandClass>(
    command: C & Adds<Known, Id, C> & Unrefusable<C>,
    ...options: Options<With<Known, C> & Time>
  ): Retriable<Known & DataOf<C['ok']>, Id>;
}

/** The saga's id: what the start and its reject have in common. */
type IdOf<E extends EventClass, R extends CommandClass> = Exclude<keyof DataOf<E> & keyof DataOf<R>, 'reason'>;

interface Start {
  startedBy<E extends EventClass, R extends CommandClass, K extends EventClass = never>(
    start: E,
    options: {
      reject: DataOf<E> & { reason: Reason } extends DataOf<R> ? R : never;
      cancelledBy?: DataOf<K> extends { reason: Reason } ? K : never;
    } & Time,
  ): Compensatable<DataOf<E>, IdOf<E, R>>;
}

/**
 * An orchestrated saga: the whole table in one place, each action beside its undo. Immutable: each call gives a new table.
 * The table of command and undo is Eventuate Tram's, the undo that is known before its action is Restate's, the pivot is Garcia-Molina's and Salem's.
 * @throws WrongDefinition
 */
export const saga = (process: string, { version }: { version: number }): Start => ({
  startedBy: (start, { reject, cancelledBy, within = defaultWithin }) =>
    table({
      process,
      version,
      start,
      reject: reject,
      rejectWithinMs: lengthOf(within, process),
      ...(cancelledBy && { cancelledBy: cancelledBy }),
      steps: [],
    }) as never,
});

interface StepOptions {
  readonly within?: Duration;
  readonly undo?: CommandClass | 'nothing';
  readonly cancel?: CommandClass;
  readonly with?: SagaStep['build'];
  readonly undoWith?: NonNullable<SagaStep['back']>['build'];
}

function table(definition: Definition) {
  check(definition);
  const past = definition.steps.some(({ kind }) => kind === 'pivot');
  const add =
    (kind: SagaStep['kind']) =>
    (command: CommandClass, options: StepOptions = {}) => {
      const { undo, cancel = undo === 'nothing' ? undefined : undo, within = defaultWithin } = options;
      const missing = missingIn(kind, command, options);
      if (missing) throw new WrongDefinition(`${definition.process}: ${wireName(command)} ${missing}`);
      const step: SagaStep = {
        command,
        kind,
        withinMs: lengthOf(within, definition.process),
        build: options.with ?? ((facts) => fieldsOnly(command, facts)),
        ...(cancel && { back: { command: cancel, build: options.undoWith ?? ((facts) => fieldsOnly(cancel, facts)) } }),
      };
      return table({ ...definition, steps: [...definition.steps, step] });
    };
  const { process, version, start, reject, rejectWithinMs, cancelledBy, steps } = definition;
  return {
    ...{ process, version, start, reject, rejectWithinMs, steps },
    ...(cancelledBy && { cancelledBy }),
    step: add(past ? 'retriable' : 'compensatable'),
    ...(!past && { pivot: add('pivot') }),
  };
}

/** In milliseconds. @throws WrongDefinition */
function lengthOf(within: Duration, process: string): number {
  const milliseconds = millisecondsOf(within);
  if (milliseconds === undefined) throw new WrongDefinition(`${process}: "${within}" is no duration; write 500ms, 10s or 1m`);
  return milliseconds;
}

/** What programs without types get wrong. */
function missingIn(kind: SagaStep['kind'], { fail }: CommandClass, { undo, cancel }: StepOptions): string | undefined {
  switch (kind) {
    case 'compensatable':
      return undo ? undefined : "stands before the pivot: say how it is undone, or undo: 'nothing'";
    case 'pivot':
      return cancel ? undefined : 'is the pivot: say which question asks whether there is a way back (cancel)';
    case 'retriable':
      return fail && 'comes after the pivot and can refuse, when nothing can be undone any more';
  }
}

/** Everything that the orchestrator of this saga may ask for: actions, ways back, and the reject. */
export const commandsOf = ({ steps, reject }: Definition): readonly CommandClass[] => [
  ...steps.flatMap(({ command, back }) => (back ? [command, back.command] : [command])),
  reject,
];

/** What may be answered: by the event's wire name, which command it answers, and whether with success. */
export type Answers = ReadonlyMap<string, { readonly command: CommandClass; readonly event: EventClass; readonly success: boolean }>;
const known = new WeakMap<Definition, Answers>();

/** The outcomes that the orchestrator of this saga hears. */
export function answersOf(definition: Definition): Answers {
  let answers = known.get(definition);
  if (!answers) {
    answers = new Map(
      commandsOf(definition).flatMap((command) =>
        [command.ok, command.fail].flatMap((event) =>
          event ? [[wireName(event), { command, event, success: event === command.ok }] as const] : [],
        ),
      ),
    );
    known.set(definition, answers);
  }
  return answers;
}

/** What the types cannot say. */
function check(definition: Definition): void {
  const { process, version } = definition;
  if (!Number.isSafeInteger(version) || version < 1)
    throw new WrongDefinition(`${process}: its version must be a whole number from 1, and is ${version}`);
  const asked = new Map<string, CommandClass>();
  const answering = new Map<string, CommandClass>();
  for (const command of commandsOf(definition)) {
    const name = wireName(command);
    if (asked.has(name))
      throw new WrongDefinition(`${process}: ${name} stands in its table twice; one command serves one purpose in a process`);
    asked.set(name, command);
    for (const event of [command.ok, command.fail]) {
      if (!event) continue;
      const other = answering.get(wireName(event));
      if (other)
        throw new WrongDefinition(
          `${process}: ${wireName(event)} answers ${wireName(other)} and ${name}; nobody could tell which was done`,
        );
      answering.set(wireName(event), command);
    }
  }
}
