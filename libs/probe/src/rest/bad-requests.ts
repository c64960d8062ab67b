import { gzipSync } from 'node:zlib';
import { nested } from '../bad/bodies';
import type { RawRequest } from './exchange';
import { type Route, rightRequest } from './routes';

/** A request that is right but for one thing. */
export interface BadRequest {
  readonly name: string;
  /** The statuses that may answer it: some things are found out only after others. Undefined: it is odd, and may be taken. */
  readonly statuses?: readonly number[];
  readonly request: RawRequest;
}

/** By its place in the request: undefined where a route has no such place. */
type Kind = (route: Route) => BadRequest[];

const withBody = (
  route: Route,
  body: string | Buffer,
  more: readonly (readonly [string, string])[] = [],
  type = 'application/json',
): RawRequest => {
  const { headers, ...right } = rightRequest(route);
  const others = headers.filter(([name]) => name !== 'Content-Type');
  return { ...right, headers: [...others, ...(type === '' ? [] : [['Content-Type', type] as const]), ...more], body: Buffer.from(body) };
};
const chunked = [['Transfer-Encoding', 'chunked']] as const;
const proto = '{"__proto__":{"polluted":true}}';

/** What is looked at before anybody knows whether the route takes a body at all. */
const unread: Kind = (route) =>
  [
    ['no JSON', 400, withBody(route, 'this is not JSON')],
    ['half a body', 400, withBody(route, '{"a":')],
    ['NaN', 400, withBody(route, '{"a":NaN}')],
    ['a byte order mark and nothing else', 400, withBody(route, '\ufeff')],
    ['no UTF-8', 400, withBody(route, Buffer.from([0x7b, 0xff, 0x7d]))],
    ['UTF-16', 400, withBody(route, Buffer.from('{"a":1}', 'utf16le'))],
    ['half of a surrogate pair, in bytes', 400, withBody(route, Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]))],
    ['30,000 open brackets', 400, withBody(route, '['.repeat(30_000))],
    ['a string', 422, withBody(route, '"x"')],
    ['1e999', 422, withBody(route, '1e999')],
    ['null', 422, withBody(route, 'null')],
    ['no type', 415, withBody(route, '{}', [], '')],
    ['text', 415, withBody(route, '{}', [], 'text/plain')],
    ['a form', 415, withBody(route, 'a=1', [], 'application/x-www-form-urlencoded')],
    ['parts', 415, withBody(route, '--x--', [], 'multipart/form-data; boundary=x')],
    ['another charset', 415, withBody(route, '{}', [], 'application/json; charset=utf-16')],
    ['a type that looks like JSON', 415, withBody(route, '{}', [], '{"type":"application/json"}')],
    ['gzip', 415, withBody(route, gzipSync('{}'), [['Content-Encoding', 'gzip']])],
    ['a gzip bomb', 415, withBody(route, (bomb ??= gzipSync(Buffer.alloc(40 * 1_048_576))), [['Content-Encoding', 'gzip']])],
    ['a body of 65 KiB', 413, withBody(route, `"${'x'.repeat(65 * 1_024)}"`)],
    ['a body of 300 kB', 413, withBody(route, `"${'x'.repeat(300_000)}"`)],
    ['a body said to have a terabyte', 413, withBody(route, '{', [['Content-Length', '1000000000000']])],
    ['a chunk of 65 KiB', 413, withBody(route, `10400\r\n${'x'.repeat(0x10400)}\r\n0\r\n\r\n`, chunked)],
    ['a chunk of no length', 400, withBody(route, 'zz\r\n{}\r\n0\r\n\r\n', chunked)],
    [
      'two lengths',
      400,
      withBody(route, '{}', [
        ['Content-Length', '2'],
        ['Content-Length', '3'],
      ]),
    ],
    ['a length that is none', 400, withBody(route, '{}', [['Content-Length', '2e0']])],
    ['a length and chunks', 400, withBody(route, '0\r\n\r\n', [['Content-Length', '2'], ...chunked])],
  ].map(([what, status, request]) => ({ name: `body: ${what as string}`, statuses: [status as number], request: request as RawRequest }));
let bomb: Buffer | undefined;

