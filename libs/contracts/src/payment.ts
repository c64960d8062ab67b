import { context, Reason } from '@duet/message';
import { Type } from 'class-transformer';
import { IsInt, IsString, IsUUID, Matches, MaxLength, Min, MinLength, ValidateNested } from 'class-validator';
import { currencyPattern, paymentMethodPattern } from './parts';

const payment = context('payment');

export class PaymentProcessed extends payment.event('PaymentProcessed') {
  @IsUUID() orderId!: string;
  /** The provider's id of the charge. */
  @IsString() @MinLength(1) @MaxLength(128) paymentId!: string;
}

/** Known codes: `payment-declined`. */
export class PaymentFailed extends payment.event('PaymentFailed') {
  @IsUUID() orderId!: string;
  @ValidateNested() @Type(() => Reason) reason!: Reason;
}

export class PaymentRefunded extends payment.event('PaymentRefunded') {
  @IsUUID() orderId!: string;
  /** In minor units; 0 when nothing had been charged. */
  @IsInt() @Min(0) refunded!: number;
}

/** Step 2 of `place-order`, compensatable. */
export class ProcessPayment extends payment.command('ProcessPayment', { ok: PaymentProcessed, fail: PaymentFailed }) {
  @IsUUID() orderId!: string;
  /** In minor units of `currency`. */
  @IsInt() @Min(0) amount!: number;
  @Matches(currencyPattern) currency!: string;
  @Matches(paymentMethodPattern) paymentMethod!: string;
}

export class RefundPayment extends payment.undo('RefundPayment', { of: ProcessPayment, ok: PaymentRefunded }) {
  @IsUUID() orderId!: string;
}
