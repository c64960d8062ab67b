/** The business of the design as far as the language is concerned: small messages, the same dance. */
import { context, Reason } from '@duet/message';
import { Type } from 'class-transformer';
import { IsInt, IsString, IsUUID, ValidateNested } from 'class-validator';
import { service } from './declaration';
import { reactions } from './reactions';
import { saga } from './saga';

const order = context('order');
const inventory = context('inventory');
const payment = context('payment');
const shipping = context('shipping');

export class OrderPlaced extends order.event('OrderPlaced') {
  @IsUUID() orderId!: string;
  @IsInt() total!: number;
}
export class OrderCancelRequested extends order.event('OrderCancelRequested') {
  @IsUUID() orderId!: string;
  @ValidateNested() @Type(() => Reason) reason!: Reason;
}
export class OrderConfirmed extends order.event('OrderConfirmed') {
  @IsUUID() orderId!: string;
}
export class OrderRejected extends order.event('OrderRejected') {
  @IsUUID() orderId!: string;
  @ValidateNested() @Type(() => Reason) reason!: Reason;
}
export class ConfirmOrder extends order.command('ConfirmOrder', { ok: OrderConfirmed }) {
  @IsUUID() orderId!: string;
}
export class RejectOrder extends order.command('RejectOrder', { ok: OrderRejected }) {
  @IsUUID() orderId!: string;
  @ValidateNested() @Type(() => Reason) reason!: Reason;
}

export class StockReserved extends inventory.event('StockReserved') {
  @IsUUID() orderId!: string;
}
export class StockRejected extends inventory.event('StockRejected') {
  @IsUUID() orderId!: string;
  @ValidateNested() @Type(() => Reason) reason!: Reason;
}
export class StockReleased extends inventory.event('StockReleased') {
  @IsUUID() orderId!: string;
}
export class StockIssued extends inventory.event('StockIssued') {
  @IsUUID() orderId!: string;
}
export class ReserveStock extends inventory.command('ReserveStock', { ok: StockReserved, fail: StockRejected }) {
  @IsUUID() orderId!: string;
}
export class ReleaseStock extends inventory.undo('ReleaseStock', { of: ReserveStock, ok: StockReleased }) {
  @IsUUID() orderId!: string;
}
export class IssueStock extends inventory.command('IssueStock', { ok: StockIssued }) {
  @IsUUID() orderId!: string;
}

export class PaymentProcessed extends payment.event('PaymentProcessed') {
  @IsUUID() orderId!: string;
  @IsString() paymentId!: string;
}
export class PaymentFailed extends payment.event('PaymentFailed') {
  @IsUUID() orderId!: string;
  @ValidateNested() @Type(() => Reason) reason!: Reason;
}
export class PaymentRefunded extends payment.event('PaymentRefunded') {
  @IsUUID() orderId!: string;
  @IsInt() refunded!: number;
}
export class ProcessPayment extends payment.command('ProcessPayment', { ok: PaymentProcessed, fail: PaymentFailed }) {
  @IsUUID() orderId!: string;
  @IsInt() amount!: number;
}
export class RefundPayment extends payment.undo('RefundPayment', { of: ProcessPayment, ok: PaymentRefunded }) {
  @IsUUID() orderId!: string;
}

export class OrderShipped extends shipping.event('OrderShipped') {
  @IsUUID() orderId!: string;
  @IsString() shipmentId!: string;
}
export class ShipmentFailed extends shipping.event('ShipmentFailed') {
  @IsUUID() orderId!: string;
  @ValidateNested() @Type(() => Reason) reason!: Reason;
}
export class ShipmentCancelled extends shipping.event('ShipmentCancelled') {
  @IsUUID() orderId!: string;
  @ValidateNested() @Type(() => Reason) reason!: Reason;
}
export class CancellationRefused extends shipping.event('CancellationRefused') {
  @IsUUID() orderId!: string;
}
export class ShipOrder extends shipping.command('ShipOrder', { ok: OrderShipped, fail: ShipmentFailed }) {
  @IsUUID() orderId!: string;
}
export class CancelShipment extends shipping.cancel('CancelShipment', { of: ShipOrder, ok: ShipmentCancelled, fail: CancellationRefused }) {
  @IsUUID() orderId!: string;
  @ValidateNested() @Type(() => Reason) reason!: Reason;
}

export const pay = ({ orderId, total }: { orderId: string; total: number }) => ({ orderId, amount: total });

/** The process with an orchestrator; times of their own, so that each shows. */
export const placeOrder = saga('place-order', { version: 1 })
  .startedBy(OrderPlaced, { reject: RejectOrder, cancelledBy: OrderCancelRequested })
  .step(ReserveStock, { undo: ReleaseStock, within: '10s' })
  .step(ProcessPayment, { with: pay, undo: RefundPayment, within: '30s' })
  .pivot(ShipOrder, { cancel: CancelShipment, within: '1m' })
  .step(ConfirmOrder, { within: '2m' });

const dance = reactions('place-order', OrderPlaced);

/** An empty table of the process, to write other reactions on. */
export const nothing = dance;
export const orderReactions = dance
  .on([StockRejected, PaymentFailed, ShipmentFailed, ShipmentCancelled], RejectOrder)
  .afterPivot(OrderShipped, ConfirmOrder);
export const inventoryReactions = dance
  .on(OrderPlaced, ReserveStock)
  .on([PaymentFailed, ShipmentFailed, ShipmentCancelled], ReleaseStock)
  .always(OrderShipped, IssueStock);
export const paymentReactions = dance
  .on(StockReserved, ProcessPayment, { with: pay })
  .on([ShipmentFailed, ShipmentCancelled], RefundPayment);
export const shippingReactions = dance.on(PaymentProcessed, ShipOrder).on(OrderCancelRequested, CancelShipment);

export const declared = {
  order: service({
    name: 'order',
    starts: [OrderPlaced, OrderCancelRequested],
    handles: [ConfirmOrder, RejectOrder],
    reactions: [orderReactions],
    deadlines: [OrderCancelRequested],
    hears: [StockReleased, StockIssued, PaymentRefunded, CancellationRefused, OrderConfirmed, OrderRejected],
  }),
  inventory: service({ name: 'inventory', handles: [ReserveStock, ReleaseStock, IssueStock], reactions: [inventoryReactions] }),
  payment: service({ name: 'payment', handles: [ProcessPayment, RefundPayment], reactions: [paymentReactions] }),
  shipping: service({ name: 'shipping', handles: [ShipOrder, CancelShipment], reactions: [shippingReactions] }),
};
