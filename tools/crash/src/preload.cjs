'use strict';
/**
 * Loaded into a service before its own code (`node --require`). It names every point at which the service meets its database, the broker or the world outside, just before and
 * just after, and can end the process at one of them as a power cut would. Nothing of it is in what is shipped.
 *
 * The tool writes an order into `<CRASH_FOLDER>/<CRASH_NAME>.order` and sends SIGUSR2; the answer is in `.answer`. `CRASH_AT` is a label at whose first meeting, or the
 * `CRASH_NTH`, it dies, counted from the very start on. Of a death `.fired` tells the label.
 */
const { existsSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const twin = require('./twins.cjs').planted(process.env['CRASH_TWIN']);

const file = (/** @type {string} */ kind) => join(process.env['CRASH_FOLDER'] ?? '.', `${process.env['CRASH_NAME']}.${kind}`);
/** The reader of the file never sees half of it. */
const write = (kind, value) => {
  writeFileSync(file(`${kind}.new`), JSON.stringify(value));
  renameSync(file(`${kind}.new`), file(kind));
};

/** How often each label was met since the last order. */
let met = new Map();
/** Where to die. */
let at = process.env['CRASH_AT'] === undefined ? undefined : { label: process.env['CRASH_AT'], nth: Number(process.env['CRASH_NTH'] ?? 1) };

process.on('SIGUSR2', () => {
  const { id, label, nth } = JSON.parse(readFileSync(file('order'), 'utf8'));
  const before = met;
  met = new Map();
  at = label === undefined ? undefined : { label, nth };
  write('answer', { id, met: Object.fromEntries(before) });
});

function meet(label) {
  const count = (met.get(label) ?? 0) + 1;
  met.set(label, count);
  if (at?.label !== label || at.nth !== count) return;
  write('fired', { label, nth: count });
  process.kill(process.pid, 'SIGKILL');
  // Nothing more of it runs, even if the signal takes a moment.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/**
 * Names what stands around a method that answers with a promise.
 * @template {readonly unknown[]} Args @param {Record<string, (...args: Args) => unknown>} owner @param {string} method @param {(...args: Args) => string | undefined} labelOf
 */
function around(owner, method, labelOf) {
  const original = owner[method];
  owner[method] = function (...args) {
    const label = labelOf(...args);
    if (label === undefined) return original.apply(this, args);
    meet(`before:${label}`);
    const result = original.apply(this, args);
    if (typeof result?.then !== 'function') return result;
    return result.then((value) => {
      meet(`after:${label}`);
      return value;
    });
  };
}

/** A statement's own name, or what it does to which table. */
function statement(query) {
  const text = (typeof query === 'string' ? query : (query?.text ?? '')).trim();
  const [, verb, table] =
    /((?<!for )\b(?:insert into|update|delete from))\s+"?([\w."]+)/i.exec(text) ?? /(from)\s+"?([\w."]+)/i.exec(text) ?? [];
  const does = table === undefined ? text.split(/[\s;]/)[0] : `${verb === 'from' ? 'select' : verb.split(' ')[0]} ${table}`;
  return `db:${query?.name ?? does.toLowerCase().replaceAll('"', '')}`;
}

const { Client } = require('pg');
twin.database?.(Client.prototype);
around(Client.prototype, 'query', statement);

const Broker = require('kafkajs/src/broker');
twin.broker?.(Broker.prototype);
for (const call of ['produce', 'fetch', 'offsetCommit', 'syncGroup']) around(Broker.prototype, call, () => `broker:${call}`);

/** A group waits ten seconds for a member that died; that would be all the time there is. So the next life takes its leave in its place. */
const members = file('members');
const dead = existsSync(members) ? JSON.parse(readFileSync(members, 'utf8')) : [];
const alive = [];
around(Broker.prototype, 'joinGroup', () => 'broker:joinGroup');
const join_ = Broker.prototype.joinGroup;
Broker.prototype.joinGroup = async function (request) {
  for (const member of dead.filter(({ groupId }) => groupId === request.groupId)) {
    dead.splice(dead.indexOf(member), 1);
    await this.leaveGroup(member).catch(() => undefined);
  }
  const joined = await join_.call(this, request);
  alive.push({ groupId: request.groupId, memberId: joined.memberId });
  write('members', alive);
  return joined;
};

twin.outside?.(globalThis);
around(globalThis, 'fetch', (input, init) => `outside:${init?.method ?? 'GET'} ${new URL(String(input)).pathname}`);

const nodemailer = require('nodemailer');
const { createTransport } = nodemailer;
nodemailer.createTransport = (...args) => {
  const transport = createTransport(...args);
  around(transport, 'sendMail', () => 'outside:mail');
  return transport;
};
twin.start?.();
