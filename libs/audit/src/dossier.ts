import type { Service } from './business';

/** An order as its own service has it; amounts in minor units. */
export interface OrderRecord {
  readonly style: string;
  readonly status: 'placed' | 'confirmed' | 'rejected' | 'cancelled';
  readonly reason: string | null;
  readonly lines: readonly LineRecord[];
  readonly total: number;
  readonly currency: string;
  /** ISO 8601. */
  readonly placedAt: string;
}
export interface LineRecord {
  readonly sku: string;
  readonly quantity: number;
}
export interface ReservationRecord {
  readonly state: 'reserved' | 'refused' | 'released' | 'issued';
  readonly lines: readonly LineRecord[];
}
export interface PaymentRecord {
  readonly status: 'charged' | 'declined' | 'refunded';
  readonly amount: number;
  readonly refunded: number;
  readonly paymentId: string | null;
}
export interface ShipmentRecord {
  readonly status: 'shipped' | 'refused' | 'cancelled';
  readonly shipmentId: string | null;
}
export interface MailRecord {
  readonly kind: 'confirmation' | 'rejection' | 'cancellation' | 'refund';
  readonly messageId: string;
}

/** The order's saga as its orchestrator has it. */
export interface InstanceRecord {
  readonly status: string;
  readonly style: string;
  readonly awaits: string | null;
  /** Whether it says until when. */
  readonly due: boolean;
  /** What was done and is not undone. */
  readonly residue: readonly string[];
}

export interface StepRecord {
  readonly step: string;
  readonly state: 'calling' | 'done' | 'refused' | 'undone' | 'tombstone';
  /** Of the message that told the world. */
  readonly outcomeId: string | undefined;
}
export interface HeldRecord {
  /** Its place among what the service holds. */
  readonly n: number;
  readonly task: string;
  readonly messageId: string | null;
  readonly state: 'waiting' | 'calling' | 'retrying' | 'parked' | 'aside';
  /** Whether it says when it is looked at next. */
  readonly due: boolean;
  readonly code: string | null;
}
/** A message in a service's outbox. */
export interface SentRecord {
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  readonly void: boolean;
  /** Microseconds since 1970. */
  readonly createdAt: number;
  readonly sent: boolean;
}
/** What a person did about a held message. */
export interface OperationRecord {
  readonly did: string;
  readonly step: string;
  readonly actor: string;
}

/** What the runtime of one service keeps about a saga. */
export interface RuntimeRecord {
  /** The next number of the saga's outgoing messages; absent where the service has no row of the saga. */
  nextSeq: number | undefined;
  /** How many messages it holds, as the saga's row says. */
  heldCount: number;
  readonly steps: StepRecord[];
  readonly held: HeldRecord[];
  /** In the order of their numbers. */
  readonly outbox: SentRecord[];
  /** By name. */
  readonly timers: string[];
  readonly operations: OperationRecord[];
}

/** A line of the payment provider's or the carriers' own file. */
export interface DeskLine {
  /** `charged`, `declined`, `shipped`, `refused`, or `cancelled`: what was done under the key is undone, for ever. */
  readonly what: string;
  readonly key: string;
  readonly at: string;
  /** Of a charge, or of what its cancellation gave back; in minor units. */
  readonly amount: number;
  readonly currency: string | undefined;
  /** The provider's id of the charge, or the carrier's of the shipment. */
  readonly id: string | undefined;
}

/** Everything that is known about one order: rows as they are, from every database and file. What the rules judge. */
export interface Dossier {
  readonly id: string;
  order?: OrderRecord;
  reservation?: ReservationRecord;
  payment?: PaymentRecord;
  shipment?: ShipmentRecord;
  instance?: InstanceRecord;
  readonly mails: MailRecord[];
  readonly runtime: Partial<Record<Service, RuntimeRecord>>;
  /** The provider's lines, oldest first. */
  readonly money: DeskLine[];
  /** The carriers' lines, oldest first. */
  readonly goods: DeskLine[];
  /** The Message-IDs of what the mail server took, each copy. */
  readonly letters: string[];
}

/** A product's three counts. */
export interface StockRecord {
  readonly sku: string;
  readonly available: number;
  readonly reserved: number;
  readonly shipped: number;
}

export const emptyDossier = (id: string): Dossier => ({ id, mails: [], runtime: {}, money: [], goods: [], letters: [] });

export const emptyRuntime = (): RuntimeRecord => ({
  nextSeq: undefined,
  heldCount: 0,
  steps: [],
  held: [],
  outbox: [],
  timers: [],
  operations: [],
});
