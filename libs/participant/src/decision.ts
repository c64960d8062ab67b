import type { Reason, Settlement } from '@duet/message';
import type { Entry, Queue } from './queue';
import { nextTurn } from './turn';

/** What a person does about a held message: has it tried again now, says what came of it, or gives it up. */
export type Decision =
  | { readonly is: 'redrive'; readonly actor: string }
  | ({ readonly is: 'settle' } & Settlement)
  | { readonly is: 'drop'; readonly actor: string; readonly note: string };

/** Whether its outside call is being made, or has just answered: what comes of it is not a person's to say. */
const underWay = ({ standing }: Entry): boolean => standing.is === 'in-flight' || standing.is === 'answered';

/** A person has asked for it already; it comes to its turn without being asked again. */
export const isTried = (entry: Entry): boolean => underWay(entry) || (entry.changed && entry.standing.is === 'due');

/** The held message that a decision is about, or why it cannot be decided upon. */
export function decidedOn(heldId: string, { entries, unread }: Queue): Entry | Reason {
  const entry = entries.find(({ row }) => row?.id === heldId);
  if (entry) return entry;
  return unread.some(({ id }) => id === heldId)
    ? { code: 'unreadable', text: 'it, or one before it, cannot be read by this build of the service; deploy one that can' }
    : { code: 'not-held', text: 'it is not held any more' };
}

/** Why a decision about a message makes no sense as its saga stands; undefined if it does. `leads`: this service is the orchestrator of sagas. Pure. */
export function whyNot(decision: Decision['is'], entry: Entry, queue: Queue, leads: boolean): Reason | undefined {
  const { step } = entry.ask;
  const state = step === undefined ? undefined : queue.saga.steps.get(step)?.state;
  if (state !== undefined && state !== 'calling')
    return { code: 'answered', text: `${entry.task.name} is ${state === 'tombstone' ? 'undone' : state} already` };
  switch (decision) {
    case 'redrive':
      return notItsTurn(entry, queue);
    case 'settle':
      return noOutcome(entry, queue);
    case 'drop':
      return notToDrop(entry, queue, leads);
  }
}

function notItsTurn(entry: Entry, { entries, saga }: Queue): Reason | undefined {
  if (isTried(entry)) return undefined;
  const due: Entry = { ...entry, standing: { is: 'due' } };
  // What is no part of the saga has turns of its own.
  const others = entries.filter((each) => each === entry || !each.ask.apart);
  const turn = nextTurn(
    others.map((each) => (each === entry ? due : each)),
    saga.steps,
  );
  if (turn.do !== 'wait' && turn.at === due) return undefined;
  // Its own undo overtakes an action; everything else waits in order.
  return behind(wayBackOf(entry, entries) ?? others[0] ?? entry);
}

function noOutcome(entry: Entry, { entries }: Queue): Reason | undefined {
  const { of } = entry.ask;
  if (entry.task.work.is === 'hears') return { code: 'no-outcome', text: 'an event that is heard has no outcome; try it again instead' };
  const calling = [entry, ...entries.filter(({ ask }) => of !== undefined && ask.step === of)].find(underWay);
  return calling && isCalled(calling);
}

/**
 * What is dropped must be certain never to have happened, and nobody may wait for ever for what does not come. So only what can be refused is dropped, before anything
 * has happened; and what was merely heard. An outside call whose outcome nobody knows stands in the table of the undo: its effect is for the undo to see to, by its key.
 */
function notToDrop(entry: Entry, { saga }: Queue, leads: boolean): Reason | undefined {
  const { ask, task } = entry;
  if (underWay(entry)) return isCalled(entry);
  if (task.work.is === 'hears') {
    if (!leads || ask.apart) return undefined;
    return { code: 'leads', text: 'what an orchestrator does not hear its saga waits for in vain; have it tried again instead' };
  }
  if (ask.role !== 'action' || !task.work.role.command.fail)
    return {
      code: 'settle-only',
      text: `${task.name} must happen, whatever else does; try it again, or settle it with what was done by hand`,
    };
  if (saga.steps.get(task.name)?.state !== 'calling') return undefined;
  return {
    code: 'unknown-outcome',
    text: `whether the outside call of ${task.name} has worked is not known; try it again, settle it with what the outside world says, or cancel its saga, whose undo goes by the key of the call`,
  };
}

/** The undo or the cancel question that waits for an action: its saga is being turned back already. */
export const wayBackOf = (entry: Entry, entries: readonly Entry[]): Entry | undefined =>
  entries.find((each) => each !== entry && each.ask.of !== undefined && each.ask.of === entry.ask.step);

const isCalled = ({ task }: Entry): Reason => ({
  code: 'calling',
  text: `the outside call of ${task.name} is under way; wait for what comes of it`,
});

const behind = ({ task, row }: Entry): Reason => ({
  code: 'behind',
  text: `it waits behind ${task.name} (${row?.id ?? task.id}); see to that first`,
});
