import 'reflect-metadata';
import { Expose, plainToInstance, Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsEmail,
  IsIn,
  IsInt,
  IsISO8601,
  IsObject,
  IsOptional,
  IsPositive,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  Validate,
  ValidateIf,
  ValidateNested,
  validateSync,
} from 'class-validator';
import fc from 'fast-check';
import { checkOf } from './check';
import { sayable } from './decorators';
import { schemaOf, UnsupportedDecorator } from './schema';

type Data = new () => object;

/** A class with one field, decorated so. */
function classWith(...decorators: PropertyDecorator[]): Data {
  class One {
    declare value: unknown;
  }
  for (const decorator of decorators) decorator(One.prototype, 'value');
  return One;
}

/** Both sides' verdicts on data as it comes from the wire. */
const classValidator = (cls: Data, data: object): boolean =>
  validateSync(plainToInstance(cls, structuredClone(data)), { forbidUnknownValues: false }).length === 0;
const schema = (cls: Data, data: object): boolean => checkOf(cls, { unknownFields: 'ignored' })(data).length === 0;

class Line {
  @IsString() sku!: string;
  @IsInt() @Min(1) quantity!: number;
}
const line = { sku: 'a', quantity: 1 };
const uuid4 = '9b2f0a3e-6a2b-4c1d-8e3f-0a1b2c3d4e5f';

interface Row {
  /** class-validator's name of the decorator that the row is about. */
  readonly name: string;
  readonly title: string;
  readonly cls: Data;
  readonly accepted: readonly unknown[];
  readonly refused: readonly unknown[];
}
const row = (name: string, title: string, decorators: PropertyDecorator[], accepted: unknown[], refused: unknown[]): Row => ({
  name,
  title,
  cls: classWith(...decorators),
  accepted,
  refused,
});
const notStrings = [undefined, null, 1, true, {}, []];
const notNumbers = [undefined, null, '1', true, {}, []];

const table: readonly Row[] = [
  row('isString', 'IsString()', [IsString()], ['', 'x', '😀', '"'], notStrings),
  row('minLength', 'MinLength(2)', [MinLength(2)], ['ab', '😀😀', 'a😀'], [...notStrings, '', 'a', '😀']),
  row('maxLength', 'MaxLength(2)', [MaxLength(2)], ['', 'ab', '😀😀'], [...notStrings, 'abc', '😀😀😀']),
  row('matches', 'Matches(/^[a-z]+-.$/u)', [Matches(/^[a-z]+-.$/u)], ['ab-1', 'a-😀'], [...notStrings, '', 'A-1', 'a-12', 'a-1\n']),
  row(
    'isUuid',
    'IsUUID()',
    [IsUUID()],
    [uuid4, uuid4.toUpperCase(), '00000000-0000-0000-0000-000000000000', 'ffffffff-FFFF-ffff-ffff-ffffffffffff'],
    [
      ...notStrings,
      '',
      'x',
      uuid4.replaceAll('-', ''),
      `{${uuid4}}`,
      `urn:uuid:${uuid4}`,
      `${uuid4} `,
      '9b2f0a3e-6a2b-9c1d-8e3f-0a1b2c3d4e5f',
      '9b2f0a3e-6a2b-4c1d-7e3f-0a1b2c3d4e5f',
    ],
  ),
  row('isUuid', "IsUUID('4')", [IsUUID('4')], [uuid4], [uuid4.replace('-4', '-5'), '00000000-0000-0000-0000-000000000000', null]),
  row('isInt', 'IsInt()', [IsInt()], [0, -0, 1, -1, 1.0, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER], [...notNumbers, 1.5, -0.1]),
  row('isPositive', 'IsPositive()', [IsPositive()], [1, 0.5, 1e300], [...notNumbers, 0, -0, -1]),
  row('min', 'Min(2)', [Min(2)], [2, 2.5, 1e300], [...notNumbers, 1.9, -2]),
  row('max', 'Max(2)', [Max(2)], [2, 1.9, -1e300], [...notNumbers, 2.1]),
  row('min', 'IsInt() Min(1) Max(3)', [IsInt(), Min(1), Max(3)], [1, 3], [...notNumbers, 0, 4, 1.5]),
  row('isInt', 'Min(1) IsInt() IsPositive()', [Min(1), IsInt(), IsPositive()], [1, 3], [...notNumbers, 0, 1.5]),
  row('isObject', 'IsObject()', [IsObject()], [{}, { a: [1] }], [undefined, null, 0, '', 'a', true, [], [{}]]),
  row('isBoolean', 'IsBoolean()', [IsBoolean()], [true, false], [undefined, null, 0, 1, 'true', {}, []]),
  row('isIn', "IsIn(['a', 1])", [IsIn(['a', 1])], ['a', 1], [undefined, null, 'b', '1', true, ['a']]),
  row('isArray', 'IsArray()', [IsArray()], [[], [1], [null, 'a']], [undefined, null, 'a', {}, { length: 0 }]),
  row('arrayNotEmpty', 'ArrayNotEmpty()', [ArrayNotEmpty()], [[1], [null]], [undefined, null, 'a', {}, []]),
  row('arrayMinSize', 'ArrayMinSize(2)', [ArrayMinSize(2)], [[1, 2]], [undefined, null, 'ab', {}, [], [1]]),
  row('arrayMaxSize', 'ArrayMaxSize(1)', [ArrayMaxSize(1)], [[], [1]], [undefined, null, 'a', {}, [1, 2]]),
  row(
    'isString',
    'IsArray() IsString({ each })',
    [IsArray(), IsString({ each: true })],
    [[], ['a', 'b']],
    [undefined, null, 'a', {}, [1], ['a', null]],
  ),
  row('isOptional', 'IsOptional() IsString()', [IsOptional(), IsString()], [undefined, null, 'a', ''], [1, {}, []]),
  row('isOptional', "IsOptional() IsIn(['a'])", [IsOptional(), IsIn(['a'])], [undefined, null, 'a'], ['b', 1]),
  row(
    'validateNested',
    'ValidateNested() Type()',
    [ValidateNested(), Type(() => Line)],
    [line, { ...line, more: 1 }],
    ['a', 1, true, {}, { sku: 'a' }, { ...line, quantity: 0 }],
  ),
  row(
    'validateNested',
    'ArrayNotEmpty() ValidateNested({ each }) Type()',
    [ArrayNotEmpty(), ValidateNested({ each: true }), Type(() => Line)],
    [[line], [line, line]],
    [undefined, null, 'a', line, [], [{}], ['a'], [line, { ...line, sku: 1 }]],
  ),
  row(
    'isOptional',
    'IsOptional() ValidateNested() Type()',
    [IsOptional(), ValidateNested(), Type(() => Line)],
    [undefined, null, line],
    [{}, 'a', 1],
  ),
];
const data = (value: unknown): object => (value === undefined ? {} : { value });

