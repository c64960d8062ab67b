import { context, Reason } from '@duet/message';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayNotEmpty, IsUUID, ValidateNested } from 'class-validator';
import { maxLines, StockLine } from './parts';

const inventory = context('inventory');

export class StockReserved extends inventory.event('StockReserved') {
  @IsUUID() orderId!: string;
}

/** Known codes: `no-stock`. All lines of an order are reserved, or none. */
export class StockRejected extends inventory.event('StockRejected') {
  @IsUUID() orderId!: string;
  @ValidateNested() @Type(() => Reason) reason!: Reason;
}

/** What was reserved, if anything was, is available again. */
export class StockReleased extends inventory.event('StockReleased') {
  @IsUUID() orderId!: string;
}

/** The reserved goods have left the house. */
export class StockIssued extends inventory.event('StockIssued') {
  @IsUUID() orderId!: string;
}

/** Step 1 of `place-order`, compensatable. */
export class ReserveStock extends inventory.command('ReserveStock', { ok: StockReserved, fail: StockRejected }) {
  @IsUUID() orderId!: string;

  @ArrayNotEmpty()
  @ArrayMaxSize(maxLines)
  @ValidateNested({ each: true })
  @Type(() => StockLine)
  lines!: StockLine[];
}

export class ReleaseStock extends inventory.undo('ReleaseStock', { of: ReserveStock, ok: StockReleased }) {
  @IsUUID() orderId!: string;
}

/** The reservation becomes goods gone: in every style, when the order has been shipped. */
export class IssueStock extends inventory.command('IssueStock', { ok: StockIssued }) {
  @IsUUID() orderId!: string;
}
