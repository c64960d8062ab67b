import type { Reason, Style } from '@duet/message';
import { grouped } from './grouped';
import { type Answer, type Landscape, ownerOf } from './landscape';
import { type Loop, loopOf } from './loop';
import type { Concern, SagaState } from './saga.views';
import { compare, inOrder, type Parking, type Seen } from './seen';

/** One command of a saga: asked for, answered, or neither. Times in milliseconds since 1970. */
export interface Step {
  readonly command: string;
  readonly service: string;
  /** The messages that asked for it: commands, or events that its owner reacts to; in order. */
  readonly asks: readonly Seen[];
  readonly by: 'command' | 'reaction' | undefined;
  /** The first event that answered it, one that is not void before one that is. */
  readonly answer: Seen | undefined;
  readonly success: boolean;
  readonly parked: Parked | undefined;
}

/** A message that waits for a person. */
export interface Parked extends Parking {
  readonly at: number;
}

/** What a saga waits for. Without a command: for its leader to decide what comes next. */
export interface Waiting {
  readonly service: string;
  readonly command: string | undefined;
  readonly since: number;
}

/** A saga as its messages and the manifests tell it: nothing else goes in, neither a clock nor the order in which they were read. */
export interface SagaView {
  readonly style: Style;
  readonly version: number | undefined;
  /** The event that began it; undefined while it has not been heard. */
  readonly start: Seen | undefined;
  readonly startedAt: number;
  readonly lastAt: number;
  readonly endedAt: number | undefined;
  readonly state: SagaState;
  /** All but `stalled`, which needs a clock. */
  readonly concerns: readonly Exclude<Concern, 'stalled'>[];
  readonly reason: Reason | undefined;
  readonly steps: ReadonlyMap<string, Step>;
  /** What is silent, the longest first; what is parked is not: it waits for a person. */
  readonly waiting: readonly Waiting[];
  /** Commands that were done, have an undo, and are not undone, in a saga that was turned back. */
  readonly notUndone: readonly string[];
  readonly parked: readonly Parked[];
  readonly loop: Loop | undefined;
  readonly hops: number;
  /** In order. */
  readonly messages: readonly Seen[];
}

/** @param all at least one */
export function sagaView(all: readonly Seen[], process: string, landscape: Landscape): SagaView {
  const messages = inOrder(all);
  const first = messages[0]!;
  const start = messages.find(({ kind, cause, parking }) => kind === 'event' && cause === undefined && !parking);
  const { style } = start ?? first;
  const version = messages.find((message) => message.version !== undefined)?.version;
  const led = landscape.ledBy(process, style, version);
  const parked = parkedOf(messages);
  const steps = stepsOf(messages, process, style, landscape, parked);
  const done = (command: string | undefined): boolean => {
    const step = command === undefined ? undefined : steps.get(command);
    return step?.answer !== undefined && step.success;
  };
  const spared = (command: string): boolean => done(landscape.undoOf(command)) || done(landscape.questionOf(command));
  const pending = [...steps.values()].filter(({ command, asks, answer }) => asks.length > 0 && !answer && !spared(command));
  const turn = turnedBack(messages, steps, landscape, led?.reject);
  const notUndone = turn
    ? [...steps.values()]
        .filter(({ command }) => landscape.isAction(command) && done(command) && landscape.undoOf(command) !== undefined)
        .filter(({ command }) => !done(landscape.undoOf(command)))
        .map(({ command }) => command)
    : [];
  const said = [...steps.values()].find(
    ({ service, answer, command }) => answer && service === start?.service && landscape.isAction(command),
  );
  const told = led ? done(led.reject) || done(led.steps.at(-1)?.command) : said !== undefined;
  const atRest = pending.length === 0 && told;
  const ended = start !== undefined && atRest && notUndone.length === 0;
  const outcomes = messages.filter(({ parking }) => !parking);
  const state = turn ? (ended ? 'compensated' : 'compensating') : ended ? 'completed' : 'running';
  const undoParked = parked.some(({ command, role }) => role === 'undo' || landscape.commands.get(command)?.undoes !== undefined);
  const loop = loopOf(messages);
  const decidesSince = led && !told && pending.length === 0 && outcomes.length > 0 ? outcomes.at(-1)!.at : undefined;
  return {
    ...{ style, version, start, state, steps, notUndone, parked, loop, messages },
    startedAt: (start ?? first).at,
    lastAt: messages.at(-1)!.at,
    endedAt: ended ? outcomes.at(-1)?.at : undefined,
    concerns: [
      ...(parked.length > 0 ? (['parked'] as const) : []),
      ...(undoParked ? (['undo-failed'] as const) : []),
      ...(atRest && notUndone.length > 0 ? (['undo-incomplete'] as const) : []),
      ...(loop ? (['loop'] as const) : []),
    ],
    reason: turn ? reasonOf(messages, turn, led ? steps.get(led.reject) : said) : undefined,
    waiting: [
      ...pending.filter((step) => !step.parked).map(({ service, command, asks }): Waiting => ({ service, command, since: asks[0]!.at })),
      ...(decidesSince === undefined ? [] : [{ service: led!.service, command: undefined, since: decidesSince }]),
    ].sort((a, b) => a.since - b.since || compare(a.command ?? '', b.command ?? '')),
    hops: messages.reduce((most, { hop }) => Math.max(most, hop), 0),
  };
}