describe('each decorator means the same to class-validator and to the compiled schema', () => {
  test('every decorator on the list has its rows', () => {
    expect(Object.keys(sayable).filter((name) => !table.some((entry) => entry.name === name))).toEqual([]);
  });

  describe.each(table)('$title', ({ cls, accepted, refused }) => {
    test.each(accepted.map((value) => [value]))('%j is accepted by both', (value) => {
      expect({ classValidator: classValidator(cls, data(value)), schema: schema(cls, data(value)) }).toEqual({
        classValidator: true,
        schema: true,
      });
    });
    test.each(refused.map((value) => [value]))('%j is refused by both', (value) => {
      expect({ classValidator: classValidator(cls, data(value)), schema: schema(cls, data(value)) }).toEqual({
        classValidator: false,
        schema: false,
      });
    });
  });

  test('whatever the data: the two agree', () => {
    // Left to the next describe: what class-validator lets through on purpose or by accident.
    const text = fc.string({ unit: 'grapheme-composite', maxLength: 4 }).filter((value) => !/\0|\ufe0e|\ufe0f|\p{Surrogate}/u.test(value));
    const number = fc.oneof(
      fc.maxSafeInteger(),
      fc.integer({ min: -3, max: 5 }),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -9e15, max: 9e15 }),
    );
    const scalar = fc.oneof(text, number, fc.boolean(), fc.constantFrom(null, 'a', uuid4, uuid4.toUpperCase(), 'ab-1', 1));
    const nested = fc.record({ sku: scalar, quantity: scalar, more: scalar }, { requiredKeys: [] });
    const value = fc.oneof(
      scalar,
      fc.array(scalar, { maxLength: 3 }),
      nested,
      fc.array(fc.oneof(nested, fc.constant(line)), { maxLength: 3 }),
    );
    const stricter = (title: string, given: unknown): boolean =>
      title === 'ValidateNested() Type()' || title === 'IsOptional() ValidateNested() Type()'
        ? Array.isArray(given)
        : title.includes('each') && !Array.isArray(given);
    fc.assert(
      fc.property(fc.constantFrom(...table), value, ({ title, cls }, given) => {
        fc.pre(!stricter(title, given));
        expect({ title, given, accepted: schema(cls, { value: given }) }).toEqual({
          title,
          given,
          accepted: classValidator(cls, { value: given }),
        });
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('where the schema is the stricter of the two', () => {
  const nested = classWith(
    ValidateNested(),
    Type(() => Line),
  );
  const each = classWith(
    ValidateNested({ each: true }),
    Type(() => Line),
  );
  test.each([
    ['an integer beyond 2^53 − 1, which JavaScript cannot tell from its neighbours', classWith(IsInt()), { value: 2 ** 53 }],
    ['a nested object that is missing: class-validator looks into what is there only', nested, {}],
    ['a list in the place of one nested object', nested, { value: [line] }],
    ['one object in the place of a list', each, { value: line }],
    ['one value in the place of a list', classWith(IsString({ each: true })), { value: 'a' }],
    ['an emoji and its variation selector count as two characters', classWith(MaxLength(1)), { value: '☀\ufe0f' }],
    ['U+0000 in a string', classWith(IsString()), { value: 'a\0' }],
  ])('%s', (_, cls, value) => {
    expect({ classValidator: classValidator(cls, value), schema: schema(cls, value) }).toEqual({ classValidator: true, schema: false });
  });
});

describe('what the schema cannot say stops the start, with class, field and decorator', () => {
  class Upper {
    validate = (): boolean => true;
  }
  class Endless {
    @ValidateNested() @Type(() => Endless) value!: Endless;
  }
  class Holder {
    @IsEmail() mail!: string;
  }
  class Ping {
    @ValidateNested() @Type(() => Pong) value!: object;
  }
  class Pong {
    @ValidateNested() @Type(() => Ping) value!: Ping;
  }
  const kinds = { discriminator: { property: 'kind', subTypes: [{ value: Line, name: 'line' }] } };
  class Deep {
    @ValidateNested() @Type(() => Holder) inner!: Holder;
  }
  test.each<[string, Data, string, string]>([
    ['a decorator that is not on the list', classWith(IsEmail()), 'IsEmail', 'One.value'],
    ['IsISO8601, which the two sides read differently', classWith(IsISO8601()), 'IsISO8601', 'One.value'],
    ["somebody's own validator", classWith(Validate(Upper)), 'Upper', 'One.value'],
    [
      'a condition',
      classWith(
        ValidateIf(() => true),
        IsString(),
      ),
      'ValidateIf',
      'One.value',
    ],
    ['a condition in the options', classWith(IsString({ validateIf: () => true })), 'IsString', 'One.value'],
    ['a group', classWith(IsString({ groups: ['a'] })), 'IsString', 'One.value'],
    ['a pattern without u', classWith(Matches(/a/)), 'Matches', 'One.value'],
    ['a pattern that ignores case', classWith(Matches(/a/iu)), 'Matches', 'One.value'],
    ['a UUID of a loose kind', classWith(IsUUID('loose')), 'IsUUID', 'One.value'],
    ['a choice of objects', classWith(IsIn([{}])), 'IsIn', 'One.value'],
    ['a nested class without @Type', classWith(ValidateNested()), 'ValidateNested', 'One.value'],
    ['a class that contains itself', Endless, 'ValidateNested', 'Endless.value'],
    ['two classes that contain each other', Ping, 'ValidateNested', 'Pong.value'],
    [
      'a class that depends on the data',
      classWith(
        ValidateNested(),
        Type(() => Line, kinds),
      ),
      'ValidateNested',
      'One.value',
    ],
    ['two patterns', classWith(Matches(/a/u), Matches(/b/u)), 'Matches', 'One.value'],
    ['a string and a number at once', classWith(IsString(), IsInt()), 'IsInt', 'One.value'],
    ['two sizes', classWith(ArrayNotEmpty(), ArrayMinSize(2)), 'ArrayMinSize', 'One.value'],
    ['another name on the wire', classWith(Expose({ name: 'other' }), IsString()), 'Expose', 'One.value'],
    [
      'a change on the way',
      classWith(
        Transform(({ value }) => value as unknown),
        IsString(),
      ),
      'Transform',
      'One.value',
    ],
    ['anything of it in a nested class', Deep, 'IsEmail', 'Holder.mail'],
  ])('%s', (_, cls, decorator, field) => {
    const attempt = () => schemaOf(cls);
    expect(attempt).toThrow(UnsupportedDecorator);
    expect(attempt).toThrow(new RegExp(`^${field}: @\\w+ cannot be used`));
    expect(attempt).toThrow(new RegExp(decorator, 'i'));
  });
});
