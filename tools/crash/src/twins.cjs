'use strict';
/**
 * Twins: the services with one planted bug, by rewriting what they say at their ports. Nothing of it is in what is shipped; it is there to see that the crash points and the audit find what they are for.
 * `labels`: where services die in the rounds that are to find it; without any, nobody dies. `test`: found by a test of libs/participant instead, on what the runtime alone protects.
 *
 * @typedef {string | { name?: string, text: string, values?: unknown[] }} Statement
 * @typedef {{ query(statement: Statement, ...rest: unknown[]): Promise<unknown> }} Client
 * @typedef {(init?: RequestInit) => Promise<Response>} Fetch
 */
const { randomUUID } = require('node:crypto');

/** Changes a statement of the runtime by its name. @param {string} name @param {(text: string) => string} change */
const rewritten = (name, change) => ({
  database(/** @type {Client} */ client) {
    const { query } = client;
    client.query = function (statement, ...rest) {
      const isIt = typeof statement === 'object' && statement.name === name;
      return query.call(this, isIt ? { ...statement, text: changed(name, statement.text, change) } : statement, ...rest);
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

/** Changes outside calls. @param {(fetch: Fetch, path: string) => Promise<Response>} call */
const calling = (call) => ({
  outside(/** @type {{ fetch(input: string | URL, init?: RequestInit): Promise<Response> }} */ scope) {
    const { fetch } = scope;
    scope.fetch = (input, init) => call((other) => fetch(input, other ?? init), new URL(String(input)).pathname);
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
    test: { suite: 'participant.int', name: 'takes note of an event once, whether its copies come together or later' },
    ...rewritten('duet-inbox', () => 'select m as message_id from unnest($1::text[], $2::text[], $3::text[]) as t (m, p, s)'),
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
  'no-order-key': { says: 'a repeated request places another order', labels: ['after:db:commit'], ...newKey },
  'no-saga-lock': {
    says: 'sagas are not locked',
    test: { suite: 'lock.int', name: 'also in two replicas: the second waits, and decides on what the first has committed' },
    ...rewritten('duet-saga-lock', (text) => text.replace('pg_advisory_xact_lock(number)', 'number')),
  },
  'held-unordered': {
    says: 'what waits for a saga comes in the wrong order',
    test: { suite: 'failing.int', name: 'only they are held, what follows in their saga waits, and both are told in order at last' },
    ...rewritten('duet-held', (text) => text.replace(/order by n$/, 'order by n desc')),
  },
};

/** What a twin changes; nothing without a name. @param {string | undefined} name @returns {{ database?(client: object): void, broker?(broker: object): void, outside?(scope: object): void, start?(): void }} */
exports.planted = (name) => (name === undefined ? {} : exports.twins[name]);
