import { testDatabase, type TestDatabase } from '@duet/testbed';
import * as fc from 'fast-check';
import { arrayText } from './array';
import { Database } from './database.store';

describe('an array as PostgreSQL reads it', () => {
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

  it('says what is in it, whatever that is', async () => {
    const text = fc.string({ unit: 'binary' }).filter((one) => !one.includes('\u0000') && Buffer.from(one).toString() === one);
    const special = fc.constantFrom('', 'null', 'NULL', '{}', '"', '\\', '\\n', '\n', ' ', ',', '{"a":"b\\""}', null);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(text, special)), async (values) => {
        const { rows } = await database.pool.query<{ there: unknown }>('select $1::text[] as there', [values]);
        expect(rows[0]?.there).toEqual(values);
      }),
      { numRuns: 300 },
    );
    const numbers = [1, 2.5, -3e-7, 1e21, null];
    const { rows } = await database.pool.query<{ there: unknown }>({ text: 'select $1::float8[] as there', values: [numbers] });
    expect(rows[0]?.there).toEqual(numbers);
  });

  it.each([[['a', 'b']], [[1, 2.5, -3]], [[null]], [[]], [['{"ce_id":"1"}']]])('is written at once where it can be: %j', (values) =>
    expect(typeof arrayText(values)).toBe('string'),
  );

  it.each([[[new Date(0)]], [[Buffer.from('a')]], [[['a']]], [[true]], [[NaN]], [['a\nb']]])(
    'is left to pg where it must be: %j',
    (values) => expect(arrayText(values)).toBe(values),
  );
});
