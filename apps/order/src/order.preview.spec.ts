import { previewOf } from './order.preview';

const placed = { status: 'placed', style: 'choreography' } as const;
const all = ['inventory.StockReserved', 'payment.PaymentProcessed'];

describe('what a cancel would do', () => {
  test('undoes what was heard to be done, latest first, if shipping says that it is not too late', () => {
    expect(previewOf(placed, new Set(all))).toMatchObject({
      possible: true,
      undos: ['payment.RefundPayment', 'inventory.ReleaseStock'],
      asks: 'shipping.CancelShipment',
    });
  });
  test('does not undo twice', () => {
    expect(previewOf(placed, new Set([...all, 'payment.PaymentRefunded'])).undos).toEqual(['inventory.ReleaseStock']);
  });
  test('has nothing to undo when nothing has been done', () => {
    expect(previewOf(placed, new Set())).toMatchObject({
      possible: true,
      undos: [],
      text: expect.stringContaining('nothing has been done') as string,
    });
  });
  test.each(['orchestration', 'hybrid'] as const)('%s: nobody is asked before the shipment can have been asked for', (style) => {
    expect(previewOf({ ...placed, style }, new Set(['inventory.StockReserved']))).toEqual({
      possible: true,
      text: 'inventory.ReleaseStock would run.',
      undos: ['inventory.ReleaseStock'],
    });
    expect(previewOf({ ...placed, style }, new Set(all)).asks).toBe('shipping.CancelShipment');
  });
  test.each(['shipping.OrderShipped', 'shipping.CancellationRefused'])('is too late after %s', (type) => {
    expect(previewOf(placed, new Set([...all, type]))).toEqual({
      possible: false,
      text: 'It is too late: the order has been shipped.',
      undos: [],
    });
  });
  test.each([
    ['confirmed', 'too late'],
    ['rejected', 'nothing to cancel: the order is rejected (sold out)'],
    ['cancelled', 'nothing to cancel: the order is cancelled'],
  ] as const)('is impossible when the order is %s', (status, text) => {
    expect(previewOf({ ...placed, status, reason: { code: 'x', text: 'sold out' } }, new Set(all))).toMatchObject({
      possible: false,
      undos: [],
      text: expect.stringContaining(text) as string,
    });
  });
});
