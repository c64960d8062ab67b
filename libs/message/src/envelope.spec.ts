import fc from 'fast-check';
import { v5 } from 'uuid';
import { decode, headerOf, Malformed, type ReceivedMessage } from './decode';
import { encode, type Envelope, maxHops, Unsendable } from './envelope';
import { factsAfter, factsBytes, FactsTooBig, maxFactsBytes } from './facts';
import { derivedId } from './ids';
import type { MessageClass } from './message';
import { dataschemaOf, topicOf, wireName } from './names';
import { fieldsOf } from './schema';
import { AskHold, BasketPacked, GoodsHeld, GoodsMissing, GoodsPutBack, HoldGoods, PutGoodsBack } from './shop.fixture';

const basketId = '0b9c1e1a-6f0e-4d57-9d0f-3f6f3b1c9a11';
const body = { basketId, items: [{ sku: 'tea', quantity: 2 }] };
const envelope: Omit<Envelope, 'dataschema'> = {
  id: 'm-1',
  type: 'shop.BasketPacked',
  source: '/shop',
  time: '2025-01-02T03:04:05.678Z',
  process: 'pack-basket',
  saga: basketId,
  style: 'choreography',
  hop: 0,
  seq: 1,
  facts: body,
  void: false,
  body,
};

interface Change {
  readonly key?: string | null;
  readonly value?: string | Buffer | null;
  readonly headers?: Readonly<Record<string, string | Buffer | null | readonly Buffer[] | undefined>>;
}
/** A good message as it comes from the broker, but for the change. */
function received({ key, value, headers = {} }: Change = {}): ReceivedMessage {
  const wire = encode(envelope, BasketPacked);
  const bytes = (text: string | Buffer | null): Buffer | null => (typeof text === 'string' ? Buffer.from(text) : text);
  return {
    topic: wire.topic,
    key: bytes(key === undefined ? wire.key : key),
    value: bytes(value === undefined ? wire.value : value),
    headers: Object.fromEntries<Buffer | null | readonly Buffer[] | undefined>(
      Object.entries({ ...wire.headers, ...headers }).map(([name, text]) => [name, typeof text === 'string' ? Buffer.from(text) : text]),
    ),
  };
}
function refusal(change: Change, cls: MessageClass = BasketPacked): { code: string; text: string } {
  try {
    decode(received(change), cls);
  } catch (error) {
    if (error instanceof Malformed) return { code: error.code, text: error.text };
    throw error;
  }
  return { code: 'none', text: 'it was accepted' };
}
const notUtf8 = Buffer.from([0x7b, 0xff, 0x7d]);
const nested = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);

