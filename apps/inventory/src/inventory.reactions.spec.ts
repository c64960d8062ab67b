import {
  IssueStock,
  OrderPlaced,
  OrderShipped,
  PaymentFailed,
  ReleaseStock,
  ReserveStock,
  ShipmentCancelled,
  ShipmentFailed,
  StockReserved,
} from '@duet/contracts';
import { given } from '@duet/saga';
import { aPlacedOrder } from '@duet/testbed';
import { inventoryReactions } from './inventory.reactions';

const order = aPlacedOrder();
const { orderId } = order;
const reason = { code: 'test', text: 'for a test' };

describe('inventory, by itself', () => {
  it('reserves what was ordered, without its prices', () =>
    given(inventoryReactions, order)
      .when(OrderPlaced.of(order))
      .then([ReserveStock, { orderId, lines: [{ sku: 'beans', quantity: 2 }] }]));

  it.each([PaymentFailed, ShipmentFailed, ShipmentCancelled])('releases on %p', (event) =>
    given(inventoryReactions, order).when(event.of({ orderId, reason })).then([ReleaseStock, { orderId }]),
  );

  it('issues what was shipped', () =>
    given(inventoryReactions, order)
      .when(OrderShipped.of({ orderId, shipmentId: 's', carrier: 'c' }))
      .then([IssueStock, { orderId }]));

  it('does nothing about its own success', () => given(inventoryReactions, order).when(StockReserved.of({ orderId })).then());
});
