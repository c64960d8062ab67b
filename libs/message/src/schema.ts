// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- every project that imports this one needs the types, and none lists this file
/// <reference path="./class-transformer-storage.d.ts" />
import { defaultMetadataStorage } from 'class-transformer/cjs/storage';
import { getMetadataStorage, ValidationTypes } from 'class-validator';
import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata';
import { validationMetadataArrayToSchemas } from 'class-validator-jsonschema';
import { sayable, Unsayable } from './decorators';
import type { Class } from './message';
import { dataschemaOf, isMessage, wireName } from './names';

/** The part of JSON Schema 2020-12 that the decorators can say. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly title?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
}

/** A class says something about a field that its JSON Schema cannot say, or not so. Raised at start, for every message of a service. */
export class UnsupportedDecorator extends Error {
  override readonly name = 'UnsupportedDecorator';
  constructor(
    readonly className: string,
    readonly field: string,
    readonly decorator: string,
    why: string,
  ) {
    super(`${className}.${field}: @${decorator} cannot be used in a message: ${why}`);
  }
}

/** What the library takes for a schema: OpenAPI's idea of it. */
type LibrarySchema = ReturnType<typeof validationMetadataArrayToSchemas>[string];

const schemas = new WeakMap<Class, JsonSchema>();

/**
 * The JSON Schema (2020-12) that a class's class-validator decorators say. It leaves unknown fields open: who reads ignores them.
 * @throws UnsupportedDecorator
 */
export function schemaOf(cls: Class): JsonSchema {
  let schema = schemas.get(cls);
  if (!schema) {
    const names = isMessage(cls) ? { $id: dataschemaOf(cls), title: wireName(cls) } : { title: cls.name };
    schema = { $schema: 'https://json-schema.org/draft/2020-12/schema', ...names, ...objectSchema(cls, []) };
    schemas.set(cls, schema);
  }
  return schema;
}

/** The names of a class's fields, in the order in which it declares them. */
export const fieldsOf = (cls: Class): readonly string[] => Object.keys(schemaOf(cls).properties ?? {});

/** What class-validator calls a decorator: `isInt`, or what kind it is when it has no name. */
function nameOf(meta: ValidationMetadata): string {
  if (meta.type === ValidationTypes.CONDITIONAL_VALIDATION) return meta.name ?? 'validateIf';
  if (meta.type === ValidationTypes.NESTED_VALIDATION) return 'validateNested';
  if (meta.type === ValidationTypes.WHITELIST) return 'allow';
  const [custom] = meta.constraintCls ? getMetadataStorage().getTargetValidatorConstraints(meta.constraintCls) : [];
  return custom?.name ?? meta.name ?? meta.constraintCls?.name ?? meta.type;
}
const asWritten = (name: string): string => (name === 'isUuid' ? 'IsUUID' : name.charAt(0).toUpperCase() + name.slice(1));

function objectSchema(cls: Class, outer: readonly Class[]): JsonSchema {
  const storage = getMetadataStorage();
  const metas = storage.getTargetValidationMetadatas(cls, '', true, false).map((meta) => ({ ...meta, type: nameOf(meta), target: cls }));
  for (const [field, ofField] of Object.entries(storage.groupByPropertyName(metas))) checkField(cls, field, ofField);

  // `integer` is the narrower word for `number`: said last, it stays when the library merges what several decorators say.
  const integerLast = [...metas].sort(
    (a, b) => order(metas, a) - order(metas, b) || Number(a.type === 'isInt') - Number(b.type === 'isInt'),
  );
  const { [cls.name]: schema = { type: 'object', properties: {} } } = validationMetadataArrayToSchemas(integerLast, {
    classTransformerMetadataStorage: defaultMetadataStorage,
    additionalConverters: {
      ...(sayable as Record<string, (meta: ValidationMetadata) => LibrarySchema>),
      isOptional: {},
      validateNested: (meta: ValidationMetadata) => objectSchema(nestedClass(cls, meta, outer), [...outer, cls]) as LibrarySchema,
    },
  }) as Record<string, JsonSchema>;

  const optional = new Set(metas.filter(({ type }) => type === 'isOptional').map(({ propertyName }) => propertyName));
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([field, said]) => [
        field,
        optional.has(field) ? orNull(safeIntegers(said)) : safeIntegers(said),
      ]),
    ),
    required: Object.keys(schema.properties ?? {}).filter((field) => !optional.has(field)),
  };
}

