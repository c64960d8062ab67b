import { type ExpectedStep, expectedSteps } from './expected-steps';
import type { Landscape } from './landscape';
import { loopText } from './loop';
import type { SagaView, Step } from './saga-view';
import type { IfCancelledView, LoopView, MessageView, SagaStepView, StepKind, StepState } from './saga.views';

export const iso = (at: number): string => new Date(at).toISOString();

/** Steps taken and to be expected; `usual` says what a command usually takes, in milliseconds. */
export function stepsShown(
  saga: SagaView,
  process: string,
  landscape: Landscape,
  usual: (command: string) => number | undefined,
): SagaStepView[] {
  const way = expectedSteps(landscape, process, saga.style, saga.start?.type, saga.version);
  const known = new Set(way.map(({ command }) => command));
  const led = landscape.ledBy(process, saga.style, saga.version);
  const others = [...saga.steps.values()]
    .filter(({ command }) => !known.has(command) && landscape.commands.get(command)?.undoes === undefined)
    .map(({ command, service, by, asks }): ExpectedStep => {
      const withinMs = led?.steps.find((step) => step.back === command)?.withinMs;
      return { command, service, by: by ?? 'command', on: asks[0]?.type ?? command, ok: undefined, withinMs };
    });
  const shown = (expected: ExpectedStep, forward: boolean): SagaStepView => {
    const { command, withinMs } = expected;
    const step = saga.steps.get(command);
    const undo = landscape.undoOf(command);
    const undoing = undo === undefined ? undefined : saga.steps.get(undo);
    const usuallyMs = usual(command);
    return {
      ...{ command, service: step?.service ?? expected.service, forward, asked: step?.asks.length ?? 0 },
      kind: kindOf(landscape, command),
      state: stateOf(step, undoing),
      by: step?.by ?? expected.by,
      on: step?.asks[0]?.type ?? expected.on,
      ...timesOf(step),
      ...(step?.answer && { answer: step.answer.type }),
      ...(step?.answer && step.asks[0] && { tookMs: Math.max(0, step.answer.at - step.asks[0].at) }),
      ...(usuallyMs !== undefined && { usuallyMs }),
      ...(withinMs !== undefined && { withinMs }),
      ...(undo !== undefined && { undo: { command: undo, state: stateOf(undoing, undefined), ...timesOf(undoing) } }),
    };
  };
  return [...way.map((step) => shown(step, true)), ...others.map((step) => shown(step, false))];
}

const timesOf = (step: Step | undefined): { askedAt?: string; answeredAt?: string } => ({
  ...(step?.asks[0] && { askedAt: iso(step.asks[0].at) }),
  ...(step?.answer && { answeredAt: iso(step.answer.at) }),
});

function kindOf(landscape: Landscape, command: string): StepKind {
  if (landscape.questionOf(command) !== undefined) return 'pivot';
  return landscape.undoOf(command) === undefined ? 'retriable' : 'compensatable';
}

function stateOf(step: Step | undefined, undoing: Step | undefined): StepState {
  if (step?.parked ?? undoing?.parked) return 'parked';
  if (step?.answer && step.success) {
    if (undoing?.answer && undoing.success) return 'undone';
    return undoing && undoing.asks.length > 0 ? 'undoing' : 'done';
  }
  if (step?.answer) return step.answer.void ? 'void' : 'refused';
  if (undoing?.answer && undoing.success) return 'undone';
  return step && step.asks.length > 0 ? 'waiting' : 'open';
}

/** The events that are still to come if nothing is refused. */
export function remainingOf(saga: SagaView, process: string, landscape: Landscape): string[] {
  if (saga.endedAt !== undefined || saga.state === 'compensating') return [];
  return expectedSteps(landscape, process, saga.style, saga.start?.type, saga.version).flatMap(({ command, ok }) =>
    ok === undefined || saga.steps.get(command)?.answer ? [] : [ok],
  );
}