/** What is parked and has not been freed since. */
function parkedOf(messages: readonly Seen[]): Parked[] {
  const latest = new Map<string, Parked>();
  for (const { parking, at } of messages)
    if (parking) latest.set(`${parking.service} ${parking.messageId} ${parking.command}`, { ...parking, at });
  return [...latest.values()].filter(({ freed }) => !freed);
}

function stepsOf(
  messages: readonly Seen[],
  process: string,
  style: Style,
  landscape: Landscape,
  parked: readonly Parked[],
): Map<string, Step> {
  const asks = messages.flatMap((message): { command: string; service: string; by: 'command' | 'reaction'; message: Seen }[] => {
    if (message.kind === 'command') return [{ command: message.type, service: landscape.serviceOf(message.type), by: 'command', message }];
    if (message.void) return [];
    return landscape
      .reactionsTo(process, style, message.type)
      .map(({ command, service }) => ({ command, service, by: 'reaction', message }));
  });
  const asked = grouped(asks, ({ command }) => command);
  const answered = grouped(
    messages.flatMap((message) => {
      const answer = answerOf(message, asked, landscape);
      return answer ? [{ ...answer, message }] : [];
    }),
    ({ command }) => command,
  );
  return new Map(
    [...new Set([...asked.keys(), ...answered.keys()])].map((command): [string, Step] => {
      const own = asked.get(command) ?? [];
      const answers = answered.get(command) ?? [];
      const answer = answers.find(({ message }) => !message.void) ?? answers[0];
      return [
        command,
        {
          command,
          service: own[0]?.service ?? answer?.message.service ?? landscape.serviceOf(command),
          asks: own.map(({ message }) => message),
          by: own[0]?.by,
          answer: answer?.message,
          success: answer !== undefined && answer.success && !answer.message.void,
          parked: parked.find((one) => one.command === command),
        },
      ];
    }),
  );
}

/** Which command an event answers: as declared, or else what it was caused by, if that is a command of its sender that no manifest knows. */
function answerOf(
  event: Seen,
  asked: ReadonlyMap<string, readonly { readonly message: Seen }[]>,
  landscape: Landscape,
): Answer | undefined {
  if (event.kind !== 'event' || event.parking) return undefined;
  const declared = landscape.answers.get(event.type);
  if (declared) return declared;
  for (const [command, asks] of asked) {
    const unknown = !landscape.commands.has(command) && ownerOf(command) === event.service;
    if (unknown && asks.some(({ message }) => message.kind === 'command' && message.id === event.cause))
      return { command, success: !event.reason };
  }
  return undefined;
}

/** The message that turned the saga back: a refusal, a success of the question whether there is a way back, or an undo that somebody asked for. */
function turnedBack(
  messages: readonly Seen[],
  steps: ReadonlyMap<string, Step>,
  landscape: Landscape,
  reject: string | undefined,
): Seen | undefined {
  const answers = new Set([...steps.values()].map(({ answer }) => answer));
  return messages.find((message) => {
    if (message.void) return false;
    if (message.kind === 'command') return message.type === reject || landscape.commands.get(message.type)?.undoes !== undefined;
    const answer = answers.has(message) ? landscape.answers.get(message.type) : undefined;
    if (!answer) return false;
    const { undoes, cancels } = landscape.commands.get(answer.command) ?? {};
    if (undoes !== undefined) return false;
    return cancels !== undefined ? answer.success : !answer.success;
  });
}

/**
 * Why: as whoever ends it says. A leader that gave up on an answer has not heard it, though it was said before. While it has not ended, as whoever turned it back says, or else the first who says
 * anything after that.
 */
const reasonOf = (messages: readonly Seen[], turn: Seen, end: Step | undefined): Reason | undefined =>
  end?.answer?.reason ??
  end?.asks.find(({ kind, reason }) => kind === 'command' && reason)?.reason ??
  turn.reason ??
  messages.slice(messages.indexOf(turn)).find(({ reason, parking, void: isVoid }) => reason && !parking && !isVoid)?.reason;