/** Fields in the order of their declaration, whatever order their decorators came in. */
const order = (metas: readonly ValidationMetadata[], { propertyName }: ValidationMetadata): number =>
  metas.findIndex((other) => other.propertyName === propertyName);

/** Beyond 2^53 − 1 two different integers are one JavaScript number: refused here, though class-validator lets them through. */
function safeIntegers(schema: JsonSchema): JsonSchema {
  if (schema.items) return { ...schema, items: safeIntegers(schema.items) };
  if (schema.type !== 'integer') return schema;
  return {
    ...schema,
    ...(schema.exclusiveMinimum === undefined && { minimum: Math.max(schema.minimum ?? -Infinity, Number.MIN_SAFE_INTEGER) }),
    maximum: Math.min(schema.maximum ?? Infinity, Number.MAX_SAFE_INTEGER),
  };
}

/** To class-validator `null` is as good as absent where a field is optional. */
function orNull(schema: JsonSchema): JsonSchema {
  return {
    ...schema,
    ...(typeof schema.type === 'string' && { type: [schema.type, 'null'] }),
    ...(schema.enum && { enum: [...schema.enum, ...(schema.enum.includes(null) ? [] : [null])] }),
  };
}

function nestedClass(cls: Class, meta: ValidationMetadata, outer: readonly Class[]): Class {
  const refuse = (why: string) => new UnsupportedDecorator(cls.name, meta.propertyName, 'ValidateNested', why);
  const type = defaultMetadataStorage.findTypeMetadata(cls, meta.propertyName);
  const nested = type?.typeFunction() as Class | undefined;
  if (!nested) throw refuse('name the class with @Type(() => …)');
  if (type.options?.discriminator) throw refuse('a discriminator is not on the list');
  if (nested === cls || outer.includes(nested)) throw refuse('a class that contains itself has no end');
  return nested;
}

/** What one decorator alone cannot know: options that switch it off, two decorators that contradict each other, class-transformer. */
function checkField(cls: Class, field: string, metas: readonly ValidationMetadata[]): void {
  const refuse = (decorator: string, why: string) => new UnsupportedDecorator(cls.name, field, decorator, why);
  for (const [name, found] of [
    ['Exclude', defaultMetadataStorage.findExcludeMetadata(cls, field)],
    ['Expose', defaultMetadataStorage.findExposeMetadata(cls, field)],
    ['Transform', [0, 1, 2].flatMap((type) => defaultMetadataStorage.findTransformMetadatas(cls, field, type))[0]],
  ] as const) {
    if (found) throw refuse(name, 'data travels as it is, class-transformer has no say in it');
  }
  const said = new Map<string, unknown>();
  for (const meta of metas) {
    const name = asWritten(meta.type);
    if (meta.groups?.length) throw refuse(name, 'a message has no validation groups');
    if (meta.validateIf) throw refuse(name, 'it must not depend on a condition (validateIf)');
    const schema =
      meta.type === 'isOptional' || meta.type === 'validateNested'
        ? {}
        : (sayable[meta.type]?.(meta) ?? new Unsayable('it is not on the list'));
    if (schema instanceof Unsayable) throw refuse(name, schema.why);
    const level = meta.each ? 'each ' : '';
    const all = {
      ...(meta.each && { type: 'array' }),
      ...Object.fromEntries(Object.entries(schema).map(([keyword, value]) => [level + keyword, value])),
    };
    for (const [keyword, value] of Object.entries(all)) {
      const before = said.get(keyword);
      const narrower = [before, value].every((type) => type === 'integer' || type === 'number');
      if (before !== undefined && before !== value && !narrower)
        throw refuse(name, `another decorator of this field says something else (${keyword})`);
      said.set(keyword, value);
    }
  }
}
