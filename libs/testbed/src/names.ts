import { randomBytes } from 'node:crypto';

/** A short text that no other test run has: lower-case letters and digits, a letter first. */
export const unique = (letter = 't'): string => `${letter}${randomBytes(5).toString('hex')}`;

/** For `TOPIC_PREFIX`: topics and groups that begin with it belong to one suite, e.g. `t1a2b3c4d5e.`. */
export const uniquePrefix = (): string => `${unique()}.`;

/** A topic, group or other name of one test: `stock-1a2b3c4d5e`. */
export const uniqueName = (what: string): string => `${what}-${unique()}`;
