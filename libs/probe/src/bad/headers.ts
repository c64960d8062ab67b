import type { BadMessage } from './message';

/** Bytes that are no UTF-8: a stray byte, half of a character, half of a surrogate pair in three bytes, a slash in two. */
const notUtf8 = { stray: [0x7b, 0xff, 0x7d], half: [0xe2, 0x82], surrogate: [0xed, 0xa0, 0x80], overlong: [0xc0, 0xaf] };

/** What every message has; `ce_type` is looked at before all others. */
const required = [
  ...['ce_type', 'ce_specversion', 'ce_id', 'ce_source', 'ce_time', 'ce_subject', 'ce_dataschema', 'content-type', 'ce_correlationid'],
  ...['ce_process', 'ce_style', 'ce_hop', 'ce_seq', 'ce_facts'],
];
const codeOf = (name: string) => (name === 'ce_type' ? 'no-type' : 'header');

const unreadable = Object.entries(notUtf8).map(([what, bytes]): BadMessage => ({
  name: `ce_source is not UTF-8: ${what}`,
  code: 'not-utf8',
  change: { headers: { ce_source: Buffer.from(bytes) } },
}));

const eachOf = required.flatMap((name): BadMessage[] => [
  { name: `${name} is missing`, code: codeOf(name), change: { headers: { [name]: undefined } } },
  { name: `${name} came twice`, code: codeOf(name), change: { headers: { [name]: ['a', 'b'] } } },
  { name: `${name} has no value`, code: codeOf(name), change: { headers: { [name]: null } } },
]);

const numbers = [
  '',
  ' 1',
  '-1',
  '-0',
  '+1',
  '01',
  '1.5',
  '1e1',
  '1e999',
  'NaN',
  '0x1',
  '９',
  '9007199254740992',
  '9007199254740993',
  '{"a":1}',
  '[1]',
];
const noNumbers = ['ce_hop', 'ce_seq', 'ce_processversion'].flatMap((name) =>
  numbers.map((text): BadMessage => ({
    name: `${name} is ${JSON.stringify(text)}`,
    code: 'header',
    change: { headers: { [name]: text } },
  })),
);

const times = [
  ...['', 'yesterday', '0', '2026-13-01T00:00:00Z', '2026-02-30T00:00:00Z', '2026-01-01', '2026-01-01T00:00:00', '2026-01-01T25:00:00Z'],
  ...['2026-01-01T00:00:60Z', '0000-01-01T00:00:00Z', '+012026-01-01T00:00:00Z', '2026-01-01T00:00:00+23:59', 'infinity', 'now'],
  `2026-01-01T00:00:00.${'0'.repeat(180)}Z`,
];
const noTimes = times.map((text): BadMessage => ({
  name: `ce_time is ${JSON.stringify(text)}`,
  code: 'header',
  change: { headers: { ce_time: text } },
}));

const controls = ['\0', 'a\0b', 'a\nb', '\u001b[2J', '\u007f'].map((text): BadMessage => ({
  name: `ce_id is ${JSON.stringify(text)}`,
  code: 'header',
  change: { headers: { ce_id: text } },
}));

