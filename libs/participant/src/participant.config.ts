import type { Keeping } from './keeping';

/** What a participant can be told from outside. Times are in milliseconds. */
export interface ParticipantSettings extends Keeping {
  /** `postgres://role:password@host:port/database`: the service's own. */
  readonly databaseUrl: string;
  /** Connections to it at most. */
  readonly databaseConnections: number;
  /** `host:port` of the Kafka brokers. */
  readonly brokers: readonly string[];
  /** Put before the names of topics and of the consumer group: two systems on one broker. */
  readonly topicPrefix: string;
  /** Partitions of each topic; the same for all. */
  readonly partitions: number;
  /** Messages in a unit of work at most. */
  readonly unitSize: number;
  /** How often a message that fails alone is tried at once before it is held. */
  readonly tries: number;
  /** How long a held message waits for its next try: at first, and, doubling, at most. */
  readonly retryMs: number;
  readonly retryAtMostMs: number;
  /** After so many tries a held message is parked: it waits for a person. */
  readonly parkAfter: number;
  /** How often held messages are looked at. */
  readonly dueEveryMs: number;
  /** How often due timers are looked for. */
  readonly timerEveryMs: number;
  /** The lease of an outside call: after a crash another replica calls again when it has ended. */
  readonly callLeaseMs: number;
  /** Outside calls at once, not counting the slow ones. */
  readonly callConcurrency: number;
  /** A call that has taken so long is slow: it holds up no other. */
  readonly callSlowMs: number;
  /** Outside calls in this process, those that wait for their turn and slow ones among them; more wait in the table. */
  readonly callsAtMost: number;
  /** How long a committed message may stay unsent before any replica sends it. */
  readonly relayGraceMs: number;
  readonly relayEveryMs: number;
  /** How often it is looked for what is older than it is kept for. */
  readonly pruneEveryMs: number;
  /** How long a stop waits for outside calls. */
  readonly stopMs: number;
  /** How long a saga that it has begun may take where nobody leads it, if it keeps such a deadline: published in the manifest, so that others know from when on it is late. */
  readonly deadlineMs?: number;
  /** Which build this is: published in the manifest. */
  readonly build: string;
}

const aDay = 86_400_000;

/** What is used where nothing is said. */
export const defaultSettings = {
  databaseConnections: 10,
  topicPrefix: '',
  partitions: 6,
  unitSize: 200,
  tries: 3,
  retryMs: 1_000,
  retryAtMostMs: 60_000,
  // An outage of an hour mends itself; what lasts longer is somebody's business anyway.
  parkAfter: 65,
  dueEveryMs: 200,
  timerEveryMs: 500,
  callLeaseMs: 15_000,
  callConcurrency: 64,
  callSlowMs: 1_000,
  callsAtMost: 2_000,
  relayGraceMs: 1_000,
  relayEveryMs: 500,
  outboxKeptMs: 7 * aDay,
  // Longer than the week of the outbox and the two of a Kafka that is told nothing, which removes its log a week after the last message of a part that may span a week.
  inboxKeptMs: 22 * aDay,
  sagasKeptMs: 90 * aDay,
  asideKeptMs: 90 * aDay,
  pruneEveryMs: 60_000,
  stopMs: 10_000,
  build: 'dev',
} as const satisfies Partial<ParticipantSettings>;
