import { testDatabase, type TestDatabase } from '@duet/testbed';
import * as fc from 'fast-check';
import { arrayParameter, arrayTypes } from './array';
import { Database } from './database.store';

describe('an array as a parameter', () => {
  let own: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    own = await testDatabase('array');
    database = new Database({ service: 'array', url: own.url, connections: 1 });
  });
  afterAll(async () => {
    await database.end();
    await own.drop();
  });
  const there = async (type: string, values: readonly unknown[]): Promise<unknown> =>
    (await database.pool.query<{ there: unknown }>(`select $1::${type}[] as there`, [values])).rows[0]?.there;

  const words = fc.string({ unit: 'binary' }).filter((one) => !one.includes('\u0000') && Buffer.from(one).toString() === one);
  const special = fc.constantFrom('', 'null', 'NULL', '{}', '"', '\\', '\\n', '\n', ' ', ',', '{"a":"b\\""}', 'ä€😀');
  it.each<[string, fc.Arbitrary<unknown>]>([
    ['text', fc.oneof(words, special)],
    ['json', fc.json().map((json) => JSON.parse(json) as unknown)],
    ['bytea', fc.uint8Array().map((bytes) => Buffer.from(bytes))],
    ['uuid', fc.uuid()],
    ['int', fc.integer()],
    ['float8', fc.double({ noNaN: true })],
  ])('is in PostgreSQL what it was here: %s', async (type, element) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(element)), async (values) => {
        const said = type === 'json' ? values.map((value) => (value === null ? null : JSON.stringify(value))) : values;
        expect(arrayParameter(type, said)).toBeInstanceOf(Buffer);
        expect(await there(type, said)).toEqual(values);
      }),
      { numRuns: 100 },
    );
  });

  it('keeps whole numbers exactly, also beyond what an int holds', async () => {
    const numbers = [0, -1, 2 ** 31, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, null];
    expect(arrayParameter('bigint', numbers)).toBeInstanceOf(Buffer);
    expect(await there('bigint', numbers)).toEqual(numbers.map((number) => number?.toString() ?? null));
  });

  it.each([
    ['uuid', ['4b1c2f0e00004000-8000-000000000000']],
    ['interval', ['1 day']],
    ['timestamptz', [new Date(0)]],
    ['bigint', ['12345678901234567890'.slice(0, 18)]],
    ['int', [2 ** 31 - 0.5]],
    ['text', [1, 'a']],
    ['text', [['a']]],
    ['constructor', ['a']],
    [undefined, ['a']],
  ])('is left to pg where it is of another type, or holds something else: %s %j', (type, values) =>
    expect(arrayParameter(type, values)).toBe(values),
  );

  it('is of the type that the statement says', () => {
    expect(arrayTypes('select $2::int[], $1::text[], $3::bigint, $11::json[] where a = any($4)')).toEqual([
      ...['text', 'int', undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined, 'json'],
    ]);
  });

  it('that PostgreSQL does not take is refused by it, and the connection goes on', async () => {
    await expect(there('text', ['a\u0000b'])).rejects.toThrow('invalid byte sequence');
    await expect(there('json', ['{'])).rejects.toThrow('invalid input syntax for type json');
    expect(await there('text', [])).toEqual([]);
  });
});
