import type { AuditOptions } from '@duet/audit';
import type { Plant } from './planted.store';
import { firstOf, orderId, row } from './sample';
import { stocked } from './sample.store';

/** What is changed in a file of the outside world: lines of an order become others. */
export interface Forgery {
  readonly file: 'payments' | 'shipments' | 'mails';
  readonly order: string;
  readonly lines: (lines: readonly string[]) => readonly string[];
}

export interface Fault {
  /** The first is the one that the fault is planted for. */
  readonly rules: readonly [string, ...string[]];
  readonly what: string;
  readonly about: string;
  readonly plant?: Plant;
  readonly forgery?: Forgery;
  readonly evidence: string;
  readonly options?: Partial<AuditOptions>;
}

export const fine = firstOf('fine', 'choreography');
export const led = firstOf('fine', 'orchestration');
const declined = firstOf('declined', 'orchestration');
export const noCarrier = firstOf('no carrier', 'choreography');
const cancelled = firstOf('cancelled', 'choreography');
const noStock = firstOf('no stock', 'hybrid');
const stranger = orderId(1_000_000);

export const steps = (order: string, step: string, state: string): string =>
  `update duet.saga set steps = jsonb_set(steps::jsonb, '{${step},0}', '"${state}"')::json where id = '${order}'`;
export const heldRow = (
  order: string,
  { task = 'payment.ProcessPayment', state = 'parked', due = 'null', code = `'ProviderRefusedRequest'` } = {},
): string =>
  `insert into duet.held (id, process, saga_id, task, message_id, topic, headers, state, due_at, code)
    values ('m#${task}', 'place-order', '${order}', '${task}', 'm', 'inventory.events', '{}', '${state}', ${due}, ${code});
   update duet.saga set held = held + 1 where id = '${order}'`;
export const timerRow = (order: string): string =>
  `insert into duet.timer (process, saga_id, name, due_at, within_ms, look_at) values ('place-order', '${order}', 'deadline', now() + interval '1 minute', 1, now())`;
const copyOutbox = (order: string, seq: number, type: string, id = `gen_random_uuid()::text`): string =>
  `insert into duet.outbox (process, saga_id, seq, topic, value, headers, created_at, sent_at)
    select process, saga_id, ${seq}, topic, value, replace(replace(headers::text, headers ->> 'ce_type', '${type}'), headers ->> 'ce_id', ${id})::json, now(), now()
    from duet.outbox where saga_id = '${order}' and seq = 1;
   update duet.saga set next_seq = ${seq + 1} where id = '${order}'`;
export const reopened = (order: string): string =>
  `update orders set status = 'placed', ended_at = null, reason = null where id = '${order}';
   update duet.saga set steps = '{}' where id = '${order}'`;

