import { context, Reason } from '@duet/message';
import { Type } from 'class-transformer';
import { IsString, IsUUID, MaxLength, MinLength, ValidateNested } from 'class-validator';
import { Destination } from './parts';

const shipping = context('shipping');

export class OrderShipped extends shipping.event('OrderShipped') {
  @IsUUID() orderId!: string;
  /** The carrier's id of the shipment. */
  @IsString() @MinLength(1) @MaxLength(128) shipmentId!: string;
  @IsString() @MinLength(1) @MaxLength(64) carrier!: string;
}

/** Known codes: `no-carrier`. */
export class ShipmentFailed extends shipping.event('ShipmentFailed') {
  @IsUUID() orderId!: string;
  @ValidateNested() @Type(() => Reason) reason!: Reason;
}

/** A promise: this order will never be shipped. The reason is the one that CancelShipment gave. */
export class ShipmentCancelled extends shipping.event('ShipmentCancelled') {
  @IsUUID() orderId!: string;
  @ValidateNested() @Type(() => Reason) reason!: Reason;
}

/** Too late: the order has been shipped, the saga goes forward. */
export class CancellationRefused extends shipping.event('CancellationRefused') {
  @IsUUID() orderId!: string;
}

/** Step 3 of `place-order`: the pivot. */
export class ShipOrder extends shipping.command('ShipOrder', { ok: OrderShipped, fail: ShipmentFailed }) {
  @IsUUID() orderId!: string;
  @ValidateNested() @Type(() => Destination) shipTo!: Destination;
}

/** Is there still a way back? Known codes: `cancelled`, `timeout`. */
export class CancelShipment extends shipping.cancel('CancelShipment', { of: ShipOrder, ok: ShipmentCancelled, fail: CancellationRefused }) {
  @IsUUID() orderId!: string;
  @ValidateNested() @Type(() => Reason) reason!: Reason;
}
