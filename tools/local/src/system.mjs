// @ts-check
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { freePort, isFree, loopback } from './ports.mjs';
import { LocalProblem } from './problem.mjs';

/**
 * Everything that `npm start` runs beside Kafka and PostgreSQL, in the order of the table it prints. The ports are also the defaults in each service's own
 * configuration, so that one that is started by hand finds the others.
 * @type {readonly { name: string, port: number, entry: string, env?: (at: Addresses) => NodeJS.ProcessEnv }[]}
 */
export const services = [
  { name: 'order', port: 3000, entry: 'dist/apps/order/main.cjs' },
  { name: 'inventory', port: 3001, entry: 'dist/apps/inventory/main.cjs' },
  { name: 'payment', port: 3002, entry: 'dist/apps/payment/main.cjs', env: ({ outside }) => ({ PROVIDER_URL: outside }) },
  { name: 'shipping', port: 3003, entry: 'dist/apps/shipping/main.cjs', env: ({ outside }) => ({ CARRIER_URL: outside }) },
  { name: 'notification', port: 3004, entry: 'dist/apps/notification/main.cjs', env: ({ smtp }) => ({ SMTP_URL: smtp }) },
  { name: 'analytics', port: 3005, entry: 'dist/apps/analytics/main.cjs' },
  { name: 'orchestrator', port: 3006, entry: 'dist/apps/orchestrator/main.cjs' },
  { name: 'observer', port: 3010, entry: 'dist/apps/observer/main.cjs', env: ({ services }) => ({ SERVICES: services }) },
  {
    name: 'outside',
    port: 3090,
    entry: 'dist/tools/outside/main.cjs',
    env: ({ smtpPort, folder }) => ({ SMTP_PORT: String(smtpPort), DATA_DIR: resolve(folder, 'outside') }),
  },
];

/** The names of those that can be asked and operated by their REST: everybody but who looks on and the world outside. */
export const operable = services.map(({ name }) => name).filter((name) => !['observer', 'outside'].includes(name));

/** The names of those whose work an order is: not those that only count it. */
export const participants = operable.filter((name) => name !== 'analytics');

/** Where the outside world takes mail. */
const smtpPort = 3025;

/**
 * `services`: the addresses of those whose REST the console uses, as the observer is told them.
 * @typedef {{ outside: string, smtp: string, smtpPort: number, folder: string, services: string }} Addresses
 *
 * One process to run. `name` is unique (`inventory`, `inventory-2`), `url` answers at /health/ready when it is ready.
 * @typedef {{ name: string, service: string, entry: string, url: string, env: NodeJS.ProcessEnv }} ProcessSpec
 */

/**
 * Decides what runs where. Ports are settled here, before anything is started, so that a busy one costs nothing.
 * @param {{ root: string, folder: string, env: NodeJS.ProcessEnv, without: ReadonlySet<string>, replicas: ReadonlyMap<string, number> }} options `folder`: for data and logs
 * @returns {Promise<ProcessSpec[]>} the outside world first: the services call it
 * @throws {LocalProblem} `port-busy`, `wrong-setting`
 */
export async function planSystem({ root, folder, env, without, replicas }) {
  const host = env['HOST'] ?? loopback;
  const smtp = portOf('smtp', smtpPort, env);
  const reached = reachedAt(host);
  const outside = `http://${reached}:${portOf('outside', 3090, env)}`;
  /** @type {Addresses} */
  const at = { outside, smtp: `smtp://${reached}:${smtp}`, smtpPort: smtp, folder, services: addressesOf(env) };
  if (!without.has('outside')) await requireFree('the mail server of the outside world', smtp, 'DUET_SMTP_PORT');
  const specs = [];
  for (const { name, port: usual, entry, env: own } of services) {
    if (without.has(name)) continue;
    for (let replica = 1; replica <= (replicas.get(name) ?? 1); replica += 1) {
      const port = replica === 1 ? portOf(name, usual, env) : await freePort();
      if (replica === 1) await requireFree(name, port, variableOf(name), `, or leave it out with --without ${name}`);
      specs.push({
        name: replica === 1 ? name : `${name}-${replica}`,
        service: name,
        entry: resolve(root, entry),
        url: `http://${reached}:${port}`,
        // What the environment says about a service by its own names is meant for it; where things are is ours to say.
        env: { LOG_FORMAT: 'json', ...own?.(at), HOST: host, PORT: String(port) },
      });
    }
  }
  return specs.sort((a, b) => Number(b.service === 'outside') - Number(a.service === 'outside'));
}

/**
 * Where each service is, by its name, unless a running system has moved it: also for one that was started by hand.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Map<string, string>}
 * @throws {LocalProblem} `wrong-setting`
 */
export const usualUrls = (env) =>
  new Map(services.map(({ name, port }) => [name, `http://${reachedAt(env['HOST'] ?? loopback)}:${portOf(name, port, env)}`]));

/** Who looks on passes on to everybody but itself and the world that our services call. @param {NodeJS.ProcessEnv} env */
const addressesOf = (env) =>
  [...usualUrls(env)]
    .filter(([name]) => operable.includes(name))
    .map(([name, url]) => `${name}=${url}`)
    .join(',');

/** Bound to every address, a service is reached on loopback too; bound to one, only there. @param {string} host */
const reachedAt = (host) => (['0.0.0.0', '::'].includes(host) ? loopback : host);

/** @param {string} service */
const variableOf = (service) => `DUET_${service.toUpperCase()}_PORT`;

/** @param {string} service @param {number} usual @param {NodeJS.ProcessEnv} env */
function portOf(service, usual, env) {
  const text = env[variableOf(service)];
  const port = text === undefined ? usual : Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new LocalProblem('wrong-setting', `${variableOf(service)} must be a port number from 1 to 65535, not "${text}".`);
  }
  return port;
}

/** @param {string} what @param {number} port @param {string} variable @param {string} [or] */
async function requireFree(what, port, variable, or = '') {
  if (await isFree(port)) return;
  throw new LocalProblem(
    'port-busy',
    `Port ${port}, wanted for ${what}, is used by another program: find it with "lsof -nP -iTCP:${port} -sTCP:LISTEN" and stop it, or choose another port with ${variable}=<port>${or}.`,
  );
}

/**
 * Names what a service runs, for its manifest: the same bundle has the same name.
 * @param {string} entry
 * @throws {LocalProblem} `not-built`
 */
export async function buildOf(entry) {
  const bundle = await readFile(entry).catch(() => undefined);
  if (bundle === undefined) throw new LocalProblem('not-built', `There is no ${entry}: run npm start without --no-build.`);
  return createHash('sha256').update(bundle).digest('hex').slice(0, 12);
}
