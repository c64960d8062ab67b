import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { checkOf } from './check';
import { schemaOf } from './schema';
import { HoldGoods, Item } from './shop.fixture';

/** Not a message: a body of a REST request. */
class Request {
  @IsUUID() id!: string;
  @IsArray() @ArrayMaxSize(2) @ValidateNested({ each: true }) @Type(() => Item) items!: Item[];
  @IsIn(['a', 'b']) kind!: string;
  @IsInt() @Min(1) @Max(10) count!: number;
  @IsOptional() @MinLength(2) @MaxLength(3) name?: string | null;
  @IsOptional() @Matches(/^x/u) code?: string;
  @IsOptional() @IsBoolean() flag?: boolean;
  @IsOptional() @IsIn(['x', 'y']) way?: string;
  @IsOptional() @IsString({ each: true }) @IsArray() tags?: string[];
}
const good = { id: '9b2f0a3e-6a2b-4c1d-8e3f-0a1b2c3d4e5f', items: [], kind: 'a', count: 1 };
const strict = checkOf(Request, { unknownFields: 'refused' });
const open = checkOf(Request, { unknownFields: 'ignored' });

describe('a fault is a place and a sentence', () => {
  test.each<[string, object, string, string]>([
    ['missing', { id: undefined }, '/id', 'id is missing'],
    ['no UUID', { id: 'x' }, '/id', 'id must be a UUID'],
    ['no list', { items: {} }, '/items', 'items must be a list'],
    ['too many', { items: [1, 2, 3].map(() => ({ sku: 'a', quantity: 1 })) }, '/items', 'items must have at most 2 items'],
    ['nested', { items: [{ sku: 'a', quantity: '2' }] }, '/items/0/quantity', 'items/0/quantity must be an integer'],
    ['nested and missing', { items: [{ quantity: 2 }] }, '/items/0/sku', 'items/0/sku is missing'],
    ['not a choice', { kind: 'c' }, '/kind', 'kind must be one of "a", "b"'],
    ['not a choice that may be left out', { way: 'z' }, '/way', 'way must be one of "x", "y"'],
    ['too small', { count: 0 }, '/count', 'count must be >= 1'],
    ['too big', { count: 11 }, '/count', 'count must be <= 10'],
    ['half', { count: 1.5 }, '/count', 'count must be an integer'],
    ['too short', { name: 'a' }, '/name', 'name must have at least 2 characters'],
    ['too long', { name: 'abcd' }, '/name', 'name must have at most 3 characters'],
    ['another pattern', { code: 'y' }, '/code', 'code must match /^x/'],
    ['no boolean', { flag: 'true' }, '/flag', 'flag must be true or false'],
    ['no strings', { tags: [1] }, '/tags/0', 'tags/0 must be a string'],
    ['U+0000', { name: 'a\0' }, '/name', 'name holds U+0000 or half of a surrogate pair, which cannot be stored'],
  ])('%s', (_, change, path, text) => {
    expect(strict({ ...good, ...change })).toEqual([{ path, text }]);
  });
  test('the whole is no object', () => {
    for (const data of [undefined, null, 1, 'x', []]) expect(strict(data)).toEqual([{ path: '', text: 'it must be an object' }]);
  });
  test('all faults are told, up to twenty', () => {
    expect(strict({})).toHaveLength(4);
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`f${n}`, 1]));
    expect(strict({ ...good, ...many })).toHaveLength(20);
  });
  test('a path is a JSON pointer', () => {
    expect(strict({ ...good, 'a/b~c': 1 })).toEqual([{ path: '/a~1b~0c', text: 'a~1b~0c is not a field that is known here' }]);
  });
});

describe('unknown fields', () => {
  const more = { ...good, more: 1, items: [{ sku: 'a', quantity: 1, more: 1 }] };
  test('are refused by REST, at every depth', () => {
    expect(strict(more).map(({ path }) => path)).toEqual(expect.arrayContaining(['/more', '/items/0/more']));
  });
  test('are ignored by readers of messages', () => {
    expect(open(more)).toEqual([]);
  });
  test.each(['__proto__', 'constructor', 'prototype'])('%s is refused by both, at every depth', (name) => {
    for (const data of [`{"${name}":{}}`, `{"items":[{"${name}":1}]}`]) {
      const fault = expect.objectContaining({ text: expect.stringMatching(/is a name that no field may have$/) as string }) as object;
      expect(strict(JSON.parse(data))).toContainEqual(fault);
      expect(open(JSON.parse(data))).toContainEqual(fault);
    }
  });
  test('data is not changed by the check', () => {
    const before = JSON.stringify(more);
    strict(more);
    open(more);
    expect(JSON.stringify(more)).toBe(before);
  });
});

test('the schema of a message names it, and is what the docs are made of', () => {
  expect(schemaOf(HoldGoods)).toEqual({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: '/shop/HoldGoods/1',
    title: 'shop.HoldGoods',
    type: 'object',
    required: ['basketId', 'items'],
    properties: {
      basketId: { type: 'string', format: 'uuid', pattern: expect.stringContaining('[1-8]') as string },
      items: {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          required: ['sku', 'quantity'],
          properties: { sku: { type: 'string' }, quantity: { type: 'integer', exclusiveMinimum: 0, maximum: Number.MAX_SAFE_INTEGER } },
        },
      },
    },
  });
});
