import { deepStrictEqual, fail, ok } from 'node:assert/strict';
import { type CommandClass, type DataOf, type MessageClass, type Reason, type Style, wireName } from '@duet/message';
import { decide } from './decide';
import { type Duration, durationText, millisecondsOf } from './duration';
import type { CommandToSend, Input, Instance, Status } from './instance';
import { answersOf, type Definition } from './saga';

type Untimed<I> = I extends Input ? Omit<I, 'at'> : never;
/** Something that happens to a saga beside its outcomes, at the time that the kit's clock shows. */
export type Happening = Untimed<Input>;

/** What a person does to a saga. */
export const operator = {
  cancels: (reason: Reason = { code: 'cancelled', text: 'by an operator' }): Happening => ({ is: 'cancel', reason, actor: 'somebody' }),
  pauses: (): Happening => ({ is: 'pause', actor: 'somebody' }),
  resumes: (): Happening => ({ is: 'resume', actor: 'somebody' }),
  /** Asks for what is stuck, or for this command. */
  retries: (command?: CommandClass): Happening => ({ is: 'retry', actor: 'somebody', ...(command && { command: wireName(command) }) }),
  /** Did the command by hand, with this outcome. */
  hasDone: (command: CommandClass, outcome: object, note = 'done by hand'): Happening => ({
    is: 'done',
    actor: 'somebody',
    note,
    command: wireName(command),
    outcome: wireName(classOf(outcome)),
    body: { ...outcome },
  }),
};

/** What the service that owns a command tells beside its outcome. */
export const owner = {
  /** It waits for a person. */
  parks: (command: CommandClass, reason: Reason = { code: 'parked', text: 'it keeps failing' }): Happening => ({
    is: 'parked',
    command: wireName(command),
    reason,
  }),
  frees: (command: CommandClass): Happening => ({ is: 'freed', command: wireName(command) }),
  /** It refuses an action that came after its undo. */
  refusesLate: (refusal: object): Happening => ({ is: 'heard', type: wireName(classOf(refusal)), body: { ...refusal }, void: true }),
};

type Asks = readonly [command: CommandClass, data: object, ask?: CommandToSend['ask']];
type Expected<As extends readonly Asks[]> = { readonly [I in keyof As]: readonly [As[I][0], DataOf<As[I][0]>, As[I][2]?] };

/** A saga in the middle of its life. Each step gives a new one, so one beginning can have several ends. */
export interface GivenSaga {
  /** Events, made by their classes' `of`, and what operators and owners do, one after the other, now. */
  when(...happenings: readonly object[]): GivenSaga;
  /** Time passes, and deadlines with it, each at its moment. */
  after(duration: Duration): GivenSaga;
  /** These commands and no others have been asked for, in this order, since what was given or the last `then`; `ask` says why one is asked again. */
  then<As extends readonly Asks[]>(...expected: Expected<As>): GivenSaga;
  is(status: Status): GivenSaga;
  /** It waits for the answer to this command, for so long from now on. */
  waitsFor(command: CommandClass, duration: Duration): GivenSaga;
  /** It was turned back for the reason with this code. */
  turnedBackBy(code: string): GivenSaga;
  /** The last wish made no sense: the code of the answer. */
  refuses(code: string): GivenSaga;
  readonly instance: Instance | undefined;
}

interface State {
  readonly definition: Definition;
  readonly style: Style;
  readonly now: number;
  readonly instance: Instance | undefined;
  readonly asked: readonly CommandToSend[];
  readonly refused: Reason | undefined;
}

/** A saga at time 0, with all of its history behind it. */
export function begin(definition: Definition, history: readonly object[], { style = 'orchestration' }: { style?: Style } = {}): GivenSaga {
  const state: State = { definition, style, now: 0, instance: undefined, asked: [], refused: undefined };
  return given({ ...history.reduce(happen, state), asked: [] });
}

function given(state: State): GivenSaga {
  const { definition, instance, now, asked, refused } = state;
  const waiting = instance?.waiting;
  const looked = (look: () => void): GivenSaga => (look(), given(state));
  return {
    instance,
    when: (...happenings) => given(happenings.reduce(happen, state)),
    after(duration) {
      const until = now + ms(duration);
      let later = state;
      for (let due = waiting?.due; due !== undefined && due <= until; due = later.instance?.waiting?.due) {
        later = apply({ ...later, now: due }, { is: 'due', at: due });
        if (later.instance?.waiting?.due === due) fail(`${definition.process} is due, and stays due at the same time for ever`);
      }
      return given({ ...later, now: until });
    },
    then(...expected) {
      deepStrictEqual(
        asked.map(({ command, body, ask }) => [wireName(command), body, ...(ask ? [ask] : [])]),
        (expected as readonly Asks[]).map(([command, ...rest]) => [wireName(command), ...rest]),
      );
      return given({ ...state, asked: [] });
    },
    is: (status) => looked(() => deepStrictEqual(instance?.status, status)),
    waitsFor: (command, duration) =>
      looked(() =>
        deepStrictEqual(waiting && { command: waiting.command, for: durationText(waiting.due - now) }, {
          command: wireName(command),
          for: durationText(ms(duration)),
        }),
      ),
    turnedBackBy: (code) => looked(() => deepStrictEqual(instance?.reason?.code, code)),
    refuses: (code) => looked(() => deepStrictEqual(refused?.code, code, `${definition.process} answers ${refused?.text ?? 'nothing'}`)),
  };
}

function happen(state: State, happening: object): State {
  return apply(state, 'is' in happening ? ({ ...happening, at: state.now } as Input) : inputOf(state, happening));
}

function apply(state: State, input: Input): State {
  const decision = decide(state.definition, state.instance, input);
  ok(decision, `${state.definition.process} has not begun: it begins with ${wireName(state.definition.start)}`);
  const { instance, commands, refused } = decision;
  return { ...state, instance, asked: [...state.asked, ...commands], refused };
}

function inputOf({ definition, style, now: at }: State, event: object): Input {
  const { process, start, cancelledBy } = definition;
  const type = wireName(classOf(event));
  if (type === wireName(start)) return { is: 'started', at, saga: 'a saga', style, facts: { ...event } };
  if (cancelledBy && type === wireName(cancelledBy)) return { is: 'cancel', at, reason: (event as { reason: Reason }).reason };
  if (!answersOf(definition).has(type)) fail(`${type} answers no command of ${process}: its orchestrator does not hear it`);
  return { is: 'heard', at, type, body: { ...event } };
}

const classOf = (event: object): MessageClass => event.constructor as unknown as MessageClass;
const ms = (duration: Duration): number => millisecondsOf(duration) ?? fail(`${duration} is no duration`);