export const faults: readonly Fault[] = [
  {
    rules: ['P1-ended', 'P2-mail'],
    what: 'an order that has not ended, with its deadline',
    about: fine,
    plant: { order: `${reopened(fine)}; ${timerRow(fine)}` },
    evidence: 'order has a deadline',
  },
  {
    rules: ['P1-instance', 'P3-residue'],
    what: 'an instance that says that a confirmed order was undone',
    about: led,
    plant: { orchestrator: `update instance set status = 'compensated', residue = '{payment.ProcessPayment}' where saga_id = '${led}'` },
    evidence: "the orchestrator's instance is compensated, the order is confirmed",
  },
  {
    rules: ['P1-instance'],
    what: 'an instance in another style',
    about: led,
    plant: { orchestrator: `update instance set style = 'hybrid' where saga_id = '${led}'` },
    evidence: 'the order is in the style orchestration, the orchestrator leads it in hybrid',
  },
  {
    rules: ['P1-instance-ended'],
    what: 'a led order that the orchestrator does not know',
    about: led,
    plant: { orchestrator: `delete from instance where saga_id = '${led}'` },
    evidence: 'has no instance of it',
  },
  {
    rules: ['P1-instance-ended'],
    what: 'an instance that still waits for an order that has ended',
    about: led,
    plant: {
      orchestrator: `update instance set status = 'running', awaits = 'order.ConfirmOrder', due_at = now() where saga_id = '${led}'; ${timerRow(led)}`,
    },
    evidence: "the orchestrator's instance is running and awaits order.ConfirmOrder",
  },
  {
    rules: ['P1-call'],
    what: 'a call that nobody finishes',
    about: declined,
    plant: { payment: steps(declined, 'payment.ProcessPayment', 'calling') },
    evidence: 'payment is calling for payment.ProcessPayment, and holds nothing for it',
  },
  {
    rules: ['P1-rest'],
    what: 'a message that waits for a person after the end',
    about: fine,
    plant: { payment: heldRow(fine) },
    evidence: 'payment holds payment.ProcessPayment (parked: ProviderRefusedRequest)',
  },
  {
    rules: ['P7-deadline', 'P1-ended', 'P2-mail'],
    what: 'an open order without a deadline',
    about: fine,
    plant: { order: reopened(fine) },
    evidence: 'the order service has no deadline for it',
  },
  {
    rules: ['P7-deadline'],
    what: 'a deadline of an order that has ended',
    about: fine,
    plant: { order: timerRow(fine) },
    evidence: 'the order service has a deadline for it',
  },
  {
    rules: ['P7-deadline', 'P1-instance-ended'],
    what: 'an instance that goes on, without a deadline',
    about: led,
    plant: {
      orchestrator: `update instance set status = 'running', awaits = 'order.ConfirmOrder', due_at = now() where saga_id = '${led}'`,
    },
    evidence: "the orchestrator's instance is running and has no deadline",
  },
  {
    rules: ['P7-held', 'P1-rest'],
    what: 'a held message that the saga’s row does not count',
    about: fine,
    plant: { payment: `${heldRow(fine)}; update duet.saga set held = 0 where id = '${fine}'` },
    evidence: 'payment counts 0 held messages, and holds payment.ProcessPayment',
  },
  {
    rules: ['P7-queue', 'P1-rest'],
    what: 'a queue whose first message waits for nothing',
    about: fine,
    plant: { payment: heldRow(fine, { state: 'waiting', code: 'null' }) },
    evidence: 'at payment everything waits behind payment.ProcessPayment, which is waiting',
  },
  {
    rules: ['P2-charge', 'P2-payment-known', 'P3-confirmed-whole'],
    what: 'a second charge',
    about: fine,
    forgery: {
      file: 'payments',
      order: fine,
      lines: ([line = '']) => [line, line.replace('payment.ProcessPayment"', 'payment.ProcessPayment/again"')],
    },
    evidence: 'the provider charged it 2 times: charged 1000 under place-order/',
  },
  {
    rules: ['P2-charge', 'P2-payment-booked', 'P2-payment-known', 'P3-confirmed-whole'],
    what: 'a charge of another amount',
    about: fine,
    forgery: { file: 'payments', order: fine, lines: ([line = '']) => [line.replace('"amount":1000', '"amount":1001')] },
    evidence: 'the provider charged 1001 CHF, the order is about 1000 CHF',
  },
  {
    rules: ['P2-payment-booked', 'P2-payment-known', 'P3-confirmed-whole'],
    what: 'a charge in the books that the provider has never made',
    about: fine,
    forgery: { file: 'payments', order: fine, lines: () => [] },
    evidence: 'payment says charged 1000, refunded 0; the provider says nothing',
  },
  {
    rules: ['P2-payment-known', 'P3-rejected-undone'],
    what: 'a charge that payment knows nothing of',
    about: noStock,
    forgery: {
      file: 'payments',
      order: noStock,
      lines: () => [
        JSON.stringify({
          ...{ at: '2026-01-01T00:00:00.000Z', what: 'charged', key: `place-order/${noStock}/payment.ProcessPayment` },
          request: { amount: amountOf(noStock), currency: 'CHF', reference: noStock },
          answer: { body: { chargeId: 'c' } },
        }),
      ],
    },
    evidence: 'payment’s books say 0',
  },
  {
    rules: ['P2-shipment'],
    what: 'a second shipment',
    about: fine,
    forgery: {
      file: 'shipments',
      order: fine,
      lines: ([line = '']) => [line, line.replace('shipping.ShipOrder"', 'shipping.ShipOrder/again"')],
    },
    evidence: 'the carriers shipped it 2 times',
  },
  {
    rules: ['P2-shipment-booked', 'P2-shipment-known', 'P3-confirmed-whole'],
    what: 'a shipment in the books that no carrier has',
    about: fine,
    forgery: { file: 'shipments', order: fine, lines: () => [] },
    evidence: 'shipping says shipped; the carriers say nothing',
  },
  {
    rules: ['P2-shipment-known', 'P3-rejected'],
    what: 'a shipment on its way that shipping has cancelled',
    about: cancelled,
    forgery: {
      file: 'shipments',
      order: cancelled,
      lines: () => [JSON.stringify({ what: 'shipped', key: `place-order/${cancelled}/shipping.ShipOrder`, at: '', answer: { body: {} } })],
    },
    evidence: 'the carriers say shipped; shipping says cancelled',
  },
  {
    rules: ['P2-mail', 'P2-mail-sent'],
    what: 'two mails about one end',
    about: fine,
    plant: { notification: `insert into mail (message_id, order_id, kind) values ('<again>', '${fine}', 'confirmation')` },
    evidence: 'confirmation <again>',
  },
  {
    rules: ['P2-mail', 'P3-confirmed-whole'],
    what: 'a mail about an end that did not come',
    about: fine,
    plant: { notification: `update mail set kind = 'rejection' where order_id = '${fine}'` },
    evidence: 'the order is confirmed; mails: rejection',
  },
  {
    rules: ['P2-mail-sent'],
    what: 'a noted mail that was never sent',
    about: fine,
    forgery: { file: 'mails', order: fine, lines: () => [] },
    evidence: 'is noted, and the mail server has not taken it',
  },
  {
    rules: ['P2-mail-known', 'P3-confirmed-whole'],
    what: 'a mail that nobody has noted',
    about: fine,
    plant: { notification: `delete from mail where order_id = '${fine}'` },
    evidence: 'and notification has not noted it',
  },
  {
    rules: ['P3-order', 'P4-reserved'],
    what: 'goods reserved for nobody',
    about: stranger,
    plant: {
      inventory: `insert into reservation (order_id, lines, state) values ('${stranger}', '[{"sku":"sample-0","quantity":1}]', 'reserved')`,
    },
    evidence: 'there is no such order; there is a reservation (reserved)',
  },
  {
    rules: ['P3-shipped-paid', 'P2-payment-booked', 'P2-payment-known', 'P6-effect'],
    what: 'goods that left without being paid',
    about: fine,
    plant: { payment: `update payment set status = 'declined' where order_id = '${fine}'` },
    evidence: 'it was shipped; inventory says issued, payment declined 1000, refunded 0, shipping shipped',
  },
  {
    rules: ['P3-confirmed', 'P2-shipment-known', 'P6-effect'],
    what: 'a confirmed order that was not shipped',
    about: fine,
    plant: { shipping: `delete from shipment where order_id = '${fine}'` },
    evidence: 'the order is confirmed; inventory says issued, payment charged 1000, refunded 0, shipping nothing',
  },
  {
    rules: ['P3-confirmed-whole'],
    what: 'a confirmed order whose goods were never issued',
    about: fine,
    plant: {
      inventory: `update reservation set state = 'reserved' where order_id = '${fine}';
        update stock set reserved = reserved + 1, shipped = shipped - 1 where sku = 'sample-0';
        update duet.saga set steps = (steps::jsonb - 'inventory.IssueStock')::json where id = '${fine}'`,
    },
    evidence: 'the order is confirmed, its goods are reserved instead of issued',
  },
  {
    rules: ['P3-rejected', 'P2-shipment-booked', 'P2-shipment-known', 'P3-shipped-paid', 'P6-effect'],
    what: 'a cancelled order that was shipped',
    about: cancelled,
    plant: { shipping: `update shipment set status = 'shipped', shipment_id = 's' where order_id = '${cancelled}'` },
    evidence: 'the order is cancelled (cancelled); inventory says released, payment refunded',
  },
  {
    rules: ['P3-rejected-undone', 'P2-mail', 'P2-payment-known', 'P6-effect'],
    what: 'a rejected order whose money is kept',
    about: noCarrier,
    plant: { payment: `update payment set status = 'charged', refunded = 0 where order_id = '${noCarrier}'` },
    evidence: 'the order is rejected (no-carrier), and payment keeps',
  },
  {
    rules: ['P3-rejected-undone', 'P4-reserved', 'P6-effect'],
    what: 'a rejected order whose goods stay reserved',
    about: noCarrier,
    plant: { inventory: `update reservation set state = 'reserved' where order_id = '${noCarrier}'` },
    evidence: 'the order is rejected (no-carrier), and its goods are still reserved',
  },
  {
    rules: ['P3-rejected-undone', 'P2-mail-known'],
    what: 'a customer who was not told of a refund',
    about: noCarrier,
    plant: { notification: `delete from mail where order_id = '${noCarrier}' and kind = 'refund'` },
    evidence: 'was refunded, and the customer was not told',
  },
  {
    rules: ['P3-residue'],
    what: 'a saga that is compensated and has something left',
    about: declined,
    plant: { orchestrator: `update instance set residue = '{inventory.ReserveStock}' where saga_id = '${declined}'` },
    evidence: 'it is compensated, and inventory.ReserveStock is left',
  },
  {
    rules: ['P4-lines', 'P4-reserved'],
    what: 'more reserved than was ordered',
    about: fine,
    plant: { inventory: `update reservation set lines = '[{"sku":"sample-0","quantity":7}]' where order_id = '${fine}'` },
    evidence: 'ordered: 1 sample-0; in the reservation: 7 sample-0',
  },
  {
    rules: ['P4-reserved', 'P4-stocked'],
    what: 'stock that is reserved by no order',
    about: 'product sample-3',
    plant: { inventory: `update stock set reserved = reserved + 5 where sku = 'sample-3'` },
    evidence: 'reserved, ',
  },
  {
    rules: ['P4-stocked'],
    what: 'stock that came from nowhere',
    about: 'product sample-3',
    plant: { inventory: `update stock set available = available + 5 where sku = 'sample-3'` },
    evidence: `together ${stocked + 5}; ${stocked} were stocked`,
  },
  {
    rules: ['P5-numbers'],
    what: 'a message that is missing between two others',
    about: cancelled,
    plant: {
      order: `delete from duet.outbox where saga_id = '${cancelled}' and seq = 2`,
    },
    evidence: 'the messages of order have the numbers 1, 3; the next one is 4',
  },
  {
    rules: ['P5-numbers', 'P6-outcome'],
    what: 'a message that is missing at the end',
    about: fine,
    plant: { inventory: `delete from duet.outbox where saga_id = '${fine}' and seq = 2` },
    evidence: 'the messages of inventory have the numbers 1; the next one is 3',
  },
  {
    rules: ['P5-numbers'],
    what: 'a saga all of whose messages are gone before their time',
    about: fine,
    plant: { payment: `delete from duet.outbox where saga_id = '${fine}'` },
    evidence: 'the messages of payment have the numbers none; the next one is 2',
  },
  {
    rules: ['P5-times'],
    what: 'a message that was committed before the one it follows',
    about: fine,
    plant: { inventory: `update duet.outbox set created_at = created_at - interval '1 second' where saga_id = '${fine}' and seq = 2` },
    evidence: 'inventory wrote inventory.StockIssued (number 2',
  },
  {
    rules: ['P5-once'],
    what: 'a message with two numbers',
    about: fine,
    plant: { order: copyOutbox(fine, 3, 'order.OrderPlaced', `headers ->> 'ce_id'`) },
    evidence: 'as number 3',
  },
  {
    rules: ['P5-sent'],
    what: 'a message that was never sent',
    about: fine,
    plant: { shipping: `update duet.outbox set sent_at = null where saga_id = '${fine}'` },
    evidence: 'shipping has not sent shipping.OrderShipped (number 1',
  },
  {
    rules: ['P6-outcome'],
    what: 'a command that was answered twice',
    about: fine,
    plant: { payment: copyOutbox(fine, 2, 'payment.PaymentFailed') },
    evidence:
      'payment has answered payment.ProcessPayment twice: payment.PaymentProcessed (number 1), then payment.PaymentFailed (number 2)',
  },
  {
    rules: ['P6-outcome', 'P6-effect'],
    what: 'a step that says something else than its answer',
    about: declined,
    plant: { payment: steps(declined, 'payment.ProcessPayment', 'done') },
    evidence: 'payment: payment.ProcessPayment is done, its answer is payment.PaymentFailed',
  },
  {
    rules: ['P6-effect'],
    what: 'an undone step whose effect is there',
    about: fine,
    plant: { payment: steps(fine, 'payment.ProcessPayment', 'undone') },
    evidence: 'payment.ProcessPayment is undone, and the table says charged',
  },
  {
    rules: ['P6-late', 'P6-outcome'],
    what: 'a success after its undo',
    about: noCarrier,
    plant: { payment: copyOutbox(noCarrier, 3, 'payment.PaymentProcessed') },
    evidence: 'payment said payment.PaymentProcessed (number 3) after payment.PaymentRefunded (number 2)',
  },
  {
    rules: ['P6-late'],
    what: 'a charge under a key that had been cancelled',
    about: noCarrier,
    forgery: { file: 'payments', order: noCarrier, lines: (lines) => lines.toReversed() },
    evidence: `charged under place-order/${noCarrier}/payment.ProcessPayment, which had been cancelled`,
  },
  {
    rules: ['P8-id', 'P1-ended', 'P7-deadline'],
    what: 'an order that follows from no key',
    about: stranger.replace('-5', '-4'),
    plant: {
      order: `insert into orders (id, request_hash, customer_id, style, status, lines, total, currency, payment_method, ship_to, placed_at)
        select '${stranger.replace('-5', '-4')}', request_hash, customer_id, style, 'placed', lines, total, currency, payment_method, ship_to, placed_at from orders where id = '${fine}'`,
    },
    evidence: 'follows from no key',
  },
  {
    rules: ['P1-answered'],
    what: 'an answered order that is in no books',
    about: stranger,
    options: { answered: { orders: [{ orderId: stranger }] } },
    evidence: 'the order was answered, and is not in the books',
  },
  {
    rules: ['P1-answered'],
    what: 'an order that ended otherwise than it had to',
    about: noStock,
    options: { answered: { orders: [{ orderId: noStock, end: 'payment-declined' }] } },
    evidence: 'the order must end payment-declined, and is rejected (no-stock)',
  },
  {
    rules: ['P8-key'],
    what: 'a key that was answered with another order than its own',
    about: fine,
    options: { answered: { orders: [{ orderId: fine, key: '00000000-0000-4000-8000-000000000000' }] } },
    evidence: 'the key 00000000-0000-4000-8000-000000000000 names the order',
  },
  {
    rules: ['P8-asked'],
    what: 'an order that nobody was answered',
    about: noStock,
    options: {
      answered: { orders: row.map((_, n) => ({ orderId: orderId(n) })).filter((one) => one.orderId !== noStock), complete: true },
    },
    evidence: 'the order is in the books (rejected), and nobody was answered it',
  },
];

/** What the n-th order is worth, as the sample has it. */
export function amountOf(order: string): number {
  return (1 + (row.findIndex((_, n) => orderId(n) === order) % 3)) * 1_000;
}
