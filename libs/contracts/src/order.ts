import { context, Reason } from '@duet/message';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayNotEmpty, IsInt, IsUUID, Matches, Min, ValidateNested } from 'class-validator';
import { currencyPattern, customerPattern, Destination, maxLines, OrderLine, paymentMethodPattern } from './parts';

const order = context('order');

/** A customer's order was taken and priced: `place-order` begins. Its fields are the first facts of the saga. */
export class OrderPlaced extends order.event('OrderPlaced') {
  @IsUUID() orderId!: string;
  @Matches(customerPattern) customerId!: string;

  @ArrayNotEmpty()
  @ArrayMaxSize(maxLines)
  @ValidateNested({ each: true })
  @Type(() => OrderLine)
  lines!: OrderLine[];

  /** In minor units of `currency`, up to 2^53 − 1. */
  @IsInt() @Min(0) total!: number;
  @Matches(currencyPattern) currency!: string;
  @Matches(paymentMethodPattern) paymentMethod!: string;
  @ValidateNested() @Type(() => Destination) shipTo!: Destination;
}

/** Somebody wants the order cancelled: the customer (code `cancelled`) or its deadline (`timeout`). A question, not a fact: only the pivot's owner knows whether it is too late. */
export class OrderCancelRequested extends order.event('OrderCancelRequested') {
  @IsUUID() orderId!: string;
  @ValidateNested() @Type(() => Reason) reason!: Reason;
}

export class OrderConfirmed extends order.event('OrderConfirmed') {
  @IsUUID() orderId!: string;
}

/** The order has ended without a shipment. Code `cancelled`: by the customer; every other code: rejected. */
export class OrderRejected extends order.event('OrderRejected') {
  @IsUUID() orderId!: string;
  @ValidateNested() @Type(() => Reason) reason!: Reason;
}

/** Everything is done: tell the customer. Retriable, after the pivot. */
export class ConfirmOrder extends order.command('ConfirmOrder', { ok: OrderConfirmed }) {
  @IsUUID() orderId!: string;
}

/**
 * Ends the order. Known codes: `cancelled` (by the customer) · `timeout` · `no-stock` · `payment-declined` · `no-carrier` ·
 * `undone` and `dropped` (the runtime's own, on void refusals).
 */
export class RejectOrder extends order.command('RejectOrder', { ok: OrderRejected }) {
  @IsUUID() orderId!: string;
  @ValidateNested() @Type(() => Reason) reason!: Reason;
}
