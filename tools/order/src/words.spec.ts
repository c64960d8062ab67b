import type { Message, Told } from './tale.mjs';
import { comparison, endLines, messageLine, money, orderLine, paintWith, refusalOf } from './words.mjs';

const escape = '\u001b';
const plainly = paintWith(false);
const event = (type: string, more: Partial<Message> = {}): Message => ({
  ...{ id: type, type, kind: 'event', service: type.split('.')[0] ?? '', hop: 0, at: '2026-01-01T12:00:00.000Z' },
  ...more,
});
const placed = event('order.OrderPlaced');
const told = (message: Message, more: Partial<Told> = {}): Told => ({ message, depth: 0, cause: undefined, sinceMs: 0, ...more });
const because = { code: 'payment-declined', text: 'The card was declined.' };

describe('the words of npm run order', () => {
  it('tell of a message when it came, who sent it, what it is, and because of what', () => {
    expect(messageLine(told(placed), plainly)).toBe('     0 ms  order         OrderPlaced');
    const reserved = told(event('inventory.StockReserved'), { depth: 1, cause: placed, sinceMs: 1_234 });
    expect(messageLine(reserved, plainly)).toBe('    1.2 s  inventory       StockReserved                         ← OrderPlaced of order');
    const command = told(event('payment.ProcessPayment', { kind: 'command', service: 'orchestrator' }), {
      depth: 1,
      cause: placed,
      sinceMs: 9,
    });
    expect(messageLine(command, plainly)).toContain(
      '     9 ms  orchestrator    ProcessPayment → payment              ← OrderPlaced of order',
    );
  });

  it.each<[Partial<Message>, string]>([
    [{ means: 'refusal', reason: because }, 'refused: The card was declined (payment-declined)'],
    [{ means: 'undo' }, 'undone'],
    [{ means: 'undo', kind: 'command' }, 'undo'],
    [{ means: 'question', kind: 'command' }, 'is there a way back?'],
    [{ means: 'question' }, 'the answer'],
    [{ means: 'beside' }, 'beside the process'],
    [{ means: 'refusal', void: true }, 'too late, nothing follows from it'],
    [{ means: 'forward', reason: because }, 'because: The card was declined (payment-declined)'],
  ])('say in words what a message means: %j', (more, words) => {
    expect(messageLine(told(event('shop.It', more), { cause: placed }), plainly)).toMatch(
      new RegExp(`  ${words.replace(/[().?]/g, '\\$&')}$`),
    );
  });

  it('show it in colours besides, where there are any', () => {
    const line = messageLine(told(event('payment.PaymentFailed', { means: 'refusal', reason: because })), paintWith(true));
    expect(line).toContain(`${escape}[31mPaymentFailed${escape}[0m`);
    expect(line.replaceAll(new RegExp(`${escape}\\[\\d+m`, 'g'), '')).toBe(
      messageLine(told(event('payment.PaymentFailed', { means: 'refusal', reason: because })), plainly),
    );
  });

  it('let no message speak to the terminal', () => {
    const line = messageLine(told(event('shop.It', { service: 'a\u001b[2J', reason: { code: 'x', text: 'y\r\nz' } })), plainly);
    expect(line).not.toMatch(/\p{Cc}/u);
  });

  it('stay in the terminal, however deep a saga goes', () => {
    expect(messageLine(told(placed, { depth: 64 }), plainly).length).toBeLessThan(70);
  });

  it('say what was ordered', () => {
    const order = {
      ...{ orderId: 'id', status: 'placed', style: 'hybrid', total: 3_998, currency: 'CHF', paymentMethod: 'card_ok', customerId: 'c-42' },
      ...{ shipTo: { country: 'CH', postalCode: '8001' }, lines: ['a', 'b', 'c', 'd'].map((sku) => ({ sku, quantity: 2 })) },
    };
    expect(orderLine(order, plainly)).toBe(
      'order id\nhybrid · 2 × a, 2 × b, 2 further lines · 39.98 CHF · card_ok · to CH 8001 · for c-42',
    );
    expect([money(1_234_567, 'CHF'), money(500, 'JPY')]).toEqual(['12,345.67 CHF', '500 JPY']);
  });

  const came = {
    orderId: 'id',
    style: 'hybrid',
    status: 'rejected',
    reason: because,
    messages: 12,
    commands: 5,
    events: 7,
    hops: 9,
    ms: 1_250,
  };
  it('say how it ended, with the figures', () => {
    expect(endLines(came, plainly)).toEqual([
      'rejected: The card was declined (payment-declined)',
      '12 messages (5 commands, 7 events), 9 hops, 1.3 s',
    ]);
    const { reason: _, ...rest } = came;
    expect(endLines({ ...rest, status: 'placed', messages: 1, commands: 0, events: 1, hops: undefined, ms: 0 }, plainly)).toEqual([
      'not ended yet',
      '1 message (0 commands, 1 event), 0 ms',
    ]);
  });

  it('put the styles beside one another', () => {
    expect(comparison([came, { ...came, style: 'choreography', messages: 6, commands: 0, events: 6, hops: 3, ms: 48 }])).toEqual([
      'STYLE         END       REASON            MESSAGES  COMMANDS  EVENTS  HOPS   TIME',
      'hybrid        rejected  payment-declined        12         5       7     9  1.3 s',
      'choreography  rejected  payment-declined         6         0       6     3  48 ms',
    ]);
  });

  it('name the option that said what the service does not take', () => {
    const errors = [
      { path: '/style', text: 'style must be a or b' },
      { path: '/lines/0/quantity', text: 'too many' },
      { path: '/lines/0/sku', text: 'there is no x' },
      { path: '/shipTo/country', text: 'two letters' },
    ];
    expect(refusalOf({ status: 422, body: { errors } })).toBe(
      '--style: style must be a or b; --quantity: too many; --sku: there is no x; --country: two letters',
    );
    expect(refusalOf({ status: 409, body: { detail: 'busy' } })).toBe('the order service answers 409: busy');
  });
});
