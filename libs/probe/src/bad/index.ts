import { badBodies, badFacts } from './bodies';
import { badHeaders } from './headers';
import { badKeys } from './keys';
import type { BadMessage } from './message';

export { type BadBatch, badBatches } from './batches';
export { asReceived, type BadMessage, type Change, changed, rightMessage } from './message';
export { mutated, type Next } from './mutate';

/** Messages that nobody can read, each right but for one thing. */
export const badMessages: readonly BadMessage[] = [...badHeaders, ...badKeys, ...badBodies, ...badFacts];
