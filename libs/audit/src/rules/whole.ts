import { services } from '../business';
import type { Dossier } from '../dossier';
import type { Rule } from '../rule';
import { endMail, isGone, keptInBooks, keptOutside, lines } from './once';

/** P3: all done, or all that was done is undone. */
export const whole: readonly Rule[] = [
  {
    code: 'P3-order',
    says: 'nothing is done for an order that was never placed',
    reads: 'order: orders · every other table and file',
    shows: 'what is there without it',
    holds: 'always',
    judges: [],
    check(dossier, say) {
      if (!dossier.order) say(`there is no such order; there is ${traces(dossier).join(', ')}`);
    },
  },
  {
    code: 'P3-shipped-paid',
    says: 'goods leave only when they are reserved and paid, and stay paid: after the pivot nothing is undone',
    reads: 'shipping: shipment · payment: payment · inventory: reservation',
    shows: 'the three entries',
    holds: 'always',
    judges: ['inventory', 'payment', 'shipping'],
    check(dossier, say) {
      const { order, shipment, payment, reservation } = dossier;
      if (shipment?.status !== 'shipped') return;
      const paid = payment?.status === 'charged' && (!order || payment.amount === order.total);
      const reserved = reservation?.state === 'reserved' || reservation?.state === 'issued';
      if (!paid || !reserved) say(`it was shipped; ${entries(dossier)}`);
    },
  },
  {
    code: 'P3-confirmed',
    says: 'a confirmed order was shipped',
    reads: 'order: orders · shipping: shipment',
    shows: 'what shipping and the others have',
    holds: 'always',
    judges: ['order', 'shipping'],
    check(dossier, say) {
      if (dossier.order?.status === 'confirmed' && dossier.shipment?.status !== 'shipped')
        say(`the order is confirmed; ${entries(dossier)}`);
    },
  },
  {
    code: 'P3-confirmed-whole',
    says: 'for a confirmed order the goods are issued, the carriers have them, the provider keeps the total, and the customer is told',
    reads: 'order: orders · inventory: reservation · notification: mail · outside: all files',
    shows: 'what is missing',
    holds: 'at rest',
    judges: ['order', 'inventory', 'payment', 'shipping', 'notification'],
    check(dossier, say, { has }) {
      const { order, reservation, money, goods } = dossier;
      if (order?.status !== 'confirmed') return;
      if (reservation?.state !== 'issued')
        say(`the order is confirmed, its goods are ${reservation?.state ?? 'nowhere'} instead of issued`);
      if (has.notification) untold(dossier, say);
      if (!has.outside) return;
      if (keptOutside(money) !== order.total) say(`the order is confirmed about ${order.total}, the provider says ${lines(money)}`);
      if (!isGone(goods)) say(`the order is confirmed, the carriers say ${lines(goods)}`);
    },
  },
  {
    code: 'P3-rejected',
    says: 'for an order that was rejected or cancelled nothing leaves: no shipment, no goods issued, nothing with the carriers',
    reads: 'order: orders · shipping: shipment · inventory: reservation · outside: shipments.jsonl',
    shows: 'what has left',
    holds: 'always',
    judges: ['order', 'inventory', 'shipping'],
    check(dossier, say) {
      const { order, shipment, reservation, goods } = dossier;
      if (!order || !isTurnedBack(order.status)) return;
      if (shipment?.status === 'shipped' || reservation?.state === 'issued') say(`the order is ${ended(order)}; ${entries(dossier)}`);
      if (isGone(goods)) say(`the order is ${ended(order)}, the carriers say ${lines(goods)}`);
    },
  },
  {
    code: 'P3-rejected-undone',
    says: 'all that was done for an order that was rejected or cancelled is undone: nothing reserved, nothing kept of its money; the customer is told, also of a refund',
    reads: 'order: orders · inventory: reservation · payment: payment · notification: mail · outside: payments.jsonl',
    shows: 'what is left, or untold',
    holds: 'at rest',
    judges: ['order', 'inventory', 'payment', 'notification'],
    check(dossier, say, { has }) {
      const { order, reservation, payment, money } = dossier;
      if (!order || !isTurnedBack(order.status)) return;
      if (reservation?.state === 'reserved') say(`the order is ${ended(order)}, and its goods are still reserved`);
      if (keptInBooks(payment) !== 0) say(`the order is ${ended(order)}, and payment keeps ${keptInBooks(payment)} of it`);
      if (keptOutside(money) !== 0)
        say(`the order is ${ended(order)}, and the provider keeps ${keptOutside(money)} of it: ${lines(money)}`);
      if (has.notification) untold(dossier, say);
    },
  },
  {
    code: 'P3-residue',
    says: 'a saga that the orchestrator has compensated has nothing left that was done',
    reads: 'orchestrator: instance',
    shows: 'the steps that are left',
    holds: 'always',
    judges: ['orchestrator'],
    needs: 'orchestrator',
    check({ instance }, say) {
      if (instance?.status === 'compensated' && instance.residue.length > 0)
        say(`it is compensated, and ${instance.residue.join(', ')} is left`);
    },
  },
];

const isTurnedBack = (status: string): boolean => status === 'rejected' || status === 'cancelled';

const ended = ({ status, reason }: NonNullable<Dossier['order']>): string => (reason === null ? status : `${status} (${reason})`);

/** What the three services that act have of an order. */
function entries({ reservation, payment, shipment }: Dossier): string {
  const paid = payment ? `${payment.status} ${payment.amount}, refunded ${payment.refunded}` : 'nothing';
  return `inventory says ${reservation?.state ?? 'nothing'}, payment ${paid}, shipping ${shipment?.status ?? 'nothing'}`;
}

function untold({ order, payment, mails }: Dossier, say: (evidence: string) => void): void {
  const end = order && endMail[order.status];
  if (end !== undefined && !mails.some(({ kind }) => kind === end)) say(`the order is ${order?.status}, and its customer got no ${end}`);
  if (payment && payment.refunded > 0 && !mails.some(({ kind }) => kind === 'refund'))
    say(`${payment.refunded} was refunded, and the customer was not told`);
}

/** What there is of an order beside the order itself. A service that has only met its saga has done nothing for it. */
export function traces({ reservation, payment, shipment, instance, mails, runtime, money, goods, letters }: Dossier): string[] {
  const found: (string | false)[] = [
    reservation !== undefined && `a reservation (${reservation.state})`,
    payment !== undefined && `a payment (${payment.status} ${payment.amount})`,
    shipment !== undefined && `a shipment (${shipment.status})`,
    instance !== undefined && `an instance (${instance.status})`,
    mails.length > 0 && `${mails.length} mails`,
    money.length > 0 && `at the provider ${lines(money)}`,
    goods.length > 0 && `with the carriers ${lines(goods)}`,
    letters.length > 0 && `${letters.length} mails at the mail server`,
    ...services.map((service) => {
      const { steps = [], outbox = [], held = [], timers = [] } = runtime[service] ?? {};
      const count = steps.length + outbox.length + held.length + timers.length;
      return count > 0 && `${count} rows of the runtime at ${service}`;
    }),
  ];
  return found.filter((text) => text !== false);
}
