import type { ActionState } from './call';

/**
 * What a saga does next at this service: pure, from its steps and its queue. This is the table of the undo and the cancel question.
 * The queue holds what waits for the saga in order: held messages first, then what has just arrived.
 */

export type StepState = 'calling' | 'done' | 'refused' | 'undone' | 'tombstone';

export interface Step {
  readonly state: StepState;
  /** The message that told the world; absent for a tombstone whose late action has not come yet. */
  readonly outcomeId: string | undefined;
}

/** What is asked, without the message it came in. */
export interface Ask {
  /** The step's name: a command's wire name, or what was heard and its id. Absent for a plain note of an event: the inbox is enough for it. */
  readonly step: string | undefined;
  /** An undo and a cancel question are about the step `of`. */
  readonly role: 'action' | 'undo' | 'cancel' | 'hears';
  readonly of?: string;
  /** Whether there is an outside call to make. */
  readonly calls: boolean;
  /** No part of the saga: a projection's, or it tells that something waits for a person, or does not any more. It waits behind nothing, least of all behind what it tells of, and nothing waits behind it. */
  readonly apart?: true;
}

/** Where a queued ask stands. */
export type Standing =
  /** Has just arrived. */
  | { readonly is: 'fresh' }
  /** Was held behind others and has not begun. */
  | { readonly is: 'waiting' }
  /** Its outside call is under way, here or elsewhere, under a lease that has not ended. */
  | { readonly is: 'in-flight' }
  /** Its outside call has answered, under our own lease. */
  | { readonly is: 'answered' }
  /** It failed and waits: for its next try, or for a person. */
  | { readonly is: 'blocked' }
  /** It failed or its lease has ended, and it may be tried again now. */
  | { readonly is: 'due' };

export interface Queued {
  readonly ask: Ask;
  readonly standing: Standing;
}

export type Turn<Q> =
  /** The saga waits. */
  | { readonly do: 'wait' }
  /** Was done before, or is being done by another ask: nothing happens, nothing is sent. */
  | { readonly do: 'drop'; readonly at: Q }
  /** An action after its undo: its refusal is sent, void. */
  | { readonly do: 'refuse-late'; readonly at: Q }
  /** Record the step as calling, then call. */
  | { readonly do: 'call'; readonly at: Q; readonly action: ActionState }
  /** Run the handler. */
  | { readonly do: 'handle'; readonly at: Q; readonly action: ActionState };

export type Steps = ReadonlyMap<string, Step>;

/** What the step of an undo's action says. */
export function actionState(step: Step | undefined): ActionState {
  if (!step) return 'none';
  switch (step.state) {
    case 'calling':
      return 'unknown';
    case 'done':
      return 'done';
    case 'refused':
    case 'undone':
    case 'tombstone':
      return 'refused';
  }
}

/**
 * An undo or a cancel question overtakes its own held action and nothing else; not while the action's call is under way or has just answered.
 * An action that arrives in one batch with its undo is done and undone, as it would be if they had come one by one.
 */
function front<Q extends Queued>(queue: readonly Q[]): Q | undefined {
  const apart = queue.find(({ ask, standing }) => ask.apart && standing.is !== 'blocked');
  const saga = queue.filter(({ ask }) => !ask.apart);
  const head = apart ?? saga[0];
  if (!head || apart) return head;
  const overtaking = saga.findIndex(({ ask }) => ask.of !== undefined && ask.of === head.ask.step);
  const ahead = saga.slice(0, Math.max(overtaking, 0));
  const free = ahead.every(({ ask, standing }) => ask.step === head.ask.step && overtakable.has(standing.is));
  return overtaking > 0 && free ? saga[overtaking] : head;
}

const overtakable: ReadonlySet<Standing['is']> = new Set(['waiting', 'blocked', 'due']);

/** The next thing to do for this saga. */
export function nextTurn<Q extends Queued>(queue: readonly Q[], steps: Steps): Turn<Q> {
  const at = front(queue);
  if (!at) return { do: 'wait' };
  const { ask, standing } = at;
  const own = ask.step === undefined ? undefined : steps.get(ask.step);
  const action = ask.of === undefined ? 'none' : actionState(steps.get(ask.of));

  if (own && own.state !== 'calling') {
    return ask.role === 'action' && own.state === 'tombstone' && own.outcomeId === undefined
      ? { do: 'refuse-late', at }
      : { do: 'drop', at };
  }
  if (own && (standing.is === 'fresh' || standing.is === 'waiting')) return { do: 'drop', at };
  if (standing.is === 'in-flight' || standing.is === 'blocked') return { do: 'wait' };
  if (standing.is === 'answered') return { do: 'handle', at, action };
  return ask.calls && mustCall(ask.role, action) ? { do: 'call', at, action } : { do: 'handle', at, action };
}

/** An undo asks the outside world only where something may have happened there; a cancel question only where nobody knows. */
function mustCall(role: Ask['role'], action: ActionState): boolean {
  switch (role) {
    case 'action':
    case 'hears':
      return true;
    case 'undo':
      return action === 'unknown' || action === 'done';
    case 'cancel':
      return action === 'unknown';
  }
}

/** What comes of asking for a step again. */
export type AskedAgain =
  /** It is unknown here: taken as the command. */
  | 'as-new'
  /** It has an outcome, which is sent again. */
  | 'resend'
  /** It is on its way. */
  | 'ignore'
  /** It waits, and is tried now. */
  | 'try-now'
  /** A person says what came of it. */
  | 'settle';

/** By a deadline, by an operator, or with an outcome found by hand; `held` is how the step's own message waits here, if it does. */
export function askedAgain(ask: 'again' | 'now' | 'settled', step: Step | undefined, held: Standing | undefined): AskedAgain {
  if (step && step.state !== 'calling') return step.outcomeId === undefined ? 'as-new' : 'resend';
  if (held?.is === 'in-flight' || held?.is === 'answered') return 'ignore';
  if (ask === 'settled') return 'settle';
  if (!held) return 'as-new';
  return ask === 'now' && (held.is === 'blocked' || held.is === 'due') ? 'try-now' : 'ignore';
}

/** What a handled ask leaves behind, at its own step and at its action's. */
export function after(role: Ask['role'], action: ActionState, success: boolean): { own: 'done' | 'refused'; of?: 'tombstone' | 'undone' } {
  const own = success ? 'done' : 'refused';
  if (role === 'undo' || (role === 'cancel' && success)) {
    if (action === 'none' || action === 'unknown') return { own, of: 'tombstone' };
    if (action === 'done') return { own, of: 'undone' };
  }
  return { own };
}

/** The answer that the table allows for a cancel question; for everything else the handler decides. */
export function allowedAnswer(role: Ask['role'], action: ActionState): 'success' | 'refusal' | 'either' {
  switch (role) {
    case 'undo':
      return 'success';
    case 'cancel':
      return action === 'done' ? 'refusal' : 'success';
    case 'action':
    case 'hears':
      return 'either';
  }
}