/** Where a class says what the body must be. */
const refused: Kind = (route) => {
  if (route.body === undefined) return [];
  const bodies: [string, string][] = [
    ['a list', '[]'],
    ['32,000 levels', '['.repeat(32_000) + ']'.repeat(32_000)],
    ['9,000 levels', nested(9_000)],
    ['__proto__', proto],
    ['__proto__, escaped', proto.replace('proto', 'pr\\u006fto')],
    ['constructor', '{"constructor":{"prototype":{"polluted":true}}}'],
    ['U+0000', '{"text":"\\u0000","note":"\\u0000","name":"\\u0000","customerId":"\\u0000","since":"\\u0000"}'],
    ['half of a surrogate pair', '{"text":"\\ud800","note":"\\ud800","name":"\\ud800","customerId":"\\ud800","since":"\\ud800"}'],
    ['a field that nobody knows', '{"nobodyKnows":1}'],
    ['five thousand fields', JSON.stringify(Object.fromEntries(Array.from({ length: 5_000 }, (_, place) => [`f${place}`, 0])))],
    ['twenty thousand empty lines', `{"lines":[${'{},'.repeat(20_000)}{}]}`],
    ...Object.entries(route.body as object).flatMap(([field, right]) =>
      wrongFor(right).map((text): [string, string] => [`${field} is ${text}`, twice(route.body as object, field, text)]),
    ),
  ];
  return [
    { name: 'body: none', statuses: [400], request: bodiless(route) },
    ...bodies.map(([what, text]) => ({ name: `body: ${what}`, statuses: [422], request: withBody(route, text) })),
  ];
};

/** What a field never wants that has such a value when it is right. */
const wrongFor = (right: unknown): string[] =>
  Array.isArray(right)
    ? ['1', '{}', '"x"', 'null']
    : typeof right === 'object'
      ? ['1', '[]', '"x"', 'null']
      : ['{}', '[]', '1e999', '-0.5', 'null'];
/** The field right, and then as it is said: the second counts. */
const twice = (body: object, field: string, text: string): string =>
  `${JSON.stringify(body).slice(0, -1)},${JSON.stringify(field)}:${text}}`;
const bodiless = (route: Route): RawRequest => {
  const { method, path, headers } = rightRequest(route);
  return { method, path, headers: headers.filter(([name]) => name !== 'Content-Type') };
};

const paths: readonly (readonly [name: string, text: string, statuses: readonly number[]])[] = [
  ['U+0000', '%00', [404, 422]],
  ['a null byte in a name', 'a%00b', [404, 422]],
  ['a broken percent sign', '%', [400]],
  ['half of a percent sign', '%f', [400]],
  ['no UTF-8', '%ff%fe', [400]],
  ['half of a surrogate pair', '%ed%a0%80', [400]],
  ['a slash, encoded', '..%2f..%2fetc', [404, 422]],
  ['__proto__', '__proto__', [404, 422]],
  ['constructor', 'constructor', [404]],
  ['JSON', '%7B%22a%22%3A1%7D', [404, 422]],
  ['SQL', "'%3B%20drop%20table%20orders%3B--", [404, 422]],
  ['10 kB', 'x'.repeat(10_000), [404, 422]],
  ['20 kB', 'x'.repeat(20_000), [431]],
];
const badPaths: Kind = (route) =>
  route.inPath.length === 0
    ? []
    : paths.map(([what, inPath, statuses]) => ({
        name: `path: ${what}`,
        // A word for a product that does not exist is one that can be made.
        ...(!(what === 'constructor' && route.method === 'PUT') && { statuses }),
        request: rightRequest(route, { inPath }),
      }));

const queries = [
  '',
  '%00',
  '%ff',
  '%',
  'x',
  '-1',
  '0',
  '1e999',
  '9007199254740993',
  '__proto__',
  '{"a":1}',
  "'--",
  'x'.repeat(5_000),
  '%ed%a0%80',
];
const badQueries: Kind = (route) => [
  ...route.inQuery.flatMap((name) => [
    ...queries.map((text) => ({ name: `query: ${name} is ${text.slice(0, 20)}`, request: asked(route, `${name}=${text}`) })),
    { name: `query: ${name} twice`, request: asked(route, `${name}=1&${name}=2`) },
    { name: `query: ${name} twice, with U+0000`, request: asked(route, `${name}=a%00&${name}=b`) },
    { name: `query: ${name} in brackets`, request: asked(route, `${name}[a]=1&${name}[__proto__]=2`) },
  ]),
  ...route.inQuery
    .filter((name) => ['limit', 'cursor'].includes(name))
    .flatMap((name) =>
      ['garbage', '-1', '1.5', '1e3', '', '99999999999999999', '%00'].map((text) => ({
        name: `query: ${name} is no number but ${text}`,
        statuses: [400],
        request: asked(route, `${name}=${text}`),
      })),
    ),
  { name: 'query: __proto__', request: asked(route, '__proto__=1&constructor=2&__proto__[polluted]=1') },
  { name: 'query: 2,000 names', request: asked(route, Array.from({ length: 2_000 }, (_, place) => `a${place}`).join('&')) },
  { name: 'query: 20 kB', statuses: [431], request: asked(route, 'x'.repeat(20_000)) },
];
const asked = (route: Route, query: string): RawRequest => {
  const right = rightRequest(route);
  return { ...right, path: `${right.path}?${query}` };
};

