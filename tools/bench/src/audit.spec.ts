import { type Accepted, type Books, faultsOf } from './audit';

const goods = { before: 100, perOrder: 2 };
const good: Accepted = { orderId: 'good', sku: 'tea', declined: false };
const declined: Accepted = { orderId: 'declined', sku: 'tea', declined: true };

const books = (change: { [Book in keyof Books]?: [string, unknown][] } = {}): Books =>
  ({
    orders: new Map<string, unknown>([
      ['good', { status: 'confirmed', reason: undefined, total: 20 }],
      ['declined', { status: 'rejected', reason: 'payment-declined', total: 20 }],
      ...(change.orders ?? []),
    ]),
    payments: new Map<string, unknown>([
      ['good', { status: 'charged', amount: 20, refunded: 0 }],
      ['declined', { status: 'declined', amount: 20, refunded: 0 }],
      ...(change.payments ?? []),
    ]),
    shipments: new Map<string, unknown>([['good', 'shipped'], ...(change.shipments ?? [])]),
    stock: new Map<string, unknown>([['tea', { available: 98, reserved: 0, shipped: 2 }], ...(change.stock ?? [])]),
  }) as Books;

const faults = (change: Parameters<typeof books>[0]) => faultsOf([good, declined], books(change), goods);

describe('the audit', () => {
  it('finds nothing where every order ended as it should', () => expect(faults({})).toEqual([]));

  it.each<[string, Parameters<typeof books>[0], string[]]>([
    [
      'an order that has not ended',
      { orders: [['good', { status: 'placed', total: 20 }]] },
      ['order good: status is placed and should be confirmed'],
    ],
    [
      'an order rejected for another reason',
      { orders: [['declined', { status: 'rejected', reason: 'timeout', total: 20 }]] },
      ['order declined: reason is timeout and should be payment-declined'],
    ],
    [
      'a charge of another amount',
      { payments: [['good', { status: 'charged', amount: 19, refunded: 0 }]] },
      ['order good: payment is charged 19, refunded 0 and should be charged 20, refunded 0'],
    ],
    [
      'a rejected order that was charged and shipped',
      { payments: [['declined', { status: 'charged', amount: 20, refunded: 0 }]], shipments: [['declined', 'shipped']] },
      ['order declined: payment is charged 20, refunded 0 and should be declined 20, refunded 0; shipment is shipped and should be none'],
    ],
    [
      'a payment of an order that nobody placed',
      { payments: [['ghost', { status: 'charged', amount: 1, refunded: 0 }]] },
      ['order ghost is in the books and was never accepted'],
    ],
    [
      'goods that hang',
      { stock: [['tea', { available: 96, reserved: 2, shipped: 2 }]] },
      ['stock of tea is {"available":96,"reserved":2,"shipped":2} and should be {"available":98,"reserved":0,"shipped":2}'],
    ],
    [
      'goods gone from a product that nobody ordered',
      { stock: [['cup', { available: 99, reserved: 0, shipped: 0 }]] },
      ['stock of cup is {"available":99,"reserved":0,"shipped":0} and should be {"available":100,"reserved":0,"shipped":0}'],
    ],
  ])('finds %s', (_, change, sentences) => expect(faults(change)).toEqual(sentences));

  it('finds an accepted order that is in no book, and its product', () =>
    expect(
      faultsOf(
        [{ orderId: 'lost', sku: 'milk', declined: false }],
        { ...books(), orders: new Map(), payments: new Map(), shipments: new Map() },
        goods,
      ),
    ).toEqual([
      'order lost: status is missing and should be confirmed; payment is none and should be charged undefined, refunded 0; shipment is none and should be shipped',
      'stock of tea is {"available":98,"reserved":0,"shipped":2} and should be {"available":100,"reserved":0,"shipped":0}',
      'stock of milk is missing and should be {"available":98,"reserved":0,"shipped":2}',
    ]));
});
