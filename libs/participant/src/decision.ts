import type { Reason, Settlement } from '@duet/message';
import type { Entry, Queue } from './queue';
import { nextTurn } from './turn';

/** What a person does about a held message: has it tried again now, or says what came of it. */
export type Decision = { readonly is: 'redrive'; readonly actor: string } | ({ readonly is: 'settle' } & Settlement);

/** Whether its outside call is being made, or has just answered: what comes of it is not a person's to say. */
const underWay = ({ standing }: Entry): boolean => standing.is === 'in-flight' || standing.is === 'answered';

/** A person has asked for it already; it comes to its turn without being asked again. */
export const isTried = (entry: Entry): boolean => underWay(entry) || (entry.changed && entry.standing.is === 'due');

/** Why a decision about a held message makes no sense as its saga stands; undefined if it does. Pure. */
export function whyNot(decision: Decision['is'], heldId: string, queue: Queue): Reason | undefined {
  const { entries, saga } = queue;
  const entry = entries.find(({ row }) => row?.id === heldId);
  if (!entry) {
    return saga.held.some(({ id }) => id === heldId)
      ? { code: 'unreadable', text: 'it, or one before it, cannot be read by this build of the service; deploy one that can' }
      : { code: 'not-held', text: 'it is not held any more' };
  }
  const { step, of } = entry.ask;
  const state = step === undefined ? undefined : saga.steps.get(step)?.state;
  if (state !== undefined && state !== 'calling')
    return { code: 'answered', text: `${entry.task.name} is ${state === 'tombstone' ? 'undone' : state} already` };
  return decision === 'redrive' ? notItsTurn(entry, queue) : noOutcome(entry, of, queue);
}

function notItsTurn(entry: Entry, { entries, saga }: Queue): Reason | undefined {
  if (isTried(entry)) return undefined;
  const due: Entry = { ...entry, standing: { is: 'due' } };
  const turn = nextTurn(
    entries.map((each) => (each === entry ? due : each)),
    saga.steps,
  );
  if (turn.do !== 'wait' && turn.at === due) return undefined;
  // Its own undo overtakes an action; everything else waits in order.
  const { task, row } = entries.find((each) => each !== entry && each.ask.of === entry.ask.step) ?? entries[0] ?? entry;
  return { code: 'behind', text: `it waits behind ${task.name} (${row?.id ?? task.id}); see to that first` };
}

function noOutcome(entry: Entry, of: string | undefined, { entries }: Queue): Reason | undefined {
  if (entry.task.work.is === 'hears') return { code: 'no-outcome', text: 'an event that is heard has no outcome; try it again instead' };
  const calling = [entry, ...entries.filter(({ ask }) => of !== undefined && ask.step === of)].find(underWay);
  return calling && { code: 'calling', text: `the outside call of ${calling.task.name} is under way; wait for what comes of it` };
}
