'use strict';
/**
 * Twins: the services with one planted bug, by rewriting what they say at their ports. Nothing of it is in what is shipped; it is there to see that the crash points and the audit find what they are for.
 * `labels`: where services die in the rounds that are to find it; without any, nobody dies.
 */
const { randomUUID } = require('node:crypto');

/** Changes a statement of the runtime by its name. @param {string} name @param {(text: string) => string} change */
const rewritten = (name, change) => ({
  database(/** @type {any} */ client) {
    const { query } = client;
    client.query = function (statement, ...rest) {
      return query.call(
        this,
        statement?.name === name ? { ...statement, text: changed(name, statement.text, change) } : statement,
        ...rest,
      );
    };
  },
});

/** A twin whose bug is not there would prove nothing, and does not live. */
function changed(name, text, change) {
  const other = change(text);
  if (other !== text) return other;
  process.stderr.write(`the twin does not know the statement ${name} any more: ${text}\n`);
  return process.exit(70);
}

/** Done with the service's own database when it starts: as if it had been kept in memory only. @param {string} text */
const forgetting = (text) => ({
  start() {
    const { Client } = require('pg');
    const client = new Client({ connectionString: process.env['DATABASE_URL'] });
    const forget = async () => {
      await client.connect();
      await client.query(text);
    };
    // At the very first start there is nothing to forget.
    forget()
      .catch(() => undefined)
      .finally(() => void client.end());
  },
});

/** Changes outside calls. @param {(fetch: (init?: any) => Promise<Response>, path: string, init: any) => Promise<Response>} call */
const calling = (call) => ({
  outside(/** @type {any} */ scope) {
    const { fetch } = scope;
    scope.fetch = (input, init) => call((other) => fetch(input, other ?? init), new URL(String(input)).pathname, init);
  },
});

/** Sends what is in the outbox before it is committed. */
const sendingFirst = {
  database(client) {
    const { parse } = require('postgres-array');
    const { Kafka, logLevel } = require('kafkajs');
    let producer;
    const pending = new WeakMap();
    const { query } = client;
    client.query = function (statement, ...rest) {
      if (statement?.name === 'duet-outbox-insert') pending.set(this, statement.values);
      const values = pending.get(this);
      if (statement !== 'commit' || !values) return query.call(this, statement, ...rest);
      pending.delete(this);
      const [, sagas, , topics, bodies, headers] = values.map((text) => (Array.isArray(text) ? text : parse(text)));
      const send = async () => {
        producer ??= connected(new Kafka({ brokers: process.env['KAFKA_BROKERS'].split(','), logLevel: logLevel.NOTHING }).producer());
        const messages = topics.map((topic, n) => ({
          topic: `${process.env['TOPIC_PREFIX']}${topic}`,
          messages: [{ key: sagas[n], value: bodies[n], headers: JSON.parse(headers[n]) }],
        }));
        await (await producer).sendBatch({ topicMessages: messages });
      };
      return send().then(() => query.call(this, statement, ...rest));
    };
  },
};
const connected = async (producer) => {
  await producer.connect();
  return producer;
};

/** Commits the offsets of what was fetched before it is handled. */
const committingFirst = {
  broker() {
    const { Kafka } = require('kafkajs');
    const { consumer } = Kafka.prototype;
    Kafka.prototype.consumer = function (...args) {
      const made = consumer.apply(this, args);
      const { run } = made;
      made.run = (options) =>
        run({
          ...options,
          eachBatch: async (payload) => {
            const { topic, partition, messages } = payload.batch;
            const offset = String(BigInt(messages.at(-1).offset) + 1n);
            await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] });
            await options.eachBatch(payload);
          },
        });
      return made;
    };
  },
};

const newKey = {
  start() {
    const { Server } = require('node:http');
    const { emit } = Server.prototype;
    Server.prototype.emit = function (event, request, ...rest) {
      if (event === 'request' && request.headers['idempotency-key']) request.headers['idempotency-key'] = randomUUID();
      return emit.call(this, event, request, ...rest);
    };
  },
};

const started = new Date().toISOString();

exports.twins = {
  'inbox-off': {
    says: 'every message counts as new',
    labels: ['after:db:commit', 'before:broker:offsetCommit'],
    ...rewritten('duet-inbox', () => 'select m as message_id from unnest($1::text[], $2::text[], $3::text[]) as t (m, p, s)'),
  },
  'offsets-first': {
    says: 'offsets are committed before the transaction',
    labels: ['before:db:commit', 'after:db:begin'],
    ...committingFirst,
  },
  'send-first': { says: 'messages are sent before they are committed', labels: ['after:broker:produce'], ...sendingFirst },
  'marked-unsent': {
    says: 'messages are marked as sent when they are written',
    labels: ['after:db:commit', 'before:broker:produce'],
    ...rewritten('duet-outbox-insert', (text) =>
      text.replace('headers)', 'headers, sent_at)').replace('select *', 'select *, clock_timestamp()'),
    ),
  },
  'after-the-last': {
    says: 'the relay reads on from where it was when the process started',
    labels: ['after:db:commit', 'before:broker:produce'],
    ...rewritten('duet-outbox-overdue', (text) =>
      text.replace('where sent_at is null', `where sent_at is null and created_at > '${started}'`),
    ),
  },
  'call-in-memory': {
    says: 'that an outside call is made is not recorded where a crash leaves it',
    labels: ['before:outside', 'after:outside'],
    ...forgetting("delete from duet.held where state = 'calling'"),
  },
  'compensation-skipped': {
    says: 'a refund is not asked for',
    labels: [],
    ...calling(async (fetch, path) => (path.includes('refunds') ? globalThis.Response.json({ refunded: 1_000 }) : fetch())),
  },
  'key-per-try': {
    says: 'each try of an outside call has a key of its own',
    labels: ['after:outside'],
    ...calling((fetch, path, init) => {
      const key = init?.headers?.['Idempotency-Key'];
      return key === undefined ? fetch() : fetch({ ...init, headers: { ...init.headers, 'Idempotency-Key': `${key}/${randomUUID()}` } });
    }),
  },
  'no-order-key': { says: 'a repeated request places another order', labels: ['after:db:commit'], ...newKey },
  'no-tombstone': {
    says: 'an undo that comes first leaves nothing behind',
    labels: ['after:db:begin', 'before:db:commit'],
    ...rewritten('duet-saga-write', (text) =>
      text
        .replace(
          'select * from unnest(',
          `select process, id, next_seq, (select coalesce(json_object_agg(key, value), '{}'::json) from json_each(steps) where value ->> 0 <> 'tombstone'), held, sender from unnest(`,
        )
        .replace('$6::text[])', '$6::text[]) as t (process, id, next_seq, steps, held, sender)'),
    ),
  },
  'no-saga-lock': {
    says: 'sagas are read without a lock',
    labels: ['after:db:commit'],
    ...rewritten('duet-saga-lock', (text) => text.replace(' for update', '')),
  },
  'held-unordered': {
    says: 'what waits for a saga comes in the wrong order',
    labels: ['before:outside'],
    ...rewritten('duet-held', (text) => text.replace(/order by n$/, 'order by n desc')),
  },
};

/** What a twin changes; nothing without a name. @param {string | undefined} name @returns {{ database?(client: object): void, broker?(broker: object): void, outside?(scope: object): void, start?(): void }} */
exports.planted = (name) => (name === undefined ? {} : exports.twins[name]);
