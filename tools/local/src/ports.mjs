// @ts-check
import { connect, createServer } from 'node:net';
import { resolve } from 'node:path';
import { readJson, writeJson } from './files.mjs';
import { LocalProblem } from './problem.mjs';

/** Everything local listens here and nowhere else. */
export const loopback = '127.0.0.1';

/** @typedef {{ kafka: number, controller: number, postgres: number }} Ports */

/**
 * The ports people type by hand (`dev`), and those of the tests, which stay out of their way.
 * @type {{ readonly dev: Ports, readonly test: Ports }}
 */
export const knownPorts = {
  dev: { kafka: 9092, controller: 9093, postgres: 5432 },
  test: { kafka: 19092, controller: 19093, postgres: 15432 },
};

/** Overrides of the `dev` ports. */
export const portVariables = { kafka: 'DUET_KAFKA_PORT', controller: 'DUET_KAFKA_CONTROLLER_PORT', postgres: 'DUET_POSTGRES_PORT' };

/**
 * Whether something answers on the port.
 * @param {number} port
 * @param {string} [host]
 * @returns {Promise<boolean>}
 */
export const answers = (port, host = loopback) =>
  new Promise((done) => {
    const socket = connect({ port, host });
    socket.setTimeout(2000);
    socket.on('connect', () => (socket.destroy(), done(true)));
    socket.on('timeout', () => (socket.destroy(), done(false)));
    socket.on('error', () => done(false));
  });

/**
 * Listening is not test enough: some systems let two listeners share a port when one of them is bound to every address.
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export const isFree = async (port) => !(await answers(port)) && (await listenOnce(port)) !== undefined;

/** A port that nobody uses now. @returns {Promise<number>} */
export async function freePort() {
  const port = await listenOnce(0);
  if (port === undefined) throw new LocalProblem('no-port', 'The system has no free port left: close some programs.');
  return port;
}

/**
 * @param {number} port 0 for any
 * @returns {Promise<number | undefined>}
 */
const listenOnce = (port) =>
  new Promise((done) => {
    const server = createServer();
    server.on('error', () => done(undefined));
    server.listen({ port, host: loopback, exclusive: true }, () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : undefined));
    });
  });

/**
 * The port a part of an instance is to be started on. `dev` has fixed ports, because people type them: a busy one is
 * refused. Any other instance moves to a free port and remembers it.
 * @param {string} name of the instance
 * @param {keyof Ports} part
 * @param {{ folder: string, env?: Record<string, string | undefined>, say: import('./problem.mjs').Say }} options `folder`: of the instance
 * @returns {Promise<number>}
 */
export async function choosePort(name, part, { folder, env = process.env, say }) {
  const variable = portVariables[part];
  if (name === 'dev') {
    const text = env[variable];
    const port = text === undefined ? knownPorts.dev[part] : Number(text);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw new LocalProblem('wrong-setting', `${variable} must be a port number from 1 to 65535, not "${text}".`);
    }
    if (!(await isFree(port))) {
      throw new LocalProblem(
        'port-busy',
        `Port ${port}, wanted for ${titles[part]}, is used by another program: find it with "lsof -nP -iTCP:${port} -sTCP:LISTEN" and stop it, or choose another port with ${variable}=<port>.`,
      );
    }
    return port;
  }
  const file = resolve(folder, `${part}.port.json`);
  const recorded = /** @type {{ port: number } | undefined} */ (await readJson(file))?.port;
  const preferred = recorded ?? (name === 'test' ? knownPorts.test[part] : undefined);
  if (preferred !== undefined && (await isFree(preferred))) return preferred;
  const port = await freePort();
  if (preferred !== undefined) say(`port ${preferred} is used by another program; ${titles[part]} of "${name}" takes ${port}`);
  await writeJson(file, { port });
  return port;
}

const titles = { kafka: 'Kafka', controller: "Kafka's controller", postgres: 'PostgreSQL' };
