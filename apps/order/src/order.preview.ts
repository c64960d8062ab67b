import {
  CancellationRefused,
  CancelShipment,
  OrderShipped,
  PaymentProcessed,
  ProcessPayment,
  RefundPayment,
  ReleaseStock,
  ReserveStock,
} from '@duet/contracts';
import { wireName } from '@duet/message';
import type { Order } from './order';

/** What a cancel would do now, as far as this service has heard. */
export interface CancelPreview {
  readonly possible: boolean;
  /** In words: what would happen, or why it is too late. */
  readonly text: string;
  /** The undos that would run, in order: commands by their wire names. */
  readonly undos: readonly string[];
  /** The question that decides whether it is too late. */
  readonly asks?: string;
}

/** What can be undone before the goods leave, in the order in which it is undone. */
const undoable = [
  { action: ProcessPayment, undo: RefundPayment },
  { action: ReserveStock, undo: ReleaseStock },
] as const;

/**
 * From the order as it stands and the wire names of the events that were heard of it. Only the owner of the shipment can say for certain, when it is asked.
 */
export function previewOf(
  { status, style, reason }: Pick<Order, 'status' | 'style' | 'reason'>,
  heard: ReadonlySet<string>,
): CancelPreview {
  const no = (text: string): CancelPreview => ({ possible: false, text, undos: [] });
  if (status === 'confirmed') return no('It is too late: the order is confirmed.');
  if (status !== 'placed') return no(`There is nothing to cancel: the order is ${status} (${reason?.text ?? 'no reason given'}).`);
  if (heard.has(wireName(OrderShipped)) || heard.has(wireName(CancellationRefused)))
    return no('It is too late: the order has been shipped.');
  const undos = undoable
    .filter(({ action, undo }) => heard.has(wireName(action.ok)) && !heard.has(wireName(undo.ok)))
    .map(({ undo }) => wireName(undo));
  const then = undos.length > 0 ? `${undos.join(', then ')} would run` : 'nothing has been done yet that would have to be undone';
  // An orchestrator asks only when it may have asked for the shipment; in a choreography shipping alone knows.
  const asks = style === 'choreography' || heard.has(wireName(PaymentProcessed)) ? wireName(CancelShipment) : undefined;
  return asks === undefined
    ? { possible: true, text: `${then}.`, undos }
    : { possible: true, text: `shipping is asked first, and may say that it is too late; if not, ${then}.`, undos, asks };
}
