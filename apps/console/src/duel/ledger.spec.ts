import type { MessageView, Style } from '../api/types';
import { balanceOf } from './balance';
import { logOf } from './duel.fixture';
import { billOf, keptOf, standingAt, takenOf } from './ledger';
import type { Own, Owners } from './owners';

const facts = { orderId: 'o', lines: [{ sku: 'cup', quantity: 2 }], total: 3_998 };
const reason = { code: 'no-carrier', text: 'nobody goes there' };
const saga = (style: Style, log: MessageView[]) => ({ facts, style, log, endedAt: 'then' });

const turnedBack = logOf(
  ['order.OrderPlaced'],
  ['inventory.StockReserved'],
  ['payment.PaymentProcessed'],
  ['shipping.ShipmentFailed', { means: 'refusal', reason }],
  ['payment.PaymentRefunded', { means: 'undo', body: { refunded: 3_998 } as never }],
  ['inventory.StockReleased', { means: 'undo' }],
  ['order.OrderRejected', { means: 'undo', reason }],
);
const wentWell = logOf(
  ['order.OrderPlaced'],
  ['inventory.StockReserved'],
  ['payment.PaymentProcessed'],
  ['shipping.OrderShipped'],
  ['inventory.StockIssued', { means: 'beside' }],
  ['order.OrderConfirmed'],
);

describe('The ledger of an order', () => {
  const along = <T>(log: MessageView[], of: (at: ReturnType<typeof standingAt>) => T): T[] =>
    [0, ...log.keys()].map((_, said) => of(standingAt({ facts, log }, said)));

  it('takes stock and money, and gives both back where the order is turned back', () => {
    expect(along(turnedBack, takenOf)).toEqual([0, 0, 2, 2, 2, 2, 0, 0]);
    expect(along(turnedBack, keptOf)).toEqual([0, 0, 0, 3_998, 3_998, 0, 0, 0]);
    expect(along(turnedBack, ({ order }) => order).slice(-2)).toEqual(['placed', 'rejected']);
    expect(standingAt({ facts, log: turnedBack }, 7)).toMatchObject({ charged: 3_998, refunded: 3_998, shipment: 'refused' });
  });

  it('keeps both where the order goes well: what was reserved is gone with it', () => {
    expect(along(wentWell, ({ reserved, gone }) => [reserved, gone]).slice(4)).toEqual([
      [2, 0],
      [0, 2],
      [0, 2],
    ]);
    expect(standingAt({ facts, log: wentWell }, 6)).toMatchObject({ order: 'confirmed', charged: 3_998, refunded: 0, shipment: 'shipped' });
  });

  it('leaves alone what only says that an action came after its undo', () => {
    const log = logOf(['order.OrderPlaced'], ['inventory.StockReserved', { void: true }]);
    expect(takenOf(standingAt({ facts, log }, 2))).toBe(0);
  });

  it('tells a cancelled order from a rejected one by its reason', () => {
    const log = logOf(['order.OrderPlaced'], ['order.OrderRejected', { reason: { code: 'cancelled', text: '' } }]);
    expect(standingAt({ facts, log }, 2).order).toBe('cancelled');
  });

  it('is kept for orders of one product only', () => {
    expect(billOf({ facts })).toEqual({ sku: 'cup', quantity: 2, total: 3_998 });
    for (const other of [{}, { lines: [] }, { ...facts, lines: [...facts.lines, ...facts.lines] }, { ...facts, total: undefined }])
      expect(billOf({ facts: other })).toBeUndefined();
  });
});

describe('What the sides of a duel come to', () => {
  const refunded: Own = {
    order: 'rejected',
    payment: { orderId: 'o', status: 'refunded', amount: 3_998, refunded: 3_998 },
    shipment: undefined,
  };
  const owners = (sides: Own[], available: number): Owners => ({ sides, stock: { sku: 'cup', available, reserved: 0, shipped: 0 } });
  const both = [saga('choreography', turnedBack), saga('orchestration', turnedBack)];

  it('is said where both end equal, by the services’ own books', () => {
    expect(balanceOf(both, owners([refunded, refunded], 10), 10)).toEqual({
      equal: true,
      text: 'Both end equal, by the services’ own books: the order is rejected, no stock taken, 39.98 charged and refunded, nothing shipped. inventory has 10 available, as before.',
    });
  });

  it('counts what both took of the stock, and says where others order, too', () => {
    const charged: Own = {
      order: 'confirmed',
      payment: { orderId: 'o', status: 'charged', amount: 3_998, refunded: 0 },
      shipment: { orderId: 'o', status: 'shipped' },
    };
    const sold = [saga('choreography', wentWell), saga('orchestration', wentWell)];
    expect(balanceOf(sold, owners([charged, charged], 6), 10)?.text).toMatch(
      /2 pieces taken, 39\.98 kept, shipped\. inventory has 6 available of the 10 before\.$/,
    );
    expect(balanceOf(sold, owners([charged, charged], 5), 10)?.text).toMatch(/5 available now; others order, too\.$/);
    expect(balanceOf(sold, owners([charged, charged], 6), undefined)?.text).toMatch(/shipped\.$/);
  });

  it('is not said to be equal where a service has it otherwise than its messages say, or a side ends otherwise', () => {
    const kept: Own = { ...refunded, payment: { orderId: 'o', status: 'charged', amount: 3_998, refunded: 0 } };
    expect(balanceOf(both, owners([refunded, kept], 10), 10)).toEqual({
      ...{ equal: false, text: 'The services’ own books say otherwise than the messages in orchestration: look at each.' },
    });
    const charged: Own = { order: 'confirmed', payment: kept.payment, shipment: { orderId: 'o', status: 'shipped' } };
    const unlike = [saga('choreography', turnedBack), saga('orchestration', wentWell)];
    expect(balanceOf(unlike, owners([refunded, charged], 8), 10)).toMatchObject({
      equal: false,
      text: /^They do not end equal: in choreography the order is rejected/ as never,
    });
  });

  it('waits until everybody has answered', () => {
    expect(balanceOf(both, owners([refunded, { ...refunded, shipment: 'silent' }], 10), 10)).toBeUndefined();
    expect(balanceOf(both, { ...owners([refunded, refunded], 10), stock: 'silent' }, 10)).toBeUndefined();
  });

  it('waits until all have ended', () => {
    const { endedAt: _, ...open } = saga('orchestration', turnedBack);
    expect(balanceOf([...both, open], owners([refunded, refunded, refunded], 10), 10)).toBeUndefined();
  });
});
