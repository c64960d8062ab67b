'use strict';
/**
 * Loaded into a service before its own code (`node --require`): the machine around it. Its clock can be set wrong, and its way to the broker leads over a line of its own,
 * which Kafka, telling every client the same address, would lead it around. Nothing of it is in what is shipped.
 *
 * The tool writes `{ id, shiftMs }` into `<FAULTS_FOLDER>/<pid>.clock` and sends SIGUSR2; `{ id, now }` in `<pid>.told` is what the service's clock says then.
 */
const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const net = require('node:net');
const { join } = require('node:path');

let shiftMs = 0;
const now = () => machine.now() + shiftMs;
const machine = Date;
globalThis.Date = new Proxy(machine, {
  construct: (date, args, target) => Reflect.construct(date, args.length === 0 ? [now()] : args, target),
  apply: (date) => new date(now()).toString(),
  get: (date, name) => (name === 'now' ? now : Reflect.get(date, name)),
});

const file = (/** @type {string} */ kind) => join(process.env['FAULTS_FOLDER'] ?? '.', `${process.pid}.${kind}`);

process.on('SIGUSR2', () => {
  const { id, shiftMs: wanted } = JSON.parse(readFileSync(file('clock'), 'utf8'));
  shiftMs = wanted;
  // The reader of the file never sees half of it.
  writeFileSync(file('told.new'), JSON.stringify({ id, now: Date.now() }));
  renameSync(file('told.new'), file('told'));
});

const [broker, line] = ['FAULTS_BROKER_PORT', 'FAULTS_LINE_PORT'].map((name) => Number(process.env[name]));
const { connect } = net;
net.connect = (options, ...rest) => connect(Number(options?.port) === broker ? { ...options, port: line } : options, ...rest);
