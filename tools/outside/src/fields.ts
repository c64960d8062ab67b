/** What is wrong with a body, or its fields. Just enough for three kinds of request; the outside world shares no code with our contracts. */
export type Rule = { readonly text: string; readonly ok: (value: unknown) => boolean };

export const isText = (max = 200): Rule => ({
  text: `must be a text of 1 to ${max} characters`,
  ok: (value) => typeof value === 'string' && value.length > 0 && value.length <= max,
});
export const matches = (pattern: RegExp, text: string): Rule => ({ text, ok: (value) => typeof value === 'string' && pattern.test(value) });
export const isAmount: Rule = {
  text: 'must be a whole number of minor units, at least 1',
  ok: (value) => Number.isSafeInteger(value) && (value as number) >= 1,
};

/** One sentence for each field that is wrong, missing, or not known. */
export function faultsOf(body: unknown, rules: Readonly<Record<string, Rule>>): string[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return ['the body must be an object'];
  const unknown = Object.keys(body).filter((name) => !Object.hasOwn(rules, name));
  const wrong = Object.entries(rules).filter(([name, rule]) => !rule.ok((body as Record<string, unknown>)[name]));
  return [...wrong.map(([name, { text }]) => `${name} ${text}`), ...unknown.map((name) => `${name} is not known`)];
}
