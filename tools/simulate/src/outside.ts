import type { DeskLine } from '@duet/audit';
import { type Mail, type Mailer, MailServerUnavailable } from '@duet/notification/mailer';
import { type Charge, type ChargeRequest, type PaymentProvider, ProviderUnavailable, type Refund } from '@duet/payment/provider';
import { InlinePaymentProvider } from '@duet/payment/provider.inline';
import { type Carrier, CarrierUnavailable, type Shipment, type ShipmentRequest } from '@duet/shipping/carrier';
import { InlineCarrier } from '@duet/shipping/carrier.inline';
import { outsideProcesses, type Process } from './clock';
import type { Trace } from './trace';
import type { Weather } from './weather';

/** What the outside world says about one order, as tools/outside writes it into its files. */
export interface OutsideLines {
  readonly money: DeskLine[];
  readonly goods: DeskLine[];
  /** The Message-IDs of mails, each copy. */
  readonly letters: string[];
}

/** The world outside all services, with its own books: it outlives their processes. Its rules are those of the inline adapters, which are those of tools/outside. */
export class Outside {
  /** By order. */
  readonly lines = new Map<string, OutsideLines>();
  private readonly provider = new InlinePaymentProvider();
  private readonly carrier = new InlineCarrier();
  private readonly never = new AbortController().signal;

  constructor(
    private readonly weather: Weather,
    private readonly trace: Trace,
  ) {}

  /** How a process reaches it. */
  portsOf(process: Process): { provider: PaymentProvider; carrier: Carrier; mailer: Mailer } {
    const call = <R>(what: string, effect: () => Promise<R>, failed: (text: string) => Error, signal?: AbortSignal): Promise<R> =>
      process.answer(outsideProcesses(() => this.weather.call(process, what, effect, failed, signal)));
    const noProvider = (text: string) => new ProviderUnavailable(text);
    const noCarrier = (text: string) => new CarrierUnavailable(text);
    const noMailServer = (text: string) => new MailServerUnavailable(text);
    return {
      provider: {
        charge: (request, signal) => call(`charge ${request.reference}`, () => this.charge(request), noProvider, signal),
        cancel: ({ key }, signal) => call(`refund ${key}`, () => this.refund(key), noProvider, signal),
      },
      carrier: {
        ship: (request, signal) => call(`ship ${request.reference}`, () => this.ship(request), noCarrier, signal),
        cancel: ({ key }, signal) => call(`recall ${key}`, () => this.recall(key), noCarrier, signal),
      },
      mailer: { send: (mail) => call(`mail ${mail.messageId}`, () => this.mail(mail), noMailServer) },
    };
  }

  private async charge(request: ChargeRequest): Promise<Charge> {
    const { key, reference, amount, currency } = request;
    const charge = await this.provider.charge(request, this.never);
    const id = 'paymentId' in charge ? charge.paymentId : undefined;
    this.note('money', reference, { what: id === undefined ? 'declined' : 'charged', key, amount, currency, id });
    return charge;
  }

  private async refund(key: string): Promise<Refund> {
    const refund = await this.provider.cancel({ key });
    this.note('money', orderOf(key), { what: 'cancelled', key, amount: refund.refunded, currency: undefined, id: undefined });
    return refund;
  }

  private async ship(request: ShipmentRequest): Promise<Shipment> {
    const shipment = await this.carrier.ship(request);
    const id = 'shipmentId' in shipment ? shipment.shipmentId : undefined;
    const what = id === undefined ? 'refused' : 'shipped';
    this.note('goods', request.reference, { what, key: request.key, amount: 0, currency: undefined, id });
    return shipment;
  }

  private async recall(key: string): Promise<void> {
    await this.carrier.cancel({ key });
    this.note('goods', orderOf(key), { what: 'cancelled', key, amount: 0, currency: undefined, id: undefined });
  }

  private async mail({ messageId, subject }: Mail): Promise<void> {
    this.linesOf(/[0-9a-f-]{36}/.exec(messageId)?.[0] ?? messageId).letters.push(messageId);
    this.trace.say(`mail: ${subject}`, 'outside');
  }

  /** What is done once under a key is written down once. */
  private note(desk: 'money' | 'goods', orderId: string, line: Omit<DeskLine, 'at'>): void {
    const lines = this.linesOf(orderId)[desk];
    if (lines.some(({ what, key, id }) => what === line.what && key === line.key && id === line.id)) return;
    lines.push({ ...line, at: new Date().toISOString() });
    this.trace.say(`${desk} of ${orderId}: ${line.what}${line.amount > 0 ? ` ${line.amount}` : ''}`, 'outside');
  }

  private linesOf(orderId: string): OutsideLines {
    const lines = this.lines.get(orderId) ?? { money: [], goods: [], letters: [] };
    this.lines.set(orderId, lines);
    return lines;
  }
}

/** The order that a key is about: process, order, step. */
const orderOf = (key: string): string => key.split('/')[1] ?? key;
