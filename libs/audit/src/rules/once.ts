import { outsideKey, step } from '../business';
import type { DeskLine, Dossier } from '../dossier';
import type { Rule } from '../rule';

/** P2: each effect happens once, also in the outside world's own files. */
export const once: readonly Rule[] = [
  {
    code: 'P2-charge',
    says: 'the provider charges an order at most once, its total, under its own key',
    reads: 'outside: payments.jsonl · order: orders',
    shows: 'every charge with its key, amount and time',
    holds: 'always',
    judges: [],
    needs: 'outside',
    check({ id, order, money }, say) {
      const charges = money.filter(({ what }) => what === 'charged');
      if (charges.length > 1) say(`the provider charged it ${charges.length} times: ${charges.map(told).join('; ')}`);
      wrongKeys(money, outsideKey(id, step.pay), say);
      for (const charge of charges)
        if (order && (charge.amount !== order.total || charge.currency !== order.currency))
          say(
            `the provider charged ${charge.amount} ${charge.currency}, the order is about ${order.total} ${order.currency}: ${told(charge)}`,
          );
    },
  },
  {
    code: 'P2-payment-booked',
    says: 'what payment has in its books is in the provider’s file: the same charge, refusal or refund',
    reads: 'payment: payment · outside: payments.jsonl',
    shows: 'both entries',
    holds: 'always',
    judges: ['payment'],
    needs: 'outside',
    check({ payment, money }, say) {
      if (!payment) return;
      const { charged, declined, refunded } = atProvider(money);
      const there = `payment says ${payment.status} ${payment.amount}, refunded ${payment.refunded}; the provider says ${lines(money)}`;
      if (payment.status === 'declined' ? !declined || charged : !charged) say(there);
      else if (charged && payment.amount !== charged.amount) say(there);
      else if (payment.refunded > 0 && payment.refunded !== refunded) say(there);
      else if (charged && payment.paymentId !== null && payment.paymentId !== charged.id)
        say(`payment knows the charge as ${payment.paymentId}, the provider as ${charged.id}`);
    },
  },
  {
    code: 'P2-payment-known',
    says: 'what the provider has kept of an order is what payment’s books say',
    reads: 'outside: payments.jsonl · payment: payment',
    shows: 'both sums',
    holds: 'at rest',
    judges: ['payment'],
    needs: 'outside',
    check({ payment, money }, say) {
      const kept = keptOutside(money);
      const booked = keptInBooks(payment);
      if (kept !== booked) say(`the provider has kept ${kept} (${lines(money)}), payment’s books say ${booked}`);
    },
  },
  {
    code: 'P2-shipment',
    says: 'the carriers ship an order at most once, under its own key',
    reads: 'outside: shipments.jsonl',
    shows: 'every shipment with its key and time',
    holds: 'always',
    judges: [],
    needs: 'outside',
    check({ id, goods }, say) {
      const shipped = goods.filter(({ what }) => what === 'shipped');
      if (shipped.length > 1) say(`the carriers shipped it ${shipped.length} times: ${shipped.map(told).join('; ')}`);
      wrongKeys(goods, outsideKey(id, step.ship), say);
    },
  },
  {
    code: 'P2-shipment-booked',
    says: 'what shipping has in its books is in the carriers’ file: the same shipment or refusal',
    reads: 'shipping: shipment · outside: shipments.jsonl',
    shows: 'both entries',
    holds: 'always',
    judges: ['shipping'],
    needs: 'outside',
    check({ shipment, goods }, say) {
      if (!shipment || shipment.status === 'cancelled') return;
      const line = goods.find(({ what }) => what === shipment.status);
      if (!line) say(`shipping says ${shipment.status}; the carriers say ${lines(goods)}`);
      else if (shipment.shipmentId !== null && shipment.shipmentId !== line.id)
        say(`shipping knows the shipment as ${shipment.shipmentId}, the carriers as ${line.id}`);
    },
  },
  {
    code: 'P2-shipment-known',
    says: 'what the carriers have on its way is what shipping’s books say',
    reads: 'outside: shipments.jsonl · shipping: shipment',
    shows: 'both entries',
    holds: 'at rest',
    judges: ['shipping'],
    needs: 'outside',
    check({ shipment, goods }, say) {
      const gone = isGone(goods);
      if (gone !== (shipment?.status === 'shipped'))
        say(`the carriers say ${lines(goods)}; shipping says ${shipment?.status ?? 'nothing'}`);
    },
  },
  {
    code: 'P2-mail',
    says: 'a customer is told once how the order ended, once of a refund, and nothing that did not happen',
    reads: 'notification: mail · order: orders · payment: payment',
    shows: 'the mails that were noted',
    holds: 'always',
    judges: ['order', 'payment', 'notification'],
    needs: 'notification',
    check({ order, payment, mails }, say) {
      if (mails.length === 0) return;
      const refunds = mails.filter(({ kind }) => kind === 'refund').length;
      const told = `mails: ${mails.map(({ kind, messageId }) => `${kind} ${messageId}`).join(', ')}`;
      if (refunds > 1 || mails.length - refunds > 1) return say(told);
      if (refunds > 0 && !(payment && payment.refunded > 0))
        say(`a refund was announced, payment says ${payment?.status ?? 'nothing'}; ${told}`);
      for (const { kind } of mails)
        if (order && kind !== 'refund' && kind !== endMail[order.status]) say(`the order is ${order.status}; ${told}`);
    },
  },
  {
    code: 'P2-mail-sent',
    says: 'a mail that notification has noted was taken by the mail server',
    reads: 'notification: mail · outside: mails.jsonl',
    shows: 'the mail that is missing',
    holds: 'always',
    judges: ['notification'],
    needs: 'outside',
    check({ mails, letters }, say) {
      for (const { kind, messageId } of mails)
        if (!letters.includes(messageId)) say(`the ${kind} ${messageId} is noted, and the mail server has not taken it`);
    },
  },
  {
    code: 'P2-mail-known',
    says: 'a mail that the mail server took is one that notification has noted (the same Message-ID twice is one: SMTP may deliver twice)',
    reads: 'outside: mails.jsonl · notification: mail',
    shows: 'the mail that nobody noted',
    holds: 'at rest',
    judges: ['notification'],
    needs: 'outside',
    check({ mails, letters }, say) {
      for (const letter of new Set(letters))
        if (!mails.some(({ messageId }) => messageId === letter)) say(`the mail server took ${letter}, and notification has not noted it`);
    },
  },
];

