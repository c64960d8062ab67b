import type { Reason, Style } from '@duet/message';

/** A message as the observer remembers it for looking at its saga. Times in milliseconds since 1970. */
export interface Seen {
  readonly id: string;
  readonly type: string;
  readonly kind: 'command' | 'event';
  /** Who sent it: `payment`. */
  readonly service: string;
  readonly at: number;
  readonly style: Style;
  readonly hop: number;
  readonly seq: number;
  readonly cause: string | undefined;
  readonly version: number | undefined;
  readonly ask: 'again' | 'now' | 'settled' | undefined;
  readonly void: boolean;
  /** What its body says for a reason. */
  readonly reason: Reason | undefined;
  /** Of the runtime's own events, what they tell; undefined for all others. */
  readonly parking: Parking | undefined;
}

/** What `duet.MessageParked` and `duet.MessageFreed` say. */
export interface Parking {
  readonly service: string;
  readonly command: string;
  readonly messageId: string;
  readonly freed: boolean;
  readonly role?: 'action' | 'undo' | 'cancel' | 'retriable' | 'hears';
  readonly reason?: Reason;
}

/** The order in which messages are shown and read: by time; at the same time a cause before what it caused, and each service's in its own order. It depends on the messages alone. */
export const inOrder = (messages: readonly Seen[]): Seen[] =>
  messages.toSorted((a, b) => a.at - b.at || a.hop - b.hop || compare(a.service, b.service) || a.seq - b.seq || compare(a.id, b.id));

/** By code units: the same on every machine. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