const others: readonly BadMessage[] = [
  { name: 'ce_type is not UTF-8', code: 'no-type', change: { headers: { ce_type: Buffer.from(notUtf8.stray) } } },
  {
    name: 'ce_type came fifty thousand times',
    code: 'no-type',
    change: { headers: { ce_type: Array.from({ length: 50_000 }, () => 'a') } },
  },
  { name: 'no headers at all', code: 'no-type', change: { headers: Object.fromEntries(required.map((name) => [name, undefined])) } },
  { name: 'ce_id came fifty thousand times', code: 'header', change: { headers: { ce_id: Array.from({ length: 50_000 }, () => 'a') } } },
  {
    name: 'ten thousand headers that nobody knows, and no ce_id',
    code: 'header',
    change: { headers: { ...Object.fromEntries(Array.from({ length: 10_000 }, (_, place) => [`x-${place}`, 'a'])), ce_id: undefined } },
  },
  {
    name: 'headers named as what every object has, and no ce_id',
    code: 'header',
    change: {
      headers: Object.fromEntries([
        ...['__proto__', 'constructor', 'toString', '', '\0', '1'].map((name) => [name, 'a'] as const),
        ['ce_id', undefined],
      ]),
    },
  },
  { name: 'ce_id is empty', code: 'header', change: { headers: { ce_id: '' } } },
  { name: 'ce_id has 257 characters', code: 'header', change: { headers: { ce_id: 'x'.repeat(257) } } },
  { name: 'ce_id has 10 kB', code: 'header', change: { headers: { ce_id: 'x'.repeat(10_000) } } },
  { name: 'ce_id has 1 MB', code: 'header', change: { headers: { ce_id: 'x'.repeat(1_000_000) } } },
  { name: 'ce_source has 1 MB', code: 'header', change: { headers: { ce_source: '/'.repeat(1_000_000) } } },
  { name: 'ce_causationid has 10 kB', code: 'header', change: { headers: { ce_causationid: 'x'.repeat(10_000) } } },
  { name: 'ce_causationid came twice', code: 'header', change: { headers: { ce_causationid: ['a', 'b'] } } },
  { name: 'ce_specversion is 0.3', code: 'header', change: { headers: { ce_specversion: '0.3' } } },
  { name: 'content-type is another', code: 'header', change: { headers: { 'content-type': 'application/avro' } } },
  { name: 'content-type has another charset', code: 'header', change: { headers: { 'content-type': 'application/json; charset=utf-16' } } },
  { name: 'content-type looks like JSON', code: 'header', change: { headers: { 'content-type': '{"type":"application/json"}' } } },
  { name: 'ce_dataschema is of a later version', code: 'version', change: { headers: { ce_dataschema: '/nobody/Knows/99' } } },
  { name: 'ce_dataschema looks like JSON', code: 'version', change: { headers: { ce_dataschema: '{"__proto__":{"polluted":true}}' } } },
  { name: 'ce_process is not UTF-8', code: 'not-utf8', change: { headers: { ce_process: Buffer.from(notUtf8.stray) } } },
  { name: 'ce_process has 10 kB', code: 'header', change: { headers: { ce_process: 'x'.repeat(10_000) } }, isIgnoredAsEvent: true },
  { name: 'ce_process is empty', code: 'header', change: { headers: { ce_process: '' } }, isIgnoredAsEvent: true },
  ...['tango', '__proto__', 'constructor', 'Choreography', ' choreography', '["choreography"]', '{"style":"hybrid"}'].map(
    (style): BadMessage => ({
      name: `ce_style is ${style}`,
      code: 'style',
      change: { headers: { ce_style: style } },
    }),
  ),
  { name: 'ce_style is empty', code: 'header', change: { headers: { ce_style: '' } } },
  { name: 'ce_hop is 65', code: 'hops', change: { headers: { ce_hop: '65' } } },
  { name: 'ce_hop is 2^53 − 1', code: 'hops', change: { headers: { ce_hop: '9007199254740991' } } },
  { name: 'ce_void is true', code: 'header', change: { headers: { ce_void: 'true' } } },
  { name: 'ce_void came twice', code: 'header', change: { headers: { ce_void: ['1', '1'] } } },
  { name: 'ce_void has no value', code: 'header', change: { headers: { ce_void: null } } },
  { name: 'ce_ask is please', code: 'header', change: { headers: { ce_ask: 'please' } } },
  { name: 'ce_ask has no value', code: 'header', change: { headers: { ce_ask: null } } },
  { name: 'ce_ask came twice', code: 'header', change: { headers: { ce_ask: ['now', 'now'] } } },
  { name: 'settled, and nobody says as what', code: 'header', change: { headers: { ce_ask: 'settled' } } },
  ...['', '{', 'null', '[]', '1', '{"outcome":1}', '{"outcome":"a.B","body":[],"actor":"a"}', '{"__proto__":{"outcome":"a.B"}}'].map(
    (said): BadMessage => ({ name: `settled as ${said}`, code: 'header', change: { headers: { ce_ask: 'settled', ce_settlement: said } } }),
  ),
  {
    name: 'traceparent is nonsense, and ce_seq too',
    code: 'header',
    change: { headers: { traceparent: '00-'.repeat(100_000), ce_seq: 'x' } },
  },
];

/** What can be wrong with the headers, but for the facts. */
export const badHeaders: readonly BadMessage[] = [...eachOf, ...unreadable, ...noNumbers, ...noTimes, ...controls, ...others];