/** The mail that tells how an order ended. */
export const endMail: Readonly<Record<string, string>> = { confirmed: 'confirmation', rejected: 'rejection', cancelled: 'cancellation' };

/** What the provider did for an order. */
function atProvider(money: readonly DeskLine[]): { charged: DeskLine | undefined; declined: boolean; refunded: number } {
  return {
    charged: money.find(({ what }) => what === 'charged'),
    declined: money.some(({ what }) => what === 'declined'),
    refunded: sum(money, 'cancelled'),
  };
}

/** What the provider has taken and not given back, in minor units. */
export const keptOutside = (money: readonly DeskLine[]): number =>
  money.length === 0 ? 0 : sum(money, 'charged') - sum(money, 'cancelled');

/** The same, as payment's books have it. */
export const keptInBooks = (payment: Dossier['payment']): number =>
  !payment || payment.status === 'declined' ? 0 : payment.amount - payment.refunded;

/** Whether the carriers have something on its way. */
export const isGone = (goods: readonly DeskLine[]): boolean =>
  goods.some(({ what, key }) => what === 'shipped' && !goods.some((other) => other.what === 'cancelled' && other.key === key));

const sum = (all: readonly DeskLine[], wanted: string): number =>
  all.reduce((total, { what, amount }) => total + (what === wanted ? amount : 0), 0);

function wrongKeys(all: readonly DeskLine[], right: string, say: (evidence: string) => void): void {
  for (const line of all) if (line.key !== right) say(`under another key than ${right}: ${told(line)}`);
}

const told = ({ what, amount, key, at }: DeskLine): string => `${what}${amount === 0 ? '' : ` ${amount}`} under ${key} at ${at}`;

/** All lines in words: `charged 2000, cancelled 2000`. */
export const lines = (all: readonly DeskLine[]): string =>
  all.length === 0 ? 'nothing' : all.map(({ what, amount }) => `${what}${amount === 0 ? '' : ` ${amount}`}`).join(', ');
