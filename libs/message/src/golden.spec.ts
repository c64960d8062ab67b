import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode, type ReceivedMessage } from './decode';
import { encode, type Envelope, type WireMessage } from './envelope';
import type { MessageClass } from './message';
import { BasketPacked, GoodsMissing, HoldGoods, PutGoodsBack } from './shop.fixture';

/** A message as text: topic, key and headers, one line each, an empty line, the body. Every byte of it is pinned: readers of yesterday and tomorrow share it. */
const asText = ({ topic, key, headers, value }: WireMessage): string =>
  [`topic: ${topic}`, `key: ${key}`, ...Object.entries(headers).map(([name, text]) => `${name}: ${text}`), '', value, ''].join('\n');

const golden = (name: string): string => readFileSync(join(__dirname, 'golden', `${name}.txt`), 'utf8');

function fromText(text: string): ReceivedMessage {
  const [head = '', value = ''] = text.split('\n\n');
  const [topic, key, ...headers] = head
    .split('\n')
    .map((line): [string, string] => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]);
  return {
    topic: topic![1],
    key: Buffer.from(key![1]),
    value: Buffer.from(value.slice(0, -1)),
    headers: Object.fromEntries(headers.map(([name, header]) => [name, Buffer.from(header)])),
  };
}

const basketId = '0b9c1e1a-6f0e-4d57-9d0f-3f6f3b1c9a11';
const items = [{ sku: 'tea "Grün" ☕', quantity: 2 }];
const common = {
  source: '/shop',
  time: '2025-01-02T03:04:05.678Z',
  process: 'pack-basket',
  saga: basketId,
  style: 'choreography',
  facts: { basketId, items },
  void: false,
} as const;
const cases: [string, MessageClass, Envelope][] = [
  [
    'event',
    BasketPacked,
    {
      ...common,
      id: '7c0c8f3e-0000-5000-8000-000000000001',
      type: 'shop.BasketPacked',
      hop: 0,
      seq: 1,
      dataschema: '/shop/BasketPacked/1',
      body: { basketId, items },
    },
  ],
  [
    'command',
    HoldGoods,
    {
      ...common,
      id: '7c0c8f3e-0000-5000-8000-000000000002',
      type: 'shop.HoldGoods',
      source: '/orchestrator',
      hop: 1,
      seq: 1,
      causation: '7c0c8f3e-0000-5000-8000-000000000001',
      processVersion: 3,
      ask: 'again',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      dataschema: '/shop/HoldGoods/1',
      body: { basketId, items },
    },
  ],
  [
    'undo',
    PutGoodsBack,
    {
      ...common,
      id: '7c0c8f3e-0000-5000-8000-000000000003',
      type: 'shop.PutGoodsBack',
      source: '/orchestrator',
      hop: 2,
      seq: 2,
      causation: '7c0c8f3e-0000-5000-8000-000000000002',
      processVersion: 3,
      dataschema: '/shop/PutGoodsBack/1',
      body: { basketId },
    },
  ],
  [
    'settled',
    PutGoodsBack,
    {
      ...common,
      id: '7c0c8f3e-0000-5000-8000-000000000005',
      type: 'shop.PutGoodsBack',
      source: '/orchestrator',
      style: 'hybrid',
      hop: 2,
      seq: 3,
      causation: '7c0c8f3e-0000-5000-8000-000000000002',
      processVersion: 3,
      ask: 'settled',
      settlement: { outcome: 'shop.GoodsPutBack', body: { basketId }, actor: 'Zoë', note: 'carried back by hand' },
      dataschema: '/shop/PutGoodsBack/1',
      body: { basketId },
    },
  ],
  [
    'void-event',
    GoodsMissing,
    {
      ...common,
      id: '7c0c8f3e-0000-5000-8000-000000000004',
      type: 'shop.GoodsMissing',
      hop: 3,
      seq: 3,
      causation: '7c0c8f3e-0000-5000-8000-000000000002',
      void: true,
      dataschema: '/shop/GoodsMissing/1',
      body: { basketId, reason: { code: 'undone', text: 'it had been put back before' } },
    },
  ],
];

describe('the wire is pinned, byte for byte', () => {
  test.each(cases)('%s', (name, cls, envelope) => {
    expect(asText(encode(envelope, cls))).toBe(golden(name));
    expect(decode(fromText(golden(name)), cls)).toEqual(envelope);
  });
});