/** What a cancel would come to now. */
export function ifCancelled(saga: SagaView, process: string, landscape: Landscape): IfCancelledView {
  const no = (text: string): IfCancelledView => ({ possible: false, text, undos: [] });
  if (saga.endedAt !== undefined)
    return no(saga.state === 'completed' ? 'it is too late: it is completed' : 'it has been turned back already');
  if (saga.state === 'compensating') return no('it is being turned back already');
  const way = expectedSteps(landscape, process, saga.style, saga.start?.type, saga.version);
  const pivot = [...way, ...saga.steps.values()]
    .map(({ command }) => command)
    .find((command) => landscape.questionOf(command) !== undefined);
  const pivotStep = pivot === undefined ? undefined : saga.steps.get(pivot);
  if (pivotStep?.answer && pivotStep.success) return no(`it is too late: ${pivotStep.answer.type} has happened`);
  const led = landscape.ledBy(process, saga.style, saga.version);
  const undos = [...saga.steps.values()]
    .filter(({ command, answer, success }) => landscape.isAction(command) && answer !== undefined && success)
    // The latest first, as a leader does it.
    .sort((a, b) => b.answer!.at - a.answer!.at)
    .flatMap(({ command }) => landscape.undoOf(command) ?? []);
  // A leader asks when it has asked for the pivot; where nobody leads, only the pivot's owner can know.
  const asks = pivot !== undefined && (!led || pivotStep) ? landscape.questionOf(pivot) : undefined;
  const ends = led?.reject ?? endOf(landscape, process, asks);
  if (way.length === 0) return no('no manifest says what would take it back');
  const then = [...undos, ...(ends === undefined ? [] : [ends])];
  const order = led ? ', then ' : ' and ';
  const runs = then.length > 0 ? `${then.join(order)} would run` : 'there is nothing to undo';
  const text = asks === undefined ? runs : `${asks} would be asked first, and may say that it is too late; if not, ${runs}`;
  return { possible: true, text, undos, ...(asks !== undefined && { asks }), ...(ends !== undefined && { ends }) };
}

/** Where nobody leads: the action that follows when the question says that there is a way back. */
function endOf(landscape: Landscape, process: string, question: string | undefined): string | undefined {
  const ok = question === undefined ? undefined : landscape.commands.get(question)?.ok;
  if (ok === undefined) return undefined;
  return landscape.reactionsTo(process, 'choreography', ok).find(({ command }) => landscape.isAction(command))?.command;
}

/** What is shown of a message, but for its place in the log, its body and its trace. */
type Logged = Omit<MessageView, 'position' | 'body' | 'traceparent'>;

/** Messages as they are shown; what is known of each from elsewhere is added. Not put together from parts: of a thousand messages, that is what an answer takes longest for. */
export function logOf<More extends object>(saga: SagaView, landscape: Landscape, more: (id: string) => More): (Logged & More)[] {
  const known = new Map(saga.messages.map((message) => [message.id, message]));
  return saga.messages.map((message) => {
    const { id, type, kind, service, hop, seq, at, ask, cause: causeId, reason } = message;
    const cause = causeId === undefined ? undefined : known.get(causeId);
    const command = kind === 'command' ? type : landscape.answers.get(type)?.command;
    const undoes = command === undefined ? undefined : landscape.commands.get(command)?.undoes;
    const shown: { -readonly [K in keyof Logged]: Logged[K] } = {
      id,
      type,
      kind,
      service,
      hop,
      seq,
      at: iso(at),
      sinceStartMs: Math.max(0, at - saga.startedAt),
      void: message.void,
      means: meaningOf(landscape, message),
    };
    if (kind === 'command') shown.to = landscape.serviceOf(type);
    if (causeId !== undefined) shown.cause = causeId;
    if (cause) {
      shown.causeType = cause.type;
      shown.tookMs = Math.max(0, at - cause.at);
    }
    if (ask) shown.ask = ask;
    if (undoes !== undefined) shown.undoes = undoes;
    if (reason) shown.reason = reason;
    return Object.assign(shown, more(id));
  });
}

/** What a message means to its saga, as manifests tell; told by its type alone, but for a void one. */
export function meaningOf(
  landscape: Landscape,
  message: { readonly type: string; readonly kind: 'command' | 'event'; readonly void?: boolean },
): MessageView['means'] {
  if (message.type.startsWith('duet.')) return 'beside';
  const answer = landscape.answers.get(message.type);
  const command = landscape.commands.get(message.kind === 'command' ? message.type : (answer?.command ?? ''));
  if (command?.undoes !== undefined) return 'undo';
  if (command?.cancels !== undefined) return 'question';
  return message.void === true || answer?.success === false ? 'refusal' : 'forward';
}

export function loopShown({ loop }: SagaView): LoopView | undefined {
  if (!loop) return undefined;
  const { round, times, stopped, lineage } = loop;
  return {
    ...{ text: loopText(loop), round: [...round], times, stopped },
    lineage: lineage.map(({ id, type, service, hop, at }) => ({ id, type, service, hop, at: iso(at) })),
  };
}