const badHeaders: Kind = (route) => {
  const right = rightRequest(route);
  const instead = (name: string, ...values: string[]): RawRequest => ({
    ...right,
    headers: [...right.headers.filter(([other]) => other !== name), ...values.map((value) => [name, value] as const)],
  });
  const more = (...headers: (readonly [string, string])[]): RawRequest => ({ ...right, headers: [...right.headers, ...headers] });
  const known: Readonly<Record<string, readonly string[]>> = {
    'Idempotency-Key': ['', 'x', '{"a":1}', '[]', 'x'.repeat(10_000), '\u00ff\u00fe', '__proto__'],
    'X-Actor': ['', '   ', 'x'.repeat(101), 'x'.repeat(10_000), '\u0080', '\t', '\u007f'],
  };
  return [
    ...Object.entries(known)
      .filter(([name]) => route.inHeader.includes(name))
      .flatMap(([name, values]) => [
        { name: `header: no ${name}`, ...(route.neededHeaders.includes(name) && { statuses: [400] }), request: instead(name) },
        ...values.map((value) => ({
          name: `header: ${name} is ${JSON.stringify(value.slice(0, 20))}`,
          statuses: [400],
          request: instead(name, value),
        })),
      ]),
    ...(route.inHeader.includes('Prefer')
      ? ['wait=1e999', 'wait=-1', 'wait=', 'wait=99999999999999999999', 'x'.repeat(5_000), ';;;,,,', 'wait="'].map((value) => ({
          name: `header: Prefer is ${value.slice(0, 20)}`,
          request: instead('Prefer', value),
        }))
      : []),
    { name: 'header: a name of U+0000', statuses: [400], request: more(['a\0b', 'x']) },
    { name: 'header: a value of U+0000', statuses: [400], request: more(['a', 'x\0y']) },
    { name: 'header: a line that is none', statuses: [400], request: more(['a b c', 'x']) },
    { name: 'header: 20 kB', statuses: [431], request: more(['a', 'x'.repeat(20_000)]) },
    {
      name: 'header: three thousand',
      statuses: [431],
      request: more(...Array.from({ length: 3_000 }, (_, place) => [`x-${place}`, 'a'] as const)),
    },
    { name: 'header: named as what every object has', request: more(['__proto__', 'a'], ['constructor', 'a'], ['toString', 'a']) },
    {
      name: 'header: accepts nothing that there is',
      request: more(['Accept', 'image/x-nothing'], ['Accept-Encoding', 'x'], ['Accept-Language', '\u00ff']),
    },
    { name: 'header: a trace of nonsense', request: more(['traceparent', '00-'.repeat(1_000)], ['tracestate', '\u00ff,=,=,']) },
    { name: 'header: expects the impossible', statuses: [417], request: more(['Expect', 'the-impossible']) },
    { name: 'header: two hosts', request: more(['Host', 'a'], ['Host', 'b']) },
  ];
};

const badMethods: Kind = (route) => [
  ...['DELETE', 'PATCH', 'PROPFIND', 'TRACE'].map((method) => ({
    name: `method: ${method}`,
    statuses: [404, 405],
    request: { method, path: rightRequest(route).path, headers: [] },
  })),
  { name: 'method: BREW', statuses: [400], request: { ...rightRequest(route), method: 'BREW' } },
  { name: 'method: get', statuses: [400], request: { ...rightRequest(route), method: 'get' } },
];

/** Every bad request that there is to a route. */
export const badRequests = (route: Route): BadRequest[] =>
  [unread, refused, badPaths, badQueries, badHeaders, badMethods].flatMap((kind) => kind(route));
