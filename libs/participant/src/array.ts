/** What JSON says differently from PostgreSQL: every escape but those of a quote and of a backslash. */
const jsonOnly = /\\[^"\\]/;

/**
 * An array as PostgreSQL reads it from a parameter. pg makes the same element by element, with two regular expressions each, and a unit of work has dozens of arrays
 * of hundreds of elements; JSON's own writer does a whole one at once. What it would say differently, and what is neither text nor number, is left to pg.
 */
export function arrayText(values: readonly unknown[]): string | readonly unknown[] {
  if (!values.every(isPlain)) return values;
  const json = JSON.stringify(values);
  return jsonOnly.test(json) ? values : `{${json.slice(1, -1)}}`;
}

const isPlain = (value: unknown): boolean =>
  typeof value === 'string' || value === null || (typeof value === 'number' && Number.isFinite(value));
