import type { Books, OrderBook } from './books.store';
import type { Kafka } from './broker';
import type { Customer } from './customer';
import type { Effect, Outside } from './outside';
import { stock } from './plan';

/** Something that must never be. */
export interface Violation {
  /** As section 11 of the design counts them. */
  readonly promise: `P${number}`;
  readonly order: string | undefined;
  readonly text: string;
}

/** What an order has come to: the same in every style for equal outcomes. */
export interface Outcome {
  readonly n: number;
  readonly status: OrderBook['status'];
  readonly code: string | null;
  readonly kept: number;
  readonly shipped: number;
  readonly reservation: string | undefined;
}

/** Every unit that came in is available, reserved or shipped: at every moment. */
export function stockViolations(rows: Books['stock']): Violation[] {
  return rows.flatMap(({ sku, available, reserved, shipped }) => {
    const had = stock[sku as keyof typeof stock];
    if (available + reserved + shipped === had && available >= 0 && reserved >= 0) return [];
    return [
      {
        promise: 'P4' as const,
        order: undefined,
        text: `of ${had} ${sku} ${available} are available, ${reserved} reserved, ${shipped} shipped`,
      },
    ];
  });
}

/** Holds the services' books against the outside world's, the log and what customers were told. */
export function audit(
  books: Books,
  outside: Outside,
  kafka: Kafka,
  customers: readonly Customer[],
): { violations: Violation[]; outcomes: Outcome[] } {
  const violations: Violation[] = [];
  const say = (promise: Violation['promise'], order: string | undefined, text: string) => violations.push({ promise, order, text });
  violations.push(...stockViolations(books.stock));
  for (const text of books.unrest) say('P7', undefined, text);

  const orders = new Map(books.orders.map((order) => [order.id, order]));
  const outcomes: Outcome[] = [];
  for (const { orderIds, refusals, plan } of customers) {
    const [id = ''] = orderIds;
    if (orderIds.size > 1) say('P8', id, `one key names ${[...orderIds].join(' and ')}`);
    for (const refusal of refusals) say('P1', id, `the customer was told: ${refusal}`);
    const order = orders.get(id);
    if (!order) {
      say('P1', id, 'it was answered and is lost');
      continue;
    }
    outcomes.push({ ...judged(order, books, outside, say), n: plan.n });
  }
  if (books.orders.length > customers.length)
    say('P8', undefined, `${customers.length} keys were sent, and there are ${books.orders.length} orders`);

  for (const { sku, reserved, shipped } of books.stock) {
    const sold = books.orders
      .filter(({ status }) => status === 'confirmed')
      .flatMap(({ lines }) => lines.filter((line) => line.sku === sku))
      .reduce((sum, { quantity }) => sum + quantity, 0);
    if (reserved !== 0) say('P3', undefined, `${reserved} ${sku} are reserved for nobody`);
    if (shipped !== sold) say('P4', undefined, `${shipped} ${sku} were shipped, ${sold} are in confirmed orders`);
  }
  for (const text of disorder(kafka)) say('P5', undefined, text);
  return { violations, outcomes };
}

/** One order: all of it happened, or none of it is left. */
function judged(
  order: OrderBook,
  books: Books,
  outside: Outside,
  say: (promise: Violation['promise'], order: string, text: string) => void,
): Omit<Outcome, 'n'> {
  const { id, style, status, total, code } = order;
  const wrong = (promise: Violation['promise'], text: string) => say(promise, id, `${status} (${style}): ${text}`);
  const isConfirmed = status === 'confirmed';
  if (status === 'placed') wrong('P1', 'it has not ended');

  const charges = effectsOf(outside.charges, id);
  const kept = charges.reduce((sum, { amount, undone }) => sum + amount - undone, 0);
  if (charges.length > 1) wrong('P2', `it was charged ${charges.length} times`);
  if (kept !== (isConfirmed ? total : 0)) wrong('P3', `the provider has kept ${kept} of ${total}`);
  const payment = books.payments.get(id);
  const recorded = payment?.status === 'declined' ? 0 : (payment?.amount ?? 0) - (payment?.refunded ?? 0);
  if (recorded !== kept) wrong('P4', `payment says that ${recorded} were kept, the provider ${kept}`);

  const shipments = effectsOf(outside.shipments, id);
  const shipped = shipments.reduce((sum, { amount, undone }) => sum + amount - undone, 0);
  if (shipments.length > 1) wrong('P2', `the carriers were given it ${shipments.length} times`);
  if (shipped !== (isConfirmed ? 1 : 0)) wrong('P3', `the carriers have ${shipped} of it`);
  if ((books.shipments.get(id) === 'shipped') !== (shipped === 1))
    wrong('P4', `shipping says ${books.shipments.get(id)}, the carriers have ${shipped}`);

  const reservation = books.reservations.get(id);
  if ((reservation === 'issued') !== isConfirmed || reservation === 'reserved') wrong('P3', `its reservation is ${reservation}`);

  const instance = books.instances.get(id);
  const expected = style === 'choreography' ? undefined : isConfirmed ? 'completed' : 'compensated';
  if (instance !== expected) wrong('P1', `its saga is ${instance}`);

  const mails = new Map(
    outside.mails.filter(({ subject }) => subject.includes(id)).map(({ messageId, subject }) => [messageId, subject.replace(id, '…')]),
  );
  const ends = {
    confirmed: 'Your order … is confirmed',
    cancelled: 'Your order … is cancelled',
    rejected: 'We could not carry out your order …',
    placed: '',
  };
  const due = [ends[status], ...(charges.some(({ undone }) => undone > 0) ? ['We have refunded your order …'] : [])].sort();
  const sent = [...mails.values()].sort();
  if (JSON.stringify(sent) !== JSON.stringify(due)) wrong('P2', `mails: ${sent.join('; ') || 'none'}`);
  return { status, code, kept, shipped, reservation };
}

const effectsOf = (effects: ReadonlyMap<string, Effect>, id: string): Effect[] =>
  [...effects.values()].filter(({ orderId }) => orderId === id);

/** Messages of one sender about one saga whose first copies are not in the order of their numbers, within a topic. */
function disorder({ log }: Kafka): string[] {
  const last = new Map<string, number>();
  const met = new Set<string>();
  return log.flatMap(({ message, source, id, type, seq }) => {
    if (source === '' || met.has(id)) return [];
    met.add(id);
    const line = `${source} ${message.topic} ${message.key}`;
    const before = last.get(line) ?? 0;
    last.set(line, Math.max(before, seq));
    return seq > before ? [] : [`${type} ${source}#${seq} of ${message.key} came after #${before}`];
  });
}
