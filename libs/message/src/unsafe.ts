import type { Fault } from './check';

/** The quick look: U+0000 and any surrogate, also of a proper pair. */
const suspect = /[\0\ud800-\udfff]/;
/** What a PostgreSQL text or jsonb cannot hold: U+0000, and half of a surrogate pair. */
const unstorable = (text: string): boolean => suspect.test(text) && /[\0\p{Surrogate}]/u.test(text);
/** Names that mean something else to JavaScript than a field. */
const reserved = new Set(['__proto__', 'constructor', 'prototype']);
/** Deeper data would overflow the stack of whoever walks it. Ours is flat. */
const maxDepth = 32;

/** Whether data (as JSON.parse gives it) holds no string, key or depth that would break who stores or copies it. On the hot path: it makes nothing. */
export function isClean(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return !unstorable(value);
  if (typeof value !== 'object' || value === null) return true;
  if (depth >= maxDepth) return false;
  if (Array.isArray(value)) return value.every((item) => isClean(item, depth + 1));
  for (const key of Object.keys(value)) {
    if (reserved.has(key) || unstorable(key) || !isClean((value as Record<string, unknown>)[key], depth + 1)) return false;
  }
  return true;
}

const show = (part: string): string => part.slice(0, 64).replaceAll(/[\0\p{Surrogate}]/gu, '\ufffd');

/** More than this many faults of one body help nobody, and a body of 2 MiB has room for hundreds of thousands. */
export const maxFaults = 20;

/** Where and why data is not clean: the first of it. */
export function unsafeParts(value: unknown): Fault[] {
  const found: Fault[] = [];
  collect(value, [], found);
  return found;
}

function collect(value: unknown, path: readonly string[], found: Fault[]): void {
  const fault = (what: string, ...further: string[]): void => {
    const at = [...path, ...further].map((part) => `/${show(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
    found.push({ path: at, text: `${at.slice(1) || 'it'} ${what}` });
  };
  if (typeof value === 'string') {
    if (unstorable(value)) fault('holds U+0000 or half of a surrogate pair, which cannot be stored');
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if (path.length >= maxDepth) return fault(`is nested more than ${maxDepth} deep`);
  for (const key in value) {
    if (found.length >= maxFaults) return;
    if (reserved.has(key)) fault('is a name that no field may have', key);
    else if (unstorable(key)) fault('has a name that holds U+0000 or half of a surrogate pair, which cannot be stored', key);
    else collect((value as Record<string, unknown>)[key], [...path, key], found);
  }
}
