import {
  CancelShipment,
  ConfirmOrder,
  IssueStock,
  ProcessPayment,
  RefundPayment,
  RejectOrder,
  ReleaseStock,
  ReserveStock,
  ShipOrder,
} from '@duet/contracts';
import { type CommandClass, wireName } from '@duet/message';

/** The process that is audited. */
export const process = 'place-order';

/** Who keeps books about an order. */
export const services = ['order', 'inventory', 'payment', 'shipping', 'notification', 'orchestrator'] as const;
export type Service = (typeof services)[number];

/** The steps of an order, by wire name: as they stand in `duet.step`. */
export const step = {
  reserve: wireName(ReserveStock),
  release: wireName(ReleaseStock),
  issue: wireName(IssueStock),
  pay: wireName(ProcessPayment),
  refund: wireName(RefundPayment),
  ship: wireName(ShipOrder),
  cancelShipment: wireName(CancelShipment),
  confirm: wireName(ConfirmOrder),
  reject: wireName(RejectOrder),
} as const;

const commands: readonly CommandClass[] = [
  ReserveStock,
  ReleaseStock,
  IssueStock,
  ProcessPayment,
  RefundPayment,
  ShipOrder,
  CancelShipment,
  ConfirmOrder,
  RejectOrder,
];

/** The events that may answer each command, by wire names. */
export const outcomesOf: ReadonlyMap<string, { readonly ok: string; readonly fail: string | undefined }> = new Map(
  commands.map((command) => [wireName(command), { ok: wireName(command.ok), fail: command.fail && wireName(command.fail) }]),
);

/** The events that refuse. */
export const refusals: readonly string[] = commands.flatMap(({ fail }) => (fail ? [wireName(fail)] : []));

/** The command that an event answers. */
export const answeredBy: ReadonlyMap<string, string> = new Map(
  commands.flatMap((command) => [command.ok, ...(command.fail ? [command.fail] : [])].map((event) => [wireName(event), wireName(command)])),
);

/** What takes back what: the success of the way back, and the success that must not come after it. */
export const waysBack: readonly { readonly back: string; readonly success: string }[] = [
  { back: wireName(ReleaseStock.ok), success: wireName(ReserveStock.ok) },
  { back: wireName(RefundPayment.ok), success: wireName(ProcessPayment.ok) },
  { back: wireName(CancelShipment.ok), success: wireName(ShipOrder.ok) },
];

/** The idempotency key of a step's outside call (runtime rule 8): under no other may money or goods move. */
export const outsideKey = (orderId: string, name: string): string => `${process}/${orderId}/${name}`;
