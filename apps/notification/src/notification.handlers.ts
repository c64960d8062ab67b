import { OrderConfirmed, OrderRejected, PaymentRefunded } from '@duet/contracts';
import { type Call, Calls, Hears } from '@duet/participant';
import { Controller } from '@nestjs/common';
import { Addresses } from './notification.addresses';
import { Mailer } from './notification.mailer';
import { type MailRecord, NotificationStore } from './notification.store';
import { confirmation, type Letter, refund, rejection } from './notification.texts';

@Controller()
export class NotificationHandlers {
  constructor(
    private readonly mailer: Mailer,
    private readonly addresses: Addresses,
    private readonly store: NotificationStore,
  ) {}

  @Calls(OrderConfirmed)
  mailConfirmed(event: OrderConfirmed, call: Call): Promise<MailRecord | undefined> {
    return this.send(event.orderId, confirmation(event), call);
  }

  @Calls(OrderRejected)
  mailRejected(event: OrderRejected, call: Call): Promise<MailRecord | undefined> {
    return this.send(event.orderId, rejection(event), call);
  }

  @Calls(PaymentRefunded)
  mailRefunded(event: PaymentRefunded, call: Call): Promise<MailRecord | undefined> {
    return this.send(event.orderId, refund(event), call);
  }

  @Hears(OrderConfirmed, OrderRejected, PaymentRefunded)
  async note(_: OrderConfirmed | OrderRejected | PaymentRefunded, mail: MailRecord | undefined): Promise<void> {
    if (mail) await this.store.record(mail);
  }

  private async send(orderId: string, letter: Letter | undefined, { key, facts }: Call): Promise<MailRecord | undefined> {
    if (!letter) return undefined;
    const messageId = `<${key.replace(/[^A-Za-z0-9.-]+/g, '.')}@notification.duet.example>`;
    await this.mailer.send({ messageId, to: this.addresses.of(String(facts['customerId'])), subject: letter.subject, text: letter.text });
    return { messageId, orderId, kind: letter.kind };
  }
}
