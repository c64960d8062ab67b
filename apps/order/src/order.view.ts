import { Destination, OrderLine } from '@duet/contracts';
import { Reason, type Style, styles } from '@duet/message';
import { Type } from 'class-transformer';
import { IsArray, IsBoolean, IsIn, IsInt, IsOptional, IsString, IsUUID, ValidateNested } from 'class-validator';
import type { Order, OrderStatus } from './order';
import type { CancelPreview } from './order.preview';
import type { HistoryEntry } from './order.store';

/** What the REST answers look like, for the OpenAPI document. The compiler holds them to what is really answered. */

export class HistoryEntryView implements HistoryEntry {
  /** The event's wire name. */
  @IsString() type!: string;
  /** ISO 8601. */
  @IsString() at!: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => Reason)
  reason?: Reason;
}

export class OrderView implements Order {
  @IsUUID() orderId!: string;
  @IsIn(['placed', 'confirmed', 'rejected', 'cancelled']) status!: OrderStatus;

  /** Why it was rejected or cancelled. */
  @IsOptional()
  @ValidateNested()
  @Type(() => Reason)
  reason?: Reason;

  @IsIn([...styles]) style!: Style;
  @IsString() customerId!: string;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => OrderLine)
  lines!: OrderLine[];

  /** In minor units of `currency`. */
  @IsInt() total!: number;
  @IsString() currency!: string;
  @IsString() paymentMethod!: string;
  @ValidateNested() @Type(() => Destination) shipTo!: Destination;
  /** ISO 8601. */
  @IsString() placedAt!: string;

  /** With `expand=history`: what happened, as the order service heard it. */
  @IsOptional()
  @ValidateNested({ each: true })
  @Type(() => HistoryEntryView)
  history?: HistoryEntryView[];
}

export class OrderPage {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => OrderView)
  items!: OrderView[];

  /** The cursor of the next page; absent on the last. */
  @IsOptional()
  @IsString()
  next?: string;
}

/** What somebody who operates the system did to an order: asked for it to be cancelled. */
export class OrderOperationView {
  @IsUUID() orderId!: string;
  @IsIn(['cancel']) did!: 'cancel';
  @IsString() actor!: string;
  /** ISO 8601. */
  @IsString() at!: string;
  @IsOptional() @ValidateNested() @Type(() => Reason) reason?: Reason;
  /** How the order stands by now. */
  @IsIn(['placed', 'confirmed', 'rejected', 'cancelled']) status!: OrderStatus;
}

export class OrderOperationsPage {
  @IsArray() @ValidateNested({ each: true }) @Type(() => OrderOperationView) items!: OrderOperationView[];
  @IsOptional() @IsString() next?: string;
}

export class CancelPreviewView implements CancelPreview {
  @IsBoolean() possible!: boolean;
  /** In words: what would happen, or why it is too late. */
  @IsString() text!: string;
  /** The undos that would run, in order. */
  @IsArray() @IsString({ each: true }) undos!: string[];
  /** The question that decides whether it is too late. */
  @IsOptional() @IsString() asks?: string;
}
