import { type ConfigOf, createApp, env, type Field, InvalidConfig, platformFields, readConfig, serve, startTracing } from '@duet/platform';
import type { DynamicModule, INestApplication } from '@nestjs/common';
import { databaseAway } from './database.store';
import { textOf } from './errors';
import { defaultSettings } from './participant.config';
import { startParticipant } from './participant.module';

/** What everybody with a database who reads from Kafka can be told by the environment. `service` is also the name of its local role and database. */
export const witnessFields = (service: string, port: number) => ({
  ...platformFields(port),
  databaseUrl: env.url('DATABASE_URL', {
    protocols: ['postgres', 'postgresql'],
    default: `postgres://${service}:${service}-local@127.0.0.1:5432/${service}`,
  }),
  databaseConnections: env.int('DATABASE_CONNECTIONS', { min: 2, max: 100, default: defaultSettings.databaseConnections }),
  brokers: env.list('KAFKA_BROKERS', {
    matching: /^[^:\s]+:\d+$/,
    expected: 'host:port of the Kafka brokers, divided by commas',
    default: ['127.0.0.1:9092'],
  }),
  topicPrefix: env.string('TOPIC_PREFIX', {
    matching: /^[A-Za-z0-9._-]{0,64}$/,
    expected: 'letters, digits, points, hyphens and underscores, at most 64',
    default: '',
  }),
  unitSize: env.int('UNIT_SIZE', { min: 1, max: 1_000, default: 1_000 }),
});

/** What every participant can be told by its environment. */
export const participantFields = (service: string, port: number) => ({
  ...witnessFields(service, port),
  // Smaller than that of who only looks on: others wait for its answers.
  unitSize: env.int('UNIT_SIZE', { min: 1, max: 1_000, default: defaultSettings.unitSize }),
  partitions: env.int('PARTITIONS', { min: 1, max: 1_000, default: defaultSettings.partitions }),
  tries: env.int('TRIES', { min: 1, max: 10, default: defaultSettings.tries }),
  retryMs: env.duration('RETRY_AFTER', { default: defaultSettings.retryMs }),
  retryAtMostMs: env.duration('RETRY_AT_MOST', { default: defaultSettings.retryAtMostMs }),
  parkAfter: env.int('PARK_AFTER', { min: 1, max: 1_000_000, default: defaultSettings.parkAfter }),
  dueEveryMs: env.duration('DUE_EVERY', { default: defaultSettings.dueEveryMs }),
  timerEveryMs: env.duration('TIMER_EVERY', { default: defaultSettings.timerEveryMs }),
  callLeaseMs: env.duration('CALL_LEASE', { default: defaultSettings.callLeaseMs }),
  callConcurrency: env.int('CALL_CONCURRENCY', { min: 1, max: 10_000, default: defaultSettings.callConcurrency }),
  callSlowMs: env.duration('CALL_SLOW', { default: defaultSettings.callSlowMs }),
  callsAtMost: env.int('CALLS_AT_MOST', { min: 1, max: 100_000, default: defaultSettings.callsAtMost }),
  relayGraceMs: env.duration('RELAY_GRACE', { default: defaultSettings.relayGraceMs }),
  relayEveryMs: env.duration('RELAY_EVERY', { default: defaultSettings.relayEveryMs }),
  outboxKeptMs: env.duration('OUTBOX_KEPT', { from: '1m', default: defaultSettings.outboxKeptMs }),
  inboxKeptMs: env.duration('INBOX_KEPT', { from: '1m', default: defaultSettings.inboxKeptMs }),
  sagasKeptMs: env.duration('SAGAS_KEPT', { from: '1m', default: defaultSettings.sagasKeptMs }),
  asideKeptMs: env.duration('ASIDE_KEPT', { from: '1m', default: defaultSettings.asideKeptMs }),
  pruneEveryMs: env.duration('PRUNE_EVERY', { from: '1s', default: defaultSettings.pruneEveryMs }),
  stopMs: env.duration('STOP_WITHIN', { default: defaultSettings.stopMs }),
  build: env.string('BUILD_ID', { default: defaultSettings.build }),
});

type BasicFields = ReturnType<typeof platformFields>;

export interface ServiceOptions<Fields extends BasicFields> {
  readonly name: string;
  /** For the OpenAPI document. */
  readonly description: string;
  readonly fields: Fields;
  readonly module: (config: ConfigOf<Fields>) => DynamicModule;
  /** What begins before HTTP does: the participant's transport, unless told otherwise. */
  readonly start?: (app: INestApplication) => Promise<void>;
}

/** Runs a service until it is told to stop: environment, app, tables, Kafka, HTTP. A wrong environment ends the process with a sentence for each fault. */
export async function runService<Fields extends BasicFields & Record<string, Field<unknown>>>({
  name,
  description,
  fields,
  module,
  start = startParticipant,
}: ServiceOptions<Fields>): Promise<void> {
  try {
    const config = readConfig(fields);
    // What is common to all is read by its own fields: the same values, with types that do not depend on the service.
    const { host, port, logLevel, logFormat } = config as unknown as ConfigOf<BasicFields>;
    // First: what is made afterwards asks whether there are traces.
    await startTracing(name);
    const app = await createApp(module(config), { name, description, logLevel, logFormat, problemOf: databaseAway });
    await start(app);
    const url = await serve(app, { host, port });
    process.stdout.write(
      `${JSON.stringify({ time: new Date().toISOString(), level: 'info', service: name, msg: `${name} listens on ${url}` })}\n`,
    );
  } catch (error) {
    process.stderr.write(`${name} does not start. ${error instanceof InvalidConfig ? error.message : textOf(error)}\n`);
    process.exit(1);
  }
}
