import { Problem } from './problem';

/** What a query may say: short enough to repeat in an answer. */
const shown = (text: string): string => JSON.stringify(text.slice(0, 100));

/** A whole number of a query. @throws Problem 400 */
export function queryNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!/^\d{1,16}$/.test(text) || value < min || value > max) {
    throw Problem.badRequest(`${name} must be a whole number from ${min} to ${max}, but is ${shown(text)}.`);
  }
  return value;
}

/** One of several texts of a query. @throws Problem 400 */
export function queryChoice<const T extends string>(name: string, text: string, allowed: readonly T[]): T {
  const value = allowed.find((one) => one === text);
  if (value === undefined) throw Problem.badRequest(`${name} must be one of ${allowed.join(', ')}, but is ${shown(text)}.`);
  return value;
}

/** What a query says of a name: a list where it says several things. @throws Problem 400 */
export function queryOnce(name: string, text: unknown): string {
  if (typeof text !== 'string') throw Problem.badRequest(`${name} must be given once.`);
  return text;
}

/** A text of a query, given once, that PostgreSQL can hold. @throws Problem 400 */
export function queryText(name: string, said: unknown): string {
  const text = queryOnce(name, said);
  if (text.includes('\u0000')) throw Problem.badRequest(`${name} holds U+0000, which nothing here does.`);
  return text;
}
