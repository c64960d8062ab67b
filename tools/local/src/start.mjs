// @ts-check
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { build } from './build.mjs';
import { ensureServiceDatabases } from './databases.store.mjs';
import { down, keepUp, status, up } from './infra.mjs';
import { projectNode } from './node.mjs';
import { LocalProblem, withProgress } from './problem.mjs';
import { claimSystem, readySystem } from './running-system.mjs';
import { allReady, Supervised } from './supervisor.mjs';
import { buildOf, planSystem } from './system.mjs';

/** @typedef {import('./infra.mjs').Instance} Instance */
/** @typedef {import('./running-system.mjs').RunningSystem} RunningSystem */

/**
 * Runs the whole system until the signal says stop, or finds that it runs already.
 * @param {Instance} instance
 * @param {import('./start-options.mjs').StartOptions} options
 * @param {{ signal: AbortSignal, print: (text: string) => void, onSupervised?: (all: readonly Supervised[]) => void }} control
 * @returns {Promise<void>} when all of it has stopped
 * @throws {LocalProblem}
 */
export async function runSystem(instance, options, { signal, print, onSupervised = () => {} }) {
  const { folder, say, root, env } = instance;
  await mkdir(folder, { recursive: true });
  const claim = await claimSystem(folder, { say });
  if ('running' in claim) return await tellRunning(instance, claim.running, { signal, print });
  const file = claim.ours;
  /** @type {Supervised[]} */
  const supervised = [];
  let touched = false;
  const ending = new AbortController();
  let kept = Promise.resolve();
  const unlessStopped = () => {
    if (signal.aborted) throw new Stopped();
  };
  try {
    const plan = await planSystem({ root, folder, env, without: options.without, replicas: options.replicas });
    const before = await status(instance);
    await file.write({ ownsInfra: file.system.ownsInfra || !(before.kafka.running || before.postgres.running) });
    touched = true;
    const infra = await upAndBuilt(instance, options.build ? plan : [], signal);
    unlessStopped();
    kept = keepUp(instance, ending.signal);
    const databases = /** @type {Record<string, string>} */ (await ensureServiceDatabases(infra.databaseUrl, env));
    const node = projectNode(root);
    const remember = () => {
      const processes = supervised.map(({ spec: { name, service, url }, mark }) => ({ name, service, url, mark }));
      void file.write({ processes });
    };
    for (const spec of plan) {
      spec.env = { ...spec.env, KAFKA_BROKERS: infra.brokers, DATABASE_URL: databases[spec.service], BUILD_ID: await buildOf(spec.entry) };
      unlessStopped();
      supervised.push(new Supervised(spec, { node, logs: resolve(folder, 'logs'), env, say, changed: remember }));
    }
    onSupervised(supervised);
    say(`starting ${plan.map(({ name }) => name).join(', ')} …`);
    const missing = await allReady(supervised, { say, signal });
    unlessStopped();
    await file.write({ ready: true, notes: { Kafka: infra.brokers, PostgreSQL: new URL(infra.databaseUrl).host } });
    print(tableOf(file.system, relative(root, folder)));
    print(
      missing.length === 0
        ? readyText(file.system)
        : `Not ready yet: ${missing.join(', ')}; the logs above say why. Everything else runs.\n`,
    );
    await new Promise((done) => signal.addEventListener('abort', done, { once: true }));
  } catch (error) {
    // Ctrl-C reaches every program that was asked for something: what fails after it has failed because of it.
    if (!signal.aborted) throw error;
  } finally {
    await stopServices(supervised, say);
    ending.abort();
    await kept;
    if (file.system.ownsInfra) await withProgress(say, 'stopping Kafka and PostgreSQL', () => down(instance));
    else if (touched) say('Kafka and PostgreSQL ran before and keep running: npm run infra -- down stops them');
    await file.remove();
    if (signal.aborted) say('everything has stopped');
  }
}

/** Ctrl-C came while the system was starting. */
class Stopped extends Error {}

/**
 * Starting Kafka is mostly waiting and building is mostly work, so both at once.
 * @param {Instance} instance
 * @param {readonly import('./system.mjs').ProcessSpec[]} plan what to build
 * @param {AbortSignal} signal
 */
async function upAndBuilt(instance, plan, signal) {
  const failed = new AbortController();
  // The observer serves the console.
  const projects = [...new Set(plan.flatMap(({ service }) => (service === 'observer' ? [service, 'console'] : [service])))];
  const building = plan.length === 0 ? undefined : build(projects, instance, AbortSignal.any([signal, failed.signal]));
  building?.catch(() => undefined);
  try {
    const infra = await up(instance);
    await building;
    return infra;
  } catch (error) {
    failed.abort();
    await building?.catch(() => undefined);
    throw error;
  }
}

/**
 * Each finishes its work; the outside world goes after those who call it.
 * @param {readonly Supervised[]} supervised
 * @param {import('./problem.mjs').Say} say
 */
async function stopServices(supervised, say) {
  if (supervised.length === 0) return;
  say(`stopping ${supervised.map(({ spec }) => spec.name).join(', ')} …`);
  const isOutside = (/** @type {Supervised} */ { spec }) => spec.service === 'outside';
  await Promise.all(supervised.filter((one) => !isOutside(one)).map((one) => one.stop()));
  await Promise.all(supervised.filter(isOutside).map((one) => one.stop()));
}

/**
 * @param {Instance} instance
 * @param {RunningSystem} found
 * @param {{ signal: AbortSignal, print: (text: string) => void }} control
 */
async function tellRunning({ folder, root, say }, found, { signal, print }) {
  say(`the system runs already (process ${found.supervisor.pid}, since ${found.since})`);
  if (!found.ready) say('it is still starting; waiting for it …');
  const ready = await readySystem(folder, signal);
  if (signal.aborted) return;
  if (ready === undefined) {
    throw new LocalProblem(
      'other-ended',
      `The other npm start (process ${found.supervisor.pid}) ended before it was ready: run npm start again.`,
    );
  }
  print(tableOf(ready, relative(root, folder)));
  print(`To stop it, press Ctrl-C where it was started, or: kill ${found.supervisor.pid}\n`);
}

/** @param {RunningSystem} system @param {string} folder */
export function tableOf({ processes, notes }, folder) {
  const observer = processes.find(({ name }) => name === 'observer');
  const rows = [
    ...(observer ? [['console', `${observer.url}/`, '']] : []),
    ...processes.map(({ name, service, url }) => [name, url, service === 'outside' ? '' : `${url}/docs`]),
    ...Object.entries(notes ?? {}).map(([name, at]) => [name, at, '']),
    ['logs', `${folder}/logs/`, ''],
  ];
  const width = (/** @type {number} */ column) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return `\n${rows.map(([name = '', at = '', docs = '']) => `  ${name.padEnd(width(0))}  ${at.padEnd(width(1))}  ${docs}`.trimEnd()).join('\n')}\n\n`;
}

/** @param {RunningSystem} system */
function readyText({ processes }) {
  const order = processes.find(({ name }) => name === 'order')?.url;
  const curl = `Try it:

  curl -s ${order}/orders -H 'Content-Type: application/json' -H 'Idempotency-Key: ${randomUUID()}' -H 'Prefer: wait=5' \\
    -d '{ "customerId": "c-42", "lines": [{ "sku": "espresso-beans", "quantity": 2 }], "paymentMethod": "card_ok",
          "shipTo": { "country": "CH", "postalCode": "8001" }, "style": "choreography" }'

`;
  return `Ready. Ctrl-C stops everything.\n\n${order === undefined ? '' : curl}`;
}
