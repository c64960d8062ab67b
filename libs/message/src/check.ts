import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020';
import type { Class } from './message';
import { type JsonSchema, schemaOf } from './schema';
import { isClean, maxFaults, unsafeParts } from './unsafe';

/** What is wrong with one part of some data: where (a JSON pointer, '' for the whole) and a sentence. */
export interface Fault {
  readonly path: string;
  readonly text: string;
}

const options = { allowUnionTypes: true, verbose: true, formats: { uuid: true } } as const;
const ajvs = { all: new Ajv2020({ ...options, allErrors: true }), first: new Ajv2020(options) };
type Compiled = WeakMap<Class, ValidateFunction>;
const compiled: Record<'ignored' | 'refused', Record<keyof typeof ajvs, Compiled>> = {
  ignored: { all: new WeakMap(), first: new WeakMap() },
  refused: { all: new WeakMap(), first: new WeakMap() },
};
/** A body of 2 MiB has room for millions of faults, which take seconds to be found and hundreds of MiB to be kept: in what is longer than this (bytes), one is enough. */
const mostForAll = 64 * 1024;

/** The compiled schema alone, without the look for parts that nobody may send. @param bytes of the data, where it may be long */
export function validatorOf(cls: Class, unknownFields: 'ignored' | 'refused', bytes = 0): ValidateFunction {
  const faults = bytes > mostForAll ? 'first' : 'all';
  let validate = compiled[unknownFields][faults].get(cls);
  if (!validate) {
    const { $id: _id, ...schema } = schemaOf(cls);
    validate = ajvs[faults].compile(unknownFields === 'refused' ? closed(schema) : schema);
    compiled[unknownFields][faults].set(cls, validate);
  }
  return validate;
}

/**
 * The check of a class's data, from the schema that its class-validator decorators say, compiled once. Besides the schema it refuses, in known fields and unknown ones,
 * strings that PostgreSQL cannot store and keys that JavaScript takes for something else. An empty answer means that the data is as the class says.
 * @throws UnsupportedDecorator
 */
export function checkOf(cls: Class, { unknownFields }: { unknownFields: 'ignored' | 'refused' }): (data: unknown) => readonly Fault[] {
  const validate = validatorOf(cls, unknownFields);
  return (data) => {
    if (!isClean(data)) return unsafeParts(data);
    return validate(data) ? [] : faultsOf(validate.errors ?? []);
  };
}

export const faultsOf = (errors: readonly ErrorObject[]): Fault[] => errors.slice(0, maxFaults).map(faultOf);

function closed(schema: JsonSchema): JsonSchema {
  return {
    ...schema,
    ...(schema.items && { items: closed(schema.items) }),
    ...(schema.properties && {
      properties: Object.fromEntries(Object.entries(schema.properties).map(([field, said]) => [field, closed(said)])),
      additionalProperties: false,
    }),
  };
}

const pointer = (path: string, field: string): string => `${path}/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`;
const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

function faultOf({ instancePath, keyword, params, parentSchema, message }: ErrorObject): Fault {
  const said = params as {
    readonly limit: number;
    readonly comparison: string;
    readonly pattern: string;
    readonly allowedValues: readonly unknown[];
  } & Readonly<Record<string, string>>;
  const at = (path: string, what: string): Fault => ({ path, text: `${path.slice(1) || 'it'} ${what}` });
  switch (keyword) {
    case 'required':
      return at(pointer(instancePath, said['missingProperty']!), 'is missing');
    case 'additionalProperties':
      return at(pointer(instancePath, said['additionalProperty']!), 'is not a field that is known here');
    case 'type':
      return at(instancePath, `must be ${typeNames(parentSchema?.['type'] as string | string[])}`);
    case 'enum':
      // What may be left out may be null, too; who has mistyped a choice need not hear of it.
      return at(
        instancePath,
        `must be one of ${said.allowedValues.flatMap((value) => (value === null ? [] : JSON.stringify(value))).join(', ')}`,
      );
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
      return at(instancePath, `must be ${said.comparison} ${said.limit}`);
    case 'minLength':
      return at(instancePath, `must have at least ${count(said.limit, 'character')}`);
    case 'maxLength':
      return at(instancePath, `must have at most ${count(said.limit, 'character')}`);
    case 'minItems':
      return at(instancePath, `must have at least ${count(said.limit, 'item')}`);
    case 'maxItems':
      return at(instancePath, `must have at most ${count(said.limit, 'item')}`);
    case 'pattern':
      return at(instancePath, parentSchema?.['format'] === 'uuid' ? 'must be a UUID' : `must match /${said.pattern}/`);
    default:
      return at(instancePath, message ?? `breaks the rule ${keyword}`);
  }
}

const words: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'an integer',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};
const typeNames = (type: string | string[]): string =>
  [type]
    .flat()
    .filter((name) => name !== 'null')
    .map((name) => words[name] ?? name)
    .join(' or ');
