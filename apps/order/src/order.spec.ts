import { checkOf } from '@duet/message';
import { OrderPlaced } from '@duet/contracts';
import { endFor, factsOf, type Order, type OrderRequest, place } from './order';
import { hashOf, type PlaceOrder, requestOf, twiceOrdered } from './order.request';

const now = new Date('2026-01-01T00:00:00Z');
const orderId = '7f3f1c52-1d0f-4a5e-9d53-0d0c1f2e3a4b';
const request = (lines: OrderRequest['lines']): OrderRequest => ({
  customerId: 'c-42',
  lines,
  paymentMethod: 'card_ok',
  shipTo: { country: 'CH', postalCode: '8001' },
  style: 'choreography',
});
const prices = new Map([
  ['beans', 1_999],
  ['gold', Number.MAX_SAFE_INTEGER],
]);

describe('an order', () => {
  it('is priced by the order service, line by line', () => {
    const order = place(orderId, request([{ sku: 'beans', quantity: 3 }]), prices, now) as Order;
    expect(order).toMatchObject({
      status: 'placed',
      total: 5_997,
      lines: [{ sku: 'beans', quantity: 3, price: 1_999 }],
      placedAt: now.toISOString(),
    });
  });

  it.each([undefined, null])('whose style is %p is choreographed', (style) => {
    const { style: _, ...rest } = request([{ sku: 'beans', quantity: 1 }]);
    expect(requestOf({ ...rest, style } as unknown as PlaceOrder).style).toBe('choreography');
  });

  it('for products that do not exist is refused, naming each', () => {
    const refusal = place(
      orderId,
      request([
        { sku: 'beans', quantity: 1 },
        { sku: 'x', quantity: 1 },
        { sku: 'y', quantity: 1 },
      ]),
      prices,
      now,
    );
    expect(refusal).toEqual({
      is: 'unknown-products',
      lines: [
        { at: 1, sku: 'x' },
        { at: 2, sku: 'y' },
      ],
    });
  });

  it('worth more than 2^53 − 1 is refused', () => {
    expect(place(orderId, request([{ sku: 'gold', quantity: 1 }]), prices, now)).toMatchObject({ total: Number.MAX_SAFE_INTEGER });
    expect(place(orderId, request([{ sku: 'gold', quantity: 2 }]), prices, now)).toEqual({ is: 'too-much' });
  });

  it('whose facts could not travel with every message is refused', () => {
    const skus = Array.from({ length: 1_000 }, (_, n) => `${'s'.repeat(110)}-${n}`);
    const lines = skus.map((sku) => ({ sku, quantity: 1 }));
    expect(place(orderId, request(lines), new Map(skus.map((sku) => [sku, 1])), now)).toEqual({ is: 'too-large' });
  });

  it('starts its saga with a message that its own contract accepts', () => {
    const order = place(orderId, request([{ sku: 'beans', quantity: 3 }]), prices, now) as Order;
    expect(checkOf(OrderPlaced, { unknownFields: 'refused' })(factsOf(order))).toEqual([]);
  });

  it('ends cancelled only if its customer cancelled it', () => {
    expect(['cancelled', 'timeout', 'no-stock'].map((code) => endFor({ code, text: '' }))).toEqual(['cancelled', 'rejected', 'rejected']);
  });
});

describe('a request', () => {
  it('has one line for each sku', () => {
    const line = (sku: string) => ({ sku, quantity: 1 });
    expect(twiceOrdered([line('a'), line('b')])).toEqual([]);
    expect(twiceOrdered([line('a'), line('b'), line('a')]).map(({ path }) => path)).toEqual(['/lines/2/sku']);
  });

  it('is the same however its JSON was written, and another when anything differs', () => {
    const one = request([{ sku: 'beans', quantity: 1 }]);
    expect(hashOf({ ...one })).toBe(hashOf(one));
    const others: OrderRequest[] = [
      { ...one, customerId: 'c-43' },
      { ...one, paymentMethod: 'card_slow' },
      { ...one, shipTo: { country: 'CH', postalCode: '8002' } },
      { ...one, lines: [{ sku: 'beans', quantity: 2 }] },
    ];
    expect(new Set([one, ...others].map(hashOf)).size).toBe(5);
  });
});
