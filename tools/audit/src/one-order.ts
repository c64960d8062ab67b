import { type Dossier, type Evidence, isUnderWay, judge, type Look, type Readers, services, type Unread } from '@duet/audit';

/** What an order looks like, and what is wrong with it. */
export interface OneOrder {
  readonly dossier: Dossier;
  /** Messages of it that a reader has not received. */
  readonly unread: readonly Unread[];
  /** What is wrong now. */
  readonly wrong: readonly string[];
  /** What would be wrong if nothing were on its way. */
  readonly toCome: readonly string[];
}

/** Looks at one order, as it is now; undefined where nobody knows it. */
export async function lookAt(
  evidence: Evidence,
  id: string,
  { readers, ...times }: Omit<Look, 'has'> & { readonly readers: Readers },
): Promise<OneOrder | undefined> {
  const [found] = await evidence.of([id], readers);
  if (!found) return undefined;
  const { dossier, unread } = found;
  const suspicions = judge(dossier, { has: evidence.has, ...times });
  const open = isUnderWay(dossier) || unread.length > 0;
  const told = (holds: 'always' | 'at rest'): string[] =>
    suspicions.filter((one) => one.holds === holds).map(({ rule, text }) => `${rule}: ${text}`);
  return { dossier, unread, wrong: [...told('always'), ...(open ? [] : told('at rest'))], toCome: open ? told('at rest') : [] };
}

/** Everything that is known about an order, in words. */
export function tellOrder({ dossier, unread, wrong, toCome }: OneOrder): string {
  const { id, order, reservation, payment, shipment, instance, mails, runtime, money, goods, letters } = dossier;
  const has: Readonly<Record<string, string | undefined>> = {
    order:
      order &&
      `${order.status}${order.reason === null ? '' : ` (${order.reason})`}, ${order.style}, ${order.total} ${order.currency} for ${linesOf(order.lines)}, placed ${order.placedAt}`,
    inventory: reservation && `reservation ${reservation.state}: ${linesOf(reservation.lines)}`,
    payment:
      payment &&
      `${payment.status} ${payment.amount}, refunded ${payment.refunded}${payment.paymentId === null ? '' : `, charge ${payment.paymentId}`}`,
    shipping: shipment && `${shipment.status}${shipment.shipmentId === null ? '' : `, shipment ${shipment.shipmentId}`}`,
    notification: mails.map(({ kind, messageId }) => `${kind} ${messageId}`).join(', ') || undefined,
    orchestrator:
      instance &&
      `${instance.status}, ${instance.style}${instance.awaits ? `, awaits ${instance.awaits}` : ''}${instance.residue.length > 0 ? `, left: ${instance.residue.join(', ')}` : ''}`,
  };
  const lines = services.flatMap((service) => {
    const { steps = [], outbox = [], held = [], timers = [], operations = [] } = runtime[service] ?? {};
    const details = [
      ...steps.map(({ step, state }) => `did   ${step}: ${state}`),
      ...outbox.map(
        ({ seq, type, id: message, createdAt, sent, void: isVoid }) =>
          `said  ${seq}  ${new Date(createdAt / 1_000).toISOString()}  ${type}${isVoid ? ' (void)' : ''}  ${message}${sent ? '' : '  NOT SENT'}`,
      ),
      ...held.map(({ task, state, code }) => `holds ${task}: ${state}${code === null ? '' : ` (${code})`}`),
      ...timers.map((name) => `has a ${name}`),
      ...operations.map(({ did, step, actor }) => `${actor} did ${did} on ${step}`),
    ];
    if (has[service] === undefined && details.length === 0) return [`${service.padEnd(12)}  nothing`];
    return [`${service.padEnd(12)}  ${has[service] ?? 'no row of its own'}`, ...details.map((detail) => `${''.padEnd(12)}  ${detail}`)];
  });
  const outside = [
    ...money.map(({ what, amount, at, key }) => `the provider   ${at}  ${what}${amount === 0 ? '' : ` ${amount}`}  ${key}`),
    ...goods.map(({ what, at, key }) => `the carriers   ${at}  ${what}  ${key}`),
    ...letters.map((letter) => `the mail server took ${letter}`),
  ];
  return `${[
    `order ${id}`,
    ...lines,
    ...(outside.length > 0 ? ['outside', ...outside.map((line) => `  ${line}`)] : []),
    ...unread.map(({ from, by, message }) => `on its way: ${message.type} (number ${message.seq} of ${from}), not read by ${by} yet`),
    ...toCome.map((text) => `to come: ${text}`),
    ...(wrong.length > 0
      ? wrong.map((text) => `WRONG ${text}`)
      : [toCome.length > 0 || unread.length > 0 ? 'nothing is wrong with it so far' : 'nothing is wrong with it']),
  ].join('\n')}\n`;
}

const linesOf = (lines: readonly { readonly sku: string; readonly quantity: number }[]): string =>
  lines.map(({ sku, quantity }) => `${quantity} ${sku}`).join(', ');
