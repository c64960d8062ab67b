import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata';
import type { JsonSchema } from './schema';

/** A decorator that the schema cannot say, or not in this way. */
export class Unsayable {
  constructor(readonly why: string) {}
}

const constraint = (meta: ValidationMetadata, index = 0): unknown => (meta.constraints as unknown[] | undefined)?.[index];
const number = (meta: ValidationMetadata, keyword: 'minimum' | 'maximum'): JsonSchema => ({ type: 'number', [keyword]: constraint(meta) });

const hex = (digits: number): string => `[0-9A-Fa-f]{${digits}}`;
const uuidOf = (version: string): string => `${hex(8)}-${hex(4)}-${version}${hex(3)}-[89ABab]${hex(3)}-${hex(12)}`;
const nilAndMax = ['00000000-0000-0000-0000-000000000000', `[Ff]{8}-[Ff]{4}-[Ff]{4}-[Ff]{4}-[Ff]{12}`];

/** class-validator's own idea of a UUID, which is stricter than JSON Schema's `format: uuid`. */
function uuid(meta: ValidationMetadata): JsonSchema | Unsayable {
  const version = `${(constraint(meta) as string | undefined) ?? 'all'}`;
  if (version === 'all') return { type: 'string', format: 'uuid', pattern: `^(?:${[uuidOf('[1-8]'), ...nilAndMax].join('|')})$` };
  if (/^[1-8]$/.test(version)) return { type: 'string', format: 'uuid', pattern: `^${uuidOf(version)}$` };
  return new Unsayable('take a version from 1 to 8, or none');
}

function matches(meta: ValidationMetadata): JsonSchema | Unsayable {
  const pattern = constraint(meta);
  // JSON Schema has no flags, and reads patterns as if they had this one.
  if (!(pattern instanceof RegExp) || pattern.flags !== 'u')
    return new Unsayable('write the pattern as /…/u, with no other flag: so JSON Schema reads it');
  return { type: 'string', pattern: pattern.source };
}

function oneOf(meta: ValidationMetadata): JsonSchema | Unsayable {
  const values = constraint(meta);
  const plain = Array.isArray(values) && values.every((value) => value === null || ['string', 'number', 'boolean'].includes(typeof value));
  return plain ? { enum: [...(values as unknown[])] } : new Unsayable('take an array of strings, numbers and booleans');
}

/**
 * The decorators of class-validator whose meaning JSON Schema shares, by class-validator's own name, each with what it becomes. Each has a table of
 * accepted and refused values in decorators.spec.ts, run through both. IsISO8601, IsEmail, IsUrl and their like are left out on purpose: the two sides mean different things.
 */
export const sayable: Readonly<Record<string, (meta: ValidationMetadata) => JsonSchema | Unsayable>> = {
  isString: () => ({ type: 'string' }),
  minLength: (meta) => ({ type: 'string', minLength: constraint(meta) as number }),
  maxLength: (meta) => ({ type: 'string', maxLength: constraint(meta) as number }),
  matches,
  isUuid: uuid,
  isInt: () => ({ type: 'integer' }),
  isPositive: () => ({ type: 'number', exclusiveMinimum: 0 }),
  min: (meta) => number(meta, 'minimum'),
  max: (meta) => number(meta, 'maximum'),
  isBoolean: () => ({ type: 'boolean' }),
  isObject: () => ({ type: 'object' }),
  isIn: oneOf,
  isArray: () => ({ type: 'array' }),
  arrayNotEmpty: () => ({ type: 'array', minItems: 1 }),
  arrayMinSize: (meta) => ({ type: 'array', minItems: constraint(meta) as number }),
  arrayMaxSize: (meta) => ({ type: 'array', maxItems: constraint(meta) as number }),
};
