import { connect, type Socket } from 'node:net';
import { Kafka, logLevel, type ISocketFactory, type RetryOptions } from 'kafkajs';
import { mendHeartbeats } from './heartbeats';
import { mendIdleTimer } from './idle-timer';
import { mendBatches } from './lean-batches';
import { mendRecords } from './lean-records';

/** A log line: what happened, how bad it is, and whatever is known about it. */
export interface LogEntry {
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  readonly msg: string;
  readonly [field: string]: unknown;
}
/** Where log lines go. */
export type Log = (entry: LogEntry) => void;

export interface KafkaOptions {
  /** host:port of one or more brokers; the others are found through them. */
  readonly brokers: readonly string[];
  /** The service's name, for the broker's logs and quotas. */
  readonly clientId: string;
  /** Where log lines go. Without it warnings and errors go to stderr as JSON. */
  readonly log?: Log;
  /** For tests. */
  readonly timing?: Partial<Timing>;
  /** For tests that cut connections. */
  readonly socketFactory?: ISocketFactory;
}

/** All in milliseconds. */
export interface Timing {
  /** A reader that was not heard of for so long loses its partitions. Long enough for a garbage collection, short enough for a crash. */
  readonly session: number;
  /** How often a reader says that it lives. Also how soon it hears of a rebalance. */
  readonly heartbeat: number;
  /** How long the group waits for a reader in a call before its partitions go to others. */
  readonly rebalance: number;
  /** How long the broker holds back an empty answer. It answers at once when data arrive, so this is not a latency; it bounds how long stopping takes. */
  readonly idleFetch: number;
  /** A reader without a sign of life from the broker for so long says that it is deaf, and after as long again begins anew. */
  readonly deaf: number;
  /** The pause before a crashed reader begins anew; it doubles up to `longestRestart`. */
  readonly restart: number;
  readonly longestRestart: number;
  /** How long leaving may take before the connection is dropped. */
  readonly leave: number;
}

export const timing: Timing = {
  session: 10_000,
  heartbeat: 1_000,
  rebalance: 30_000,
  idleFetch: 250,
  deaf: 15_000,
  restart: 500,
  longestRestart: 10_000,
  leave: 5_000,
};

/** About four seconds of trying. All fields are given because kafkajs has other defaults under NODE_ENV=test. */
export const retry: RetryOptions = { initialRetryTime: 100, factor: 0.2, multiplier: 2, maxRetryTime: 2_000, retries: 5 };

export const stderr: Log = (entry) => {
  if (entry.level === 'error' || entry.level === 'warn')
    process.stderr.write(`${JSON.stringify(entry)}
`);
};

/** Small requests go out at once (Nagle's algorithm would hold back a commit behind a heartbeat), and a dead peer is noticed in seconds. */
const socketFactory: ISocketFactory = ({ host, port, onConnect }): Socket =>
  connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 10_000 }, onConnect);

/**
 * A kafkajs client. Each reader needs its own: kafkajs keeps committed offsets by group in the client, and two readers of a group in one client clear each other's.
 */
export function kafkaClient(options: KafkaOptions): Kafka {
  mendIdleTimer();
  mendHeartbeats();
  mendRecords();
  mendBatches();
  const log = options.log ?? stderr;
  return new Kafka({
    brokers: [...options.brokers],
    clientId: options.clientId,
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    retry,
    socketFactory: options.socketFactory ?? socketFactory,
    logLevel: logLevel.WARN,
    // kafkajs logs as errors what it then tries again. What really failed is said by us.
    logCreator:
      () =>
      ({ level, namespace, log: { message, timestamp: _time, logger: _logger, stack: _stack, ...fields } }) =>
        log({ ...fields, level: level === logLevel.ERROR ? 'warn' : 'info', msg: `kafkajs ${namespace}: ${message}` }),
  });
}
