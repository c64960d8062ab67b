import type { LedSaga } from '../api/types';
import { ownerOf } from '../words/names';

/** A command of a saga that is led, which waits for a person at its owner. */
export interface ParkedStep {
  readonly command: string;
  readonly service: string;
  /** What it takes back; undefined for a step of the way forward. */
  readonly undoes: string | undefined;
  readonly why: string;
}

/** What a person may have done by hand: the steps, and the undos, that are parked at their owners. The undos come first: without them a saga cannot be turned back. */
export function parkedSteps({ steps }: Pick<LedSaga, 'steps'>): ParkedStep[] {
  const found = steps.flatMap(({ command, state, back, backState, parked }): ParkedStep[] => {
    const why = parked?.text ?? '';
    if (back && backState === 'parked') return [{ command: back, service: ownerOf(back), undoes: command, why }];
    return state === 'parked' ? [{ command, service: ownerOf(command), undoes: undefined, why }] : [];
  });
  return found.sort((a, b) => Number(b.undoes !== undefined) - Number(a.undoes !== undefined));
}

/** What is surely in the data of what came of it: whatever the saga knows under its own id. What else belongs there, the owner says where it is missing. */
export function beginningOf(facts: object, id: string): string {
  const own = Object.entries(facts).filter(([, value]) => value === id);
  return JSON.stringify(Object.fromEntries(own), null, 2);
}
