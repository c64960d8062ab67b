import {
  checkOf,
  type CommandClass,
  encode,
  factsBytes,
  maxFactsBytes,
  type MessageClass,
  schemaOf,
  topicOf,
  wireName,
} from '@duet/message';
import * as contracts from './index';
import { maxLines, maxQuantity, OrderPlaced, ReserveStock, ShipOrder } from './index';

const isClass = (exported: unknown): exported is MessageClass => typeof exported === 'function' && 'kind' in exported;
const messages = Object.values<unknown>(contracts).filter(isClass);
const commands = messages.filter((message): message is CommandClass => message.kind === 'command');

const orderId = '0b9c1e1a-6f0e-4d57-9d0f-3f6f3b1c9a11';
const placed = {
  orderId,
  customerId: 'c-42',
  lines: [{ sku: 'espresso-beans', quantity: 2, price: 1290 }],
  total: 2580,
  currency: 'CHF',
  paymentMethod: 'card_ok',
  shipTo: { country: 'CH', postalCode: '8001' },
};
const check = checkOf(OrderPlaced, { unknownFields: 'refused' });
const lines = (n: number) => Array.from({ length: n }, (_, index) => ({ sku: `sku-${index}`, quantity: 1, price: 1 }));

describe('the messages of the order business', () => {
  test.each(messages.map((message) => [wireName(message), message] as const))(
    '%s has a schema, and says which order it is about',
    (_, message) => {
      expect(schemaOf(message).required).toContain('orderId');
    },
  );
  test('a name is given once', () => {
    expect(new Set(messages.map(wireName)).size).toBe(messages.length);
    expect(messages.every((message) => message.name === message.type)).toBe(true);
  });
  test.each(commands.map((command) => [wireName(command), command] as const))('%s is answered by its own context', (_, command) => {
    for (const answer of [command.ok, command.fail]) if (answer) expect(topicOf(answer)).toBe(`${command.context}.events`);
  });
  test('every step before the pivot can be undone, the pivot can be asked about, what comes after cannot be refused', () => {
    const way = (command: CommandClass) =>
      'undoes' in command ? { undoes: command.undoes } : 'cancels' in command ? { cancels: command.cancels } : {};
    expect(Object.fromEntries(commands.map((command) => [command.type, { fail: command.fail?.type, ...way(command) }]))).toEqual({
      ReserveStock: { fail: 'StockRejected' },
      ReleaseStock: { undoes: contracts.ReserveStock },
      IssueStock: {},
      ProcessPayment: { fail: 'PaymentFailed' },
      RefundPayment: { undoes: contracts.ProcessPayment },
      ShipOrder: { fail: 'ShipmentFailed' },
      CancelShipment: { fail: 'CancellationRefused', cancels: ShipOrder },
      ConfirmOrder: {},
      RejectOrder: {},
    });
  });
});

describe('the limits of an order', () => {
  test('an order as it should be', () => {
    expect(check(placed)).toEqual([]);
  });
  test('1 to 1,000 lines', () => {
    expect(check({ ...placed, lines: lines(maxLines) })).toEqual([]);
    expect(check({ ...placed, lines: [] })).toEqual([{ path: '/lines', text: 'lines must have at least 1 item' }]);
    expect(check({ ...placed, lines: lines(maxLines + 1) })).toEqual([{ path: '/lines', text: 'lines must have at most 1000 items' }]);
  });
  test.each([1, maxQuantity])('quantity %d is accepted', (quantity) => {
    expect(check({ ...placed, lines: [{ sku: 'a', quantity, price: 1 }] })).toEqual([]);
  });
  test.each([0, -1, 1.5, '2', maxQuantity + 1, 1e9, null])('quantity %j is refused', (quantity) => {
    expect(check({ ...placed, lines: [{ sku: 'a', quantity, price: 1 }] })).toEqual([
      expect.objectContaining({ path: '/lines/0/quantity' }),
    ]);
  });
  test('totals up to 2^53 − 1, never negative', () => {
    expect(check({ ...placed, total: Number.MAX_SAFE_INTEGER })).toEqual([]);
    expect(check({ ...placed, total: Number.MAX_SAFE_INTEGER + 1 })).not.toEqual([]);
    expect(check({ ...placed, total: -1 })).not.toEqual([]);
  });
  test.each(['', 'Espresso', '-a', 'a-', 'a b', 'a'.repeat(65), 'é'])('the sku %j is refused', (sku) => {
    expect(check({ ...placed, lines: [{ sku, quantity: 1, price: 1 }] })).toEqual([expect.objectContaining({ path: '/lines/0/sku' })]);
  });
  test.each(['ch', 'CHE', '', 'C1'])('the country %j is refused', (country) => {
    expect(check({ ...placed, shipTo: { country, postalCode: '1' } })).toEqual([expect.objectContaining({ path: '/shipTo/country' })]);
  });
  test('the longest order that there can be fits into the facts', () => {
    const longest = Array.from({ length: maxLines }, () => ({ sku: 'a'.repeat(64), quantity: maxQuantity, price: 999_999_999 }));
    expect(factsBytes({ ...placed, lines: longest })).toBeLessThan(maxFactsBytes);
  });
  test('ReserveStock has no use for prices, and does not send them', () => {
    const envelope = {
      id: 'm',
      type: '',
      source: '/o',
      time: '2025-01-01T00:00:00Z',
      process: 'p',
      saga: orderId,
      style: 'choreography',
      hop: 0,
      seq: 1,
      facts: placed,
      void: false,
      body: placed,
    } as const;
    expect(JSON.parse(encode(envelope, ReserveStock).value)).toEqual({ orderId, lines: [{ sku: 'espresso-beans', quantity: 2 }] });
  });
});
