import type { Reason, Style } from '@duet/message';
import type { Manifest } from '@duet/saga';
import type { Parking, Seen } from './seen';

/** The observer's tables. What PostgreSQL tells as text, since it may be too large for a number, is text here. */
export interface Tables {
  memory: { name: string; revision: string; forgotten_to: string };
  manifest: { service: string; body: Manifest; at: Date };
  message: MessageRow;
  saga: SagaRecord;
  parked: ParkedRow;
  caused: CausedRow;
  tally: TallyRow;
  service: { service: string; messages: string; first_at: Date; last_at: Date };
  unreadable: { n: string; place: string; at: Date; code: string; text: string };
}

export interface MessageRow {
  n: string;
  id: string;
  process: string;
  saga: string;
  type: string;
  kind: 'command' | 'event';
  service: string;
  at: Date;
  style: Style;
  hop: string;
  seq: string;
  cause: string | null;
  version: string | null;
  ask: 'again' | 'now' | 'settled' | null;
  void: boolean;
  reason: Reason | null;
  parking: Parking | null;
  traceparent: string | null;
  body: object;
}

/** A saga as it is listed: the view of its messages, without a clock. */
export interface SagaRecord {
  process: string;
  id: string;
  style: Style;
  version: string | null;
  state: string;
  concerns: string[];
  words: string;
  reason: Reason | null;
  reason_code: string | null;
  started_at: Date;
  last_at: Date;
  ended_at: Date | null;
  messages: number;
  hops: string;
  waiting_service: string | null;
  waiting_command: string | null;
  waiting_since: Date | null;
  waiting_within: string | null;
  waiting_due: Date | null;
  beyond: string;
  landscape: string;
  facts: object;
  facts_count: number;
  facts_from: string;
  customer: string | null;
}

export interface ParkedRow {
  service: string;
  message_id: string;
  command: string;
  process: string;
  saga: string;
  role: string;
  code: string;
  text: string;
  at: Date;
}

export interface CausedRow {
  hour: Date;
  process: string;
  style: Style;
  cause_type: string;
  cause_service: string;
  cause_kind: 'command' | 'event' | '';
  type: string;
  service: string;
  kind: 'command' | 'event';
  class: number;
  count: string;
  sum_ms: string;
}

export interface TallyRow {
  minute: Date;
  process: string;
  style: Style;
  what: 'started' | 'completed' | 'compensated';
  reason: string;
  count: string;
}

/** What is needed of a message for looking at its saga. */
export const seenColumns = [
  ...([
    'id',
    'process',
    'saga',
    'type',
    'kind',
    'service',
    'at',
    'style',
    'hop',
    'seq',
    'cause',
    'version',
    'ask',
    'void',
    'reason',
    'parking',
  ] as const),
] as const;
export type SeenRow = Pick<MessageRow, (typeof seenColumns)[number]>;

export const seenOf = (row: SeenRow): Seen => ({
  id: row.id,
  type: row.type,
  kind: row.kind,
  service: row.service,
  style: row.style,
  void: row.void,
  at: row.at.getTime(),
  hop: Number(row.hop),
  seq: Number(row.seq),
  cause: row.cause ?? undefined,
  version: row.version === null ? undefined : Number(row.version),
  ask: row.ask ?? undefined,
  reason: row.reason ?? undefined,
  parking: row.parking ?? undefined,
});
