/** The environment, parsed once: each app lists its fields in one file, and a wrong value stops the start with a sentence. */

/** One variable of the environment and how it is read. Made by `env`. */
export interface Field<T> {
  readonly name: string;
  /** What a right value looks like, to end the sentence "PORT must be …". */
  readonly expected: string;
  /** Undefined: the text is not what is expected. */
  readonly parse: (text: string) => T | undefined;
  readonly fallback?: { readonly value: T };
}

/** A variable without a default is required. */
interface Default<T> {
  readonly default?: T;
}

/** What is wrong with the environment, one sentence for each variable. */
export class InvalidConfig extends Error {
  override readonly name = 'InvalidConfig';
  constructor(readonly faults: readonly string[]) {
    super(`The environment is not right:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
}

export type ConfigOf<Fields extends Record<string, Field<unknown>>> = {
  readonly [K in keyof Fields]: Fields[K] extends Field<infer T> ? T : never;
};

/**
 * Reads all fields at once. An empty variable counts as missing, as shells and Compose files leave them.
 * @throws InvalidConfig with every fault, not only the first
 */
export function readConfig<Fields extends Record<string, Field<unknown>>>(
  fields: Fields,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ConfigOf<Fields> {
  const faults: string[] = [];
  const read = ({ name, expected, parse, fallback }: Field<unknown>): unknown => {
    const text = environment[name]?.trim();
    if (!text) {
      if (fallback) return fallback.value;
      faults.push(`${name} is missing: it must be ${expected}.`);
      return undefined;
    }
    const value = parse(text);
    if (value === undefined) faults.push(`${name} must be ${expected}, but is '${masked(text)}'.`);
    return value;
  };
  const config = Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, read(field)]));
  if (faults.length > 0) throw new InvalidConfig(faults);
  return config as ConfigOf<Fields>;
}

/** Passwords in addresses do not belong into logs. */
const masked = (text: string) => text.replace(/(:\/\/[^:@/]*:)[^@/]*@/g, '$1***@');

function field<T>(name: string, expected: string, parse: (text: string) => T | undefined, options: Default<T>): Field<T> {
  return { name, expected, parse, ...('default' in options && { fallback: { value: options.default } }) };
}

const units: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const milliseconds = (text: string): number | undefined => {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) * units[unit!]!;
};
const wholeNumber = (text: string): number | undefined =>
  /^-?\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;

/** The kinds of fields. Each takes the variable's name and, unless it is required, a default. */
export const env = {
  string: (name: string, options: Default<string> & { readonly matching?: RegExp; readonly expected?: string } = {}) =>
    field(name, options.expected ?? 'a text', (text) => (options.matching && !options.matching.test(text) ? undefined : text), options),

  int: (
    name: string,
    { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER, ...options }: Default<number> & { min?: number; max?: number } = {},
  ) =>
    field(
      name,
      `a whole number from ${min} to ${max}`,
      (text) => {
        const value = wholeNumber(text);
        return value !== undefined && value >= min && value <= max ? value : undefined;
      },
      options,
    ),

  /** 0 means: any free one. */
  port: (name: string, options: Default<number> = {}) => ({
    ...env.int(name, { min: 0, max: 65_535, ...options }),
    expected: 'a port from 0 to 65535',
  }),

  /** In milliseconds; written as 250ms, 10s, 5m, 1h or 7d. A number without a unit is refused: half of the people take it for seconds. Bounds are written in the same way. */
  duration: (name: string, { from, to, ...options }: Default<number> & { readonly from?: string; readonly to?: string } = {}) =>
    field(
      name,
      `a time${from === undefined ? '' : ` from ${from}`}${to === undefined ? '' : ` to ${to}`} with its unit, like 250ms, 10s, 5m, 1h or 7d`,
      (text) => {
        const value = milliseconds(text);
        const [least, most] = [milliseconds(from ?? '') ?? 0, milliseconds(to ?? '') ?? Infinity];
        return value !== undefined && value >= least && value <= most ? value : undefined;
      },
      options,
    ),

  url: (name: string, { protocols, ...options }: Default<string> & { readonly protocols: readonly string[] }) =>
    field(
      name,
      `a URL that begins with ${protocols.map((protocol) => `${protocol}://`).join(' or ')}`,
      (text) => (URL.canParse(text) && protocols.includes(new URL(text).protocol.slice(0, -1)) ? text : undefined),
      options,
    ),

  /** Divided by commas; at least one. */
  list: (name: string, options: Default<readonly string[]> & { readonly matching?: RegExp; readonly expected?: string } = {}) =>
    field(
      name,
      options.expected ?? 'a list divided by commas',
      (text) => {
        const parts = text
          .split(',')
          .map((part) => part.trim())
          .filter(Boolean);
        return parts.length > 0 && parts.every((part) => options.matching?.test(part) ?? true) ? parts : undefined;
      },
      options,
    ),

  boolean: (name: string, options: Default<boolean> = {}) =>
    field(name, 'true or false', (text) => (text === 'true' ? true : text === 'false' ? false : undefined), options),

  oneOf: <const T extends string>(name: string, values: readonly T[], options: Default<T> = {}) =>
    field<T>(name, `one of ${values.join(', ')}`, (text) => values.find((value) => value === text), options),
};

/** What every service can be told: where it listens and how it logs. The port's default is the service's own. */
export const platformFields = (port: number) => ({
  host: env.string('HOST', { default: '127.0.0.1' }),
  port: env.port('PORT', { default: port }),
  logLevel: env.oneOf('LOG_LEVEL', ['fatal', 'error', 'warn', 'info', 'debug', 'trace'], { default: 'info' }),
  logFormat: env.oneOf('LOG_FORMAT', ['json', 'text'], { default: 'json' }),
});
