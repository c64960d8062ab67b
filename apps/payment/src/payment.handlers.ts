import { PaymentFailed, PaymentProcessed, PaymentRefunded, ProcessPayment, RefundPayment } from '@duet/contracts';
import { type Call, Calls, Handles } from '@duet/participant';
import { Controller } from '@nestjs/common';
import { type Charge, PaymentProvider, type Refund } from './payment.provider';
import { PaymentStore } from './payment.store';

@Controller()
export class PaymentHandlers {
  constructor(
    private readonly provider: PaymentProvider,
    private readonly store: PaymentStore,
  ) {}

  @Calls(ProcessPayment)
  charge({ orderId, amount, currency, paymentMethod }: ProcessPayment, { key, signal }: Call): Promise<Charge> {
    return this.provider.charge({ key, amount, currency, method: paymentMethod, reference: orderId }, signal);
  }

  @Handles(ProcessPayment)
  async charged({ orderId, amount }: ProcessPayment, charge: Charge): Promise<PaymentProcessed | PaymentFailed> {
    if ('declined' in charge) {
      await this.store.recordCharge({ orderId, amount, paymentId: undefined });
      return PaymentFailed.of({ orderId, reason: { code: 'payment-declined', text: charge.declined } });
    }
    await this.store.recordCharge({ orderId, amount, paymentId: charge.paymentId });
    return PaymentProcessed.of({ orderId, paymentId: charge.paymentId });
  }

  /** By the key of the charge, so that it also undoes a charge whose answer never came. */
  @Calls(RefundPayment)
  refund(_: RefundPayment, { of, key, signal }: Call): Promise<Refund> {
    return this.provider.cancel({ key: of ?? key }, signal);
  }

  @Handles(RefundPayment)
  async refunded({ orderId }: RefundPayment, refund: Refund | undefined): Promise<PaymentRefunded> {
    const refunded = refund?.refunded ?? 0;
    await this.store.recordRefund({ orderId, refunded });
    return PaymentRefunded.of({ orderId, refunded });
  }
}
