import { type Mail, type Mailer } from '@duet/notification/mailer';
import { type Charge, type ChargeRequest, type PaymentProvider, ProviderUnavailable, type Refund } from '@duet/payment/provider';
import { InlinePaymentProvider } from '@duet/payment/provider.inline';
import { type Carrier, CarrierUnavailable, type Shipment, type ShipmentRequest } from '@duet/shipping/carrier';
import { InlineCarrier } from '@duet/shipping/carrier.inline';
import { MailServerUnavailable } from '@duet/notification/mailer';
import { outsideProcesses, type Process } from './clock';
import type { Trace } from './trace';
import type { Weather } from './weather';

/** What happened outside, for one key. */
export interface Effect {
  readonly key: string;
  readonly orderId: string;
  readonly amount: number;
  undone: number;
}

/** The world outside all services, with its own books: it outlives their processes. Its rules are those of the inline adapters, which are those of tools/outside. */
export class Outside {
  private readonly provider = new InlinePaymentProvider();
  private readonly carrier = new InlineCarrier();
  readonly charges = new Map<string, Effect>();
  readonly shipments = new Map<string, Effect>();
  readonly mails: Mail[] = [];

  constructor(
    private readonly weather: Weather,
    private readonly trace: Trace,
  ) {}

  /** How a process reaches it. */
  portsOf(process: Process): { provider: PaymentProvider; carrier: Carrier; mailer: Mailer } {
    const call = <R>(what: string, effect: () => Promise<R>, failed: (text: string) => Error, signal?: AbortSignal): Promise<R> =>
      process.answer(outsideProcesses(() => this.weather.call(process, what, effect, failed, signal)));
    const provider: PaymentProvider = {
      charge: (request, signal) =>
        call(
          `charge ${request.reference}`,
          () => this.charge(request),
          (text) => new ProviderUnavailable(text),
          signal,
        ),
      cancel: ({ key }, signal) =>
        call(
          `refund ${key}`,
          () => this.refund(key),
          (text) => new ProviderUnavailable(text),
          signal,
        ),
    };
    const carrier: Carrier = {
      ship: (request, signal) =>
        call(
          `ship ${request.reference}`,
          () => this.ship(request),
          (text) => new CarrierUnavailable(text),
          signal,
        ),
      cancel: ({ key }, signal) =>
        call(
          `recall ${key}`,
          () => this.recall(key),
          (text) => new CarrierUnavailable(text),
          signal,
        ),
    };
    const mailer: Mailer = {
      send: (mail) =>
        call(
          `mail ${mail.messageId}`,
          () => this.mail(mail),
          (text) => new MailServerUnavailable(text),
        ),
    };
    return { provider, carrier, mailer };
  }

  private async charge(request: ChargeRequest): Promise<Charge> {
    const { key, reference, amount } = request;
    const charge = await this.provider.charge(request, new AbortController().signal);
    if ('paymentId' in charge && !this.charges.has(key)) {
      this.charges.set(key, { key, orderId: reference, amount, undone: 0 });
      this.trace.say(`${amount} taken for ${reference}`, 'outside');
    }
    return charge;
  }

  private async refund(key: string): Promise<Refund> {
    const refund = await this.provider.cancel({ key });
    const charge = this.charges.get(key);
    if (charge && charge.undone === 0 && refund.refunded > 0) {
      charge.undone = refund.refunded;
      this.trace.say(`${refund.refunded} given back for ${charge.orderId}`, 'outside');
    }
    return refund;
  }

  private async ship(request: ShipmentRequest): Promise<Shipment> {
    const shipment = await this.carrier.ship(request);
    if ('shipmentId' in shipment && !this.shipments.has(request.key)) {
      this.shipments.set(request.key, { key: request.key, orderId: request.reference, amount: 1, undone: 0 });
      this.trace.say(`goods taken for ${request.reference}`, 'outside');
    }
    return shipment;
  }

  private async recall(key: string): Promise<void> {
    await this.carrier.cancel({ key });
    const shipment = this.shipments.get(key);
    if (shipment) shipment.undone = 1;
    this.trace.say(`nothing is shipped under ${key}`, 'outside');
  }

  private async mail(mail: Mail): Promise<void> {
    this.mails.push(mail);
    this.trace.say(`mail: ${mail.subject}`, 'outside');
  }
}
