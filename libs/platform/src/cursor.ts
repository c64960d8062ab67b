import { Problem } from './problem';

/** A place in a list, as a text for addresses. */
export const cursorOf = (place: object): string => Buffer.from(JSON.stringify(place)).toString('base64url');

/** The place that a cursor names. PostgreSQL's text cannot hold U+0000, so no place does. @throws Problem 400 */
export function placeIn<P>(cursor: string, isPlace: (place: unknown) => place is P): P {
  const wrong = Problem.badRequest('cursor must be the next of the page before.');
  try {
    const place = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown;
    if (typeof place === 'object' && place !== null && !JSON.stringify(place).includes('\\u0000') && isPlace(place)) return place;
  } catch {
    throw wrong;
  }
  throw wrong;
}
