import type { BadMessage } from './message';

/** JSON in JSON, so deep. */
export const nested = (depth: number, inner = '1'): string => `${'{"a":'.repeat(depth)}${inner}${'}'.repeat(depth)}`;
/** The beginning of so many lists. */
const open = '['.repeat(500_000);

const bodies: readonly (readonly [name: string, code: BadMessage['code'], value: string | Buffer | null])[] = [
  ['no body: a tombstone', 'not-json', null],
  ['an empty body', 'not-json', ''],
  ['a body of words', 'not-json', 'this is not JSON'],
  ['half a body', 'not-json', '{"orderId":'],
  ['a body and a half', 'not-json', '{}}'],
  ['a body with a comment', 'not-json', '{}//'],
  ['a body with NaN', 'not-json', '{"orderId":NaN}'],
  ['a body in single quotes', 'not-json', "{'orderId':1}"],
  ['a body behind a byte order mark', 'not-json', '\ufeff{}'],
  ['a body in UTF-16', 'not-json', Buffer.from('{}', 'utf16le')],
  ['a body of U+0000', 'not-json', '\0'],
  ['a body of 500,000 open brackets', 'not-json', open],
  ['a body that is not UTF-8', 'not-utf8', Buffer.from([0x7b, 0xff, 0x7d])],
  ['half of a surrogate pair, in bytes', 'not-utf8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
  ['1 MB of no UTF-8', 'not-utf8', Buffer.alloc(1_000_000, 0xff)],
  ['a body in gzip', 'not-utf8', Buffer.from('1f8b08000000000000ffabae0500b0dd1e0202000000', 'hex')],
  ['null', 'schema', 'null'],
  ['a list', 'schema', '[]'],
  ['a number', 'schema', '1'],
  ['a string', 'schema', '"x"'],
  ['nothing of it', 'schema', '{}'],
  ['wrong types', 'schema', '{"orderId":7,"lines":{},"reason":[],"service":null}'],
  ['an id of 1e999', 'schema', '{"orderId":1e999}'],
  ['an id of 10 kB', 'schema', JSON.stringify({ orderId: 'x'.repeat(10_000) })],
  ['a string of 1 MB', 'schema', JSON.stringify({ orderId: 'x'.repeat(1_000_000) })],
  ['a name of 1 MB', 'schema', JSON.stringify({ ['x'.repeat(1_000_000)]: 1 })],
  ['the id twice', 'schema', '{"orderId":"7f3f1c52-1d0f-4a5e-9d53-0d0c1f2e3a4b","orderId":1}'],
  ['half a million lines', 'schema', `{"lines":[${'0,'.repeat(500_000)}0]}`],
  [
    'a hundred thousand fields',
    'schema',
    JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, place) => [`f${place}`, 0]))),
  ],
  ['33 levels', 'schema', nested(33)],
  ['100,000 levels', 'schema', nested(100_000)],
  ['250,000 levels of lists', 'schema', '['.repeat(250_000) + ']'.repeat(250_000)],
  ['__proto__', 'schema', '{"__proto__":{"polluted":true}}'],
  ['__proto__, escaped', 'schema', '{"__pr\\u006fto__":{"polluted":true}}'],
  ['constructor', 'schema', '{"constructor":{"prototype":{"polluted":true}}}'],
  ['prototype, deeper', 'schema', '{"lines":[{"prototype":{"polluted":true}}]}'],
  ['fifty thousand times __proto__', 'schema', `[${'{"__proto__":0},'.repeat(50_000)}0]`],
  ['U+0000 in a string', 'schema', '{"orderId":"a\\u0000"}'],
  ['U+0000 in a name', 'schema', '{"a\\u0000":1}'],
  ['half of a surrogate pair, escaped', 'schema', '{"orderId":"\\ud800"}'],
];

const facts: readonly (readonly [name: string, code: BadMessage['code'], value: string | Buffer])[] = [
  ['empty facts', 'facts', ''],
  ['half of the facts', 'facts', '{'],
  ['facts that are a list', 'facts', '[]'],
  ['facts that are null', 'facts', 'null'],
  ['facts that are a string', 'facts', '"{}"'],
  ['facts over 128 KiB', 'facts', JSON.stringify({ a: 'x'.repeat(128 * 1024) })],
  ['facts of 1 MB', 'facts', 'x'.repeat(1_000_000)],
  ['facts of 1,000 levels', 'facts', nested(1_000)],
  ['facts of 60,000 open brackets', 'facts', '['.repeat(60_000)],
  ['facts with __proto__', 'facts', '{"__proto__":{"polluted":true}}'],
  ['facts with constructor', 'facts', '{"a":{"constructor":{"prototype":{"polluted":true}}}}'],
  ['facts with U+0000', 'facts', '{"a":["\\u0000"]}'],
  ['facts with half of a surrogate pair', 'facts', '{"a":"\\udfff"}'],
  ['facts that are not UTF-8', 'not-utf8', Buffer.from([0x7b, 0xc3, 0x28, 0x7d])],
];

/** What can be wrong with the body. */
export const badBodies: readonly BadMessage[] = bodies.map(([name, code, value]) => ({ name, code, change: { value } }));
/** What can be wrong with what the saga knows. */
export const badFacts: readonly BadMessage[] = facts.map(([name, code, ce_facts]) => ({ name, code, change: { headers: { ce_facts } } }));
