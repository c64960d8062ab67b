import { Type } from 'class-transformer';
import { ArrayNotEmpty, IsInt, IsOptional, IsPositive, IsString, IsUUID, ValidateNested } from 'class-validator';
import { context, Reason } from './message';

/** A small business of its own, so that the tests of messages do not move when the real one does. */
const shop = context('shop');

export class Item {
  @IsString() sku!: string;
  @IsInt() @IsPositive() quantity!: number;
}
export class BasketPacked extends shop.event('BasketPacked') {
  @IsUUID() basketId!: string;
  @ArrayNotEmpty() @ValidateNested({ each: true }) @Type(() => Item) items!: Item[];
  @IsOptional() @IsString() note?: string;
}
export class GoodsHeld extends shop.event('GoodsHeld') {
  @IsUUID() basketId!: string;
  @IsString() shelf!: string;
}
export class GoodsMissing extends shop.event('GoodsMissing') {
  @IsUUID() basketId!: string;
  @ValidateNested() @Type(() => Reason) reason!: Reason;
}
export class GoodsPutBack extends shop.event('GoodsPutBack', { version: 2 }) {
  @IsUUID() basketId!: string;
}
export class HoldGoods extends shop.command('HoldGoods', { ok: GoodsHeld, fail: GoodsMissing }) {
  @IsUUID() basketId!: string;
  @ArrayNotEmpty() @ValidateNested({ each: true }) @Type(() => Item) items!: Item[];
}
export class PutGoodsBack extends shop.undo('PutGoodsBack', { of: HoldGoods, ok: GoodsPutBack }) {
  @IsUUID() basketId!: string;
}
export class StillHeld extends shop.event('StillHeld') {
  @IsUUID() basketId!: string;
}
export class AskHold extends shop.cancel('AskHold', { of: HoldGoods, ok: GoodsPutBack, fail: StillHeld }) {
  @IsUUID() basketId!: string;
}