describe('a message that cannot be read says why', () => {
  test.each<[string, Change, string, string]>([
    ['no type', { headers: { ce_type: undefined } }, 'no-type', 'it has no header ce_type'],
    ['two types', { headers: { ce_type: [Buffer.from('a'), Buffer.from('b')] } }, 'no-type', 'or more than one'],
    ['another type', { headers: { ce_type: 'shop.HoldGoods' } }, 'no-type', 'ce_type is shop.HoldGoods and not shop.BasketPacked'],
    ['no body', { value: null }, 'not-json', 'it has no body'],
    ['an empty body', { value: '' }, 'not-json', 'the body is not JSON'],
    ['half a body', { value: '{"basketId":' }, 'not-json', 'the body is not JSON'],
    ['a body that is not UTF-8', { value: notUtf8 }, 'not-utf8', 'the body is not UTF-8'],
    ['a header that is not UTF-8', { headers: { ce_id: notUtf8 } }, 'not-utf8', 'the header ce_id is not UTF-8'],
    [
      'a header that came twice',
      { headers: { ce_id: [Buffer.from('a'), Buffer.from('b')] } },
      'header',
      'the header ce_id came more than once',
    ],
    [
      'a header that may be absent but came twice',
      { headers: { ce_void: [Buffer.from('1'), Buffer.from('1')] } },
      'header',
      'ce_void came more than once',
    ],
    ['a header without a value', { headers: { ce_id: null } }, 'header', 'the header ce_id has no value'],
    ['a type without a value', { headers: { ce_type: null } }, 'no-type', 'it has no header ce_type'],
    ['no id', { headers: { ce_id: undefined } }, 'header', 'the header ce_id is missing'],
    ['an empty id', { headers: { ce_id: '' } }, 'header', 'the header ce_id is empty'],
    ['an id too long for an index', { headers: { ce_id: 'x'.repeat(257) } }, 'header', 'ce_id is longer than 256 characters'],
    ['an id with U+0000', { headers: { ce_id: 'a\0' } }, 'header', 'ce_id holds a control character'],
    ['no content type', { headers: { 'content-type': undefined } }, 'header', 'content-type is missing'],
    ['another content type', { headers: { 'content-type': 'application/avro' } }, 'header', 'content-type must be application/json'],
    ['another CloudEvents', { headers: { ce_specversion: '0.3' } }, 'header', 'ce_specversion must be 1.0 and is "0.3"'],
    ['no time', { headers: { ce_time: undefined } }, 'header', 'ce_time is missing'],
    ['a time of no day', { headers: { ce_time: '2025-13-01T00:00:00Z' } }, 'header', 'ce_time must be an instant'],
    ['the 30th of February', { headers: { ce_time: '2025-02-30T00:00:00Z' } }, 'header', 'ce_time must be an instant'],
    ['a time further from Greenwich than PostgreSQL knows', { headers: { ce_time: '2025-01-02T00:00:00+23:59' } }, 'header', 'ce_time'],
    [
      'a time with a fraction longer than PostgreSQL reads',
      { headers: { ce_time: `2025-01-02T00:00:00.${'0'.repeat(200)}Z` } },
      'header',
      'ce_time',
    ],
    ['a time in words', { headers: { ce_time: 'yesterday' } }, 'header', 'ce_time must be an instant'],
    ['no process', { headers: { ce_process: undefined } }, 'header', 'ce_process is missing'],
    ['no hop', { headers: { ce_hop: undefined } }, 'header', 'ce_hop is missing'],
    ...['-1', '1.5', '01', '1e1', '', ' 1', '9007199254740992', 'NaN'].map((hop): [string, Change, string, string] => [
      `the hop ${JSON.stringify(hop)}`,
      { headers: { ce_hop: hop } },
      'header',
      'the header ce_hop',
    ]),
    ['a seq that is no integer', { headers: { ce_seq: 'one' } }, 'header', 'ce_seq must be an integer from 0 to 2^53 − 1 and is "one"'],
    ['a process version that is none', { headers: { ce_processversion: 'v1' } }, 'header', 'ce_processversion must be an integer'],
    [
      'a loop',
      { headers: { ce_hop: String(maxHops + 1) } },
      'hops',
      '65 messages lie between the start of the saga and this one; more than 64',
    ],
    ['an unknown style', { headers: { ce_style: 'jazz' } }, 'style', 'the style "jazz" is not known here; known is choreography'],
    ['done by hand, without what came of it', { headers: { ce_ask: 'settled' } }, 'header', 'ce_settlement is missing'],
    [
      'done by hand, and nobody says by whom',
      { headers: { ce_ask: 'settled', ce_settlement: '{"outcome":"a.B","body":{},"note":""}' } },
      'header',
      'actor',
    ],
    ['done by hand, with what is no JSON', { headers: { ce_ask: 'settled', ce_settlement: '{' } }, 'header', 'ce_settlement is not JSON'],
    ['an unknown ask', { headers: { ce_ask: 'please' } }, 'header', 'ce_ask must be again or now or settled'],
    ['an unknown void', { headers: { ce_void: 'true' } }, 'header', 'ce_void must be 1'],
    [
      'a later version of its schema',
      { headers: { ce_dataschema: '/shop/BasketPacked/2' } },
      'version',
      'this reader knows /shop/BasketPacked/1 only',
    ],
    ['no key', { key: null }, 'subject', 'it has no key'],
    ['the key of another saga', { key: 'other' }, 'subject', 'its key is not the saga'],
    ['the subject of another saga', { headers: { ce_subject: 'other' } }, 'subject', 'its key is not the saga'],
    ['another correlation id', { headers: { ce_correlationid: 'other' } }, 'subject', 'ce_correlationid is not the saga'],
    ['no facts', { headers: { ce_facts: undefined } }, 'header', 'ce_facts is missing'],
    ['facts that are no JSON', { headers: { ce_facts: '{' } }, 'facts', 'ce_facts is not JSON'],
    ...['[]', 'null', '1', '"x"'].map((facts): [string, Change, string, string] => [
      `the facts ${facts}`,
      { headers: { ce_facts: facts } },
      'facts',
      'ce_facts is not a JSON object',
    ]),
    ['too many facts', { headers: { ce_facts: JSON.stringify({ a: 'x'.repeat(maxFactsBytes) }) } }, 'facts', 'at most 131072 travel'],
    ['facts with U+0000', { headers: { ce_facts: '{"a":["\\u0000"]}' } }, 'facts', 'ce_facts: a/0 holds U+0000'],
    ['facts without a bottom', { headers: { ce_facts: nested(1000) } }, 'facts', 'nested more than 32 deep'],
    [
      'facts with __proto__',
      { headers: { ce_facts: '{"a":{"__proto__":{}}}' } },
      'facts',
      'ce_facts: a/__proto__ is a name that no field may have',
    ],
    ['a body that is a list', { value: '[]' }, 'schema', 'it must be an object'],
    ['a missing field', { value: '{}' }, 'schema', 'basketId is missing; items is missing'],
    [
      'a field that is too small',
      { value: JSON.stringify({ ...body, items: [{ sku: 'tea', quantity: 0 }] }) },
      'schema',
      'the body is no shop.BasketPacked: items/0/quantity must be > 0',
    ],
    ['U+0000 in a string', { value: JSON.stringify({ ...body, note: 'a\0' }) }, 'schema', 'note holds U+0000'],
    ['U+0000 in a field nobody knows', { value: JSON.stringify({ ...body, more: { x: 'a\0' } }) }, 'schema', 'more/x holds U+0000'],
    ['U+0000 in the name of a field', { value: JSON.stringify({ ...body, 'a\0': 1 }) }, 'schema', 'has a name that holds U+0000'],
    [
      'half of a surrogate pair',
      { value: JSON.stringify({ ...body, note: '\ud800' }) },
      'schema',
      'note holds U+0000 or half of a surrogate pair',
    ],
    ['__proto__', { value: '{"__proto__":{"x":1}}' }, 'schema', '__proto__ is a name that no field may have'],
    ['__proto__, escaped', { value: '{"__pr\\u006fto__":{"x":1}}' }, 'schema', '__proto__ is a name that no field may have'],
    ['constructor', { value: '{"items":[{"constructor":1}]}' }, 'schema', 'items/0/constructor is a name that no field may have'],
    ['a body without a bottom', { value: nested(100_000) }, 'schema', 'nested more than 32 deep'],
  ])('%s', (_, change, code, text) => {
    expect(refusal(change)).toEqual({ code, text: expect.stringContaining(text) as string });
  });

  test('a body with hundreds of thousands of faults is looked through to its first', () => {
    const value = `{"basketId":"${basketId}","items":[${'{},'.repeat(600_000)}{}]}`;
    const began = process.cpuUsage();
    expect(refusal({ value })).toEqual({ code: 'schema', text: 'the body is no shop.BasketPacked: items/0/sku is missing' });
    expect(process.cpuUsage(began).user).toBeLessThan(1_000_000);
  });

  test('whatever the bytes: it is read, or refused with a reason, and never anything else', () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      fc.json().map((text) => Buffer.from(text)),
      fc.string({ unit: 'binary', maxLength: 10 }).map((text) => Buffer.from(text)),
    );
    const names = Object.keys(encode(envelope, BasketPacked).headers);
    fc.assert(
      fc.property(
        fc.constantFrom(...names, 'ce_ask', 'ce_void', 'ce_processversion', 'ce_causationid', 'traceparent', 'body', 'key'),
        anything,
        (name, bytes) => {
          const good = received();
          const message =
            name === 'body'
              ? { ...good, value: bytes }
              : name === 'key'
                ? { ...good, key: bytes }
                : { ...good, headers: { ...good.headers, [name]: bytes } };
          try {
            const read = decode(message, BasketPacked);
            // What was read can be sent on.
            encode({ ...envelope, facts: read.facts }, BasketPacked);
          } catch (error) {
            expect(error).toBeInstanceOf(Malformed);
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

describe('a message that can be read', () => {
  test('fields that its class does not know are dropped, at every depth', () => {
    const more = { more: 1, ...body, items: [{ more: 1, sku: 'tea', quantity: 2 }] };
    expect(decode(received({ value: JSON.stringify(more) }), BasketPacked).body).toEqual(body);
  });
  test('null where a field is optional is the same as nothing', () => {
    expect(decode(received({ value: JSON.stringify({ ...body, note: null }) }), BasketPacked).body).toEqual(body);
  });
  test('headers that nobody knows are no reason to refuse it', () => {
    expect(decode(received({ headers: { ce_extra: 'x', other: notUtf8 } }), BasketPacked).id).toBe('m-1');
  });
  test('a header that looks like JSON stays text', () => {
    expect(decode(received({ headers: { ce_id: '{"a":1}' } }), BasketPacked).id).toBe('{"a":1}');
  });
  test('U+FFFD is a character like others, where it was really sent', () => {
    expect(decode(received({ headers: { ce_id: 'a\ufffd' } }), BasketPacked).id).toBe('a\ufffd');
  });
  test.each(['2025-02-28T23:59:59Z', '2024-02-29T00:00:00.123456+01:00'])('the time %s', (time) => {
    expect(decode(received({ headers: { ce_time: time } }), BasketPacked).time).toBe(time);
  });
  test('a trace that cannot be read is no trace', () => {
    expect(decode(received({ headers: { traceparent: 'x' } }), BasketPacked).traceparent).toBeUndefined();
    expect(decode(received({ headers: { traceparent: [Buffer.from('a'), Buffer.from('b')] } }), BasketPacked).traceparent).toBeUndefined();
  });
  test('it is left as it was: who sets it aside has its bytes', () => {
    const message = received({ value: JSON.stringify({ ...body, more: 1 }) });
    const before = { value: message.value!.toString(), headers: Object.keys(message.headers) };
    decode(message, BasketPacked);
    expect({ value: message.value!.toString(), headers: Object.keys(message.headers) }).toEqual(before);
  });
  test('a header is read before the rest of the message, or not at all', () => {
    expect(headerOf(received(), 'ce_type')).toBe('shop.BasketPacked');
    expect(headerOf(received({ headers: { ce_type: undefined } }), 'ce_type')).toBeUndefined();
    expect(headerOf(received({ headers: { ce_type: notUtf8 } }), 'ce_type')).toBeUndefined();
    expect(headerOf(received({ headers: { ce_type: [Buffer.from('a')] } }), 'ce_type')).toBeUndefined();
  });
});

describe('a message that nobody could read is not sent', () => {
  test('a body that is not as its class says', () => {
    const attempt = () => encode({ ...envelope, body: { ...body, items: [] } }, BasketPacked);
    expect(attempt).toThrow(Unsendable);
    expect(attempt).toThrow('this shop.BasketPacked would be refused by everybody: items must have at least 1 item');
  });
  test('U+0000 in a body', () => {
    expect(() => encode({ ...envelope, body: { ...body, note: '\0' } }, BasketPacked)).toThrow(Unsendable);
  });
  test('facts over 128 KiB, counted in bytes', () => {
    const facts = { text: 'é'.repeat(maxFactsBytes / 2) };
    expect(() => encode({ ...envelope, facts }, BasketPacked)).toThrow(FactsTooBig);
    const fitting = { text: `x${'é'.repeat((maxFactsBytes - factsBytes({ text: 'x' })) / 2)}` };
    expect(factsBytes(fitting)).toBe(maxFactsBytes);
    expect(encode({ ...envelope, facts: fitting }, BasketPacked).headers['ce_facts']).toBe(JSON.stringify(fitting));
  });
  test('fields that its class does not know stay at home', () => {
    expect(encode({ ...envelope, body: { ...body, secret: 1 } }, BasketPacked).value).toBe(JSON.stringify(body));
  });
});

describe('what a saga knows', () => {
  const facts = { basketId, total: 1 };
  test('the success of an action adds its fields', () => {
    expect(factsAfter(facts, HoldGoods, GoodsHeld, { basketId, shelf: 'A', more: 1 })).toEqual({ basketId, total: 1, shelf: 'A' });
  });
  test('a refusal, an undo and a cancel question add nothing', () => {
    expect(factsAfter(facts, HoldGoods, GoodsMissing, { basketId, reason: { code: 'a', text: 'b' } })).toBe(facts);
    expect(factsAfter(facts, PutGoodsBack, GoodsPutBack, { basketId })).toBe(facts);
    expect(factsAfter(facts, AskHold, GoodsPutBack, { basketId })).toBe(facts);
  });
});

describe('names and ids', () => {
  test('a message is named once: type, topic and schema follow', () => {
    expect([wireName(HoldGoods), topicOf(HoldGoods), dataschemaOf(HoldGoods)]).toEqual([
      'shop.HoldGoods',
      'shop.commands',
      '/shop/HoldGoods/1',
    ]);
    expect([wireName(GoodsPutBack), topicOf(GoodsPutBack), dataschemaOf(GoodsPutBack)]).toEqual([
      'shop.GoodsPutBack',
      'shop.events',
      '/shop/GoodsPutBack/2',
    ]);
    expect(fieldsOf(BasketPacked)).toEqual(['basketId', 'items', 'note']);
  });
  test('a derived id is a UUIDv5 of cause, type and index', () => {
    const id = derivedId('cause', 'shop.GoodsHeld', 1);
    expect(id).toBe(v5('cause\nshop.GoodsHeld\n1', '5d4d8e0a-6c0b-4c1f-9a3e-1f2b7c6d8e90'));
    expect(
      new Set([
        id,
        derivedId('cause', 'shop.GoodsHeld', 2),
        derivedId('cause', 'shop.GoodsHeldx', 1),
        derivedId('causex', 'shop.GoodsHeld', 1),
      ]).size,
    ).toBe(4);
  });
});
