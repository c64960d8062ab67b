import type { Dossier } from '@duet/audit';

/** A saga as the observer tells it: what is compared here. */
export interface Told {
  readonly style: string;
  readonly state: 'running' | 'compensating' | 'completed' | 'compensated';
  readonly concerns: readonly string[];
  readonly reason?: { readonly code: string };
  readonly messages: number;
  readonly steps: readonly {
    readonly command: string;
    readonly state: string;
    readonly undo?: { readonly command: string; readonly state: string };
  }[];
  readonly notUndone: readonly string[];
}

/** An order of which the observer and the services do not say the same. */
export interface Difference {
  readonly order: string;
  readonly what: string;
  readonly tables: unknown;
  readonly observer: unknown;
}

/** Whether a message about the order waits for a person at some service, as its own table says. */
export const isParked = ({ runtime }: Dossier): boolean =>
  Object.values(runtime).some(({ held }) => held.some(({ state }) => state === 'parked'));

/** How many messages the services have said about the order, as their outboxes say. */
export const saidOf = ({ runtime }: Dossier): number => Object.values(runtime).reduce((sum, { outbox }) => sum + outbox.length, 0);

/** What the observer may call a step, by what its owner's runtime has written down. */
const states: Readonly<Record<string, readonly string[]>> = {
  done: ['done'],
  undone: ['undone'],
  refused: ['refused'],
  // It never came, or came after its undo.
  tombstone: ['open', 'undone', 'void', 'waiting'],
  calling: ['parked', 'waiting'],
};
const ends = { placed: ['running', 'compensating'], confirmed: ['completed'], rejected: ['compensated'], cancelled: ['compensated'] };

/** By what the business's own tables say, what the observer must call the step that made it so. */
const effects = (
  dossier: Dossier,
): readonly (readonly [command: string, row: string | undefined, states: Readonly<Record<string, string>>])[] => [
  ['inventory.ReserveStock', dossier.reservation?.state, { reserved: 'done', issued: 'done', refused: 'refused', released: 'undone' }],
  ['inventory.IssueStock', dossier.reservation?.state, { issued: 'done' }],
  ['payment.ProcessPayment', dossier.payment?.status, { charged: 'done', declined: 'refused', refunded: 'undone' }],
  ['shipping.ShipOrder', dossier.shipment?.status, { shipped: 'done', refused: 'refused' }],
  ['shipping.CancelShipment', dossier.shipment?.status, { cancelled: 'done' }],
  ['order.ConfirmOrder', dossier.order?.status, { confirmed: 'done' }],
  ['order.RejectOrder', dossier.order?.status, { rejected: 'done', cancelled: 'done' }],
];

/** Everything in which the observer's tale of an order differs from what stands in the services' own tables, at rest. */
export function differencesOf(dossier: Dossier, saga: Told): Difference[] {
  const { id, order, instance, runtime } = dossier;
  const found: Difference[] = [];
  const compare = (what: string, tables: unknown, observer: unknown, isSame: boolean): void => {
    if (!isSame) found.push({ order: id, what, tables, observer });
  };
  const told = new Map(
    saga.steps.flatMap((step) => [step, ...(step.undo ? [step.undo] : [])]).map(({ command, state }) => [command, state]),
  );
  compare('style', order?.style, saga.style, order?.style === saga.style);
  compare('end', order?.status, saga.state, order !== undefined && ends[order.status].includes(saga.state));
  const reason = order?.status === 'rejected' || order?.status === 'cancelled' ? order.reason : undefined;
  compare('reason', reason, saga.reason?.code, reason === saga.reason?.code);
  compare('parked', isParked(dossier), saga.concerns, isParked(dossier) === saga.concerns.includes('parked'));
  compare('messages', saidOf(dossier), saga.messages, saidOf(dossier) === saga.messages);
  if (instance && saga.state !== 'running')
    compare('leader', instance.status, saga.state, instance.status === saga.state || saga.state === 'compensating');
  if (instance && saga.state === 'compensated')
    compare('not undone', instance.residue, saga.notUndone, instance.residue.length === saga.notUndone.length);
  const steps = new Map(Object.values(runtime).flatMap((record) => record.steps.map(({ step, state }) => [step, state] as const)));
  for (const [command, state] of steps) {
    if (command.startsWith('hears:')) continue;
    compare(command, state, told.get(command), (states[state] ?? []).includes(told.get(command) ?? 'open'));
  }
  for (const [command, state] of told) if (!steps.has(command)) compare(command, 'nothing', state, state === 'open' || state === 'waiting');
  for (const [command, row, rightly] of effects(dossier)) {
    const right = row === undefined ? undefined : rightly[row];
    // What was undone before it came has left no row.
    const isDone = ['done', 'refused'].includes(told.get(command) ?? 'open');
    compare(
      `${command} in the table`,
      row,
      told.get(command),
      right === undefined ? !(isDone && row === undefined) : told.get(command) === right,
    );
  }
  return found;
}
