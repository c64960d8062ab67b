// @ts-check
import { resolve } from 'node:path';
import { exists, readJson, writeJson } from './files.mjs';
import { adminPassword } from './postgres.mjs';
import { choosePort } from './ports.mjs';
import { LocalProblem, withProgress } from './problem.mjs';
import { run } from './processes.mjs';

/** @typedef {import('./infra.mjs').Instance} Instance */
/** @typedef {'kafka' | 'postgres'} Part */

/** @param {Instance} instance @param {Part} part */
const markFile = ({ folder }, part) => resolve(folder, `${part}.docker.json`);

/**
 * Whether there is Docker with its compose command and an engine that answers.
 * @param {NodeJS.ProcessEnv} env
 */
export async function dockerWorks(env) {
  const [compose, engine] = await Promise.all([run('docker', ['compose', 'version'], { env }), run('docker', ['info'], { env })]);
  return compose.code === 0 && engine.code === 0;
}

/**
 * Starts one part of docker-compose.yml and waits for its health check.
 * @param {Instance} instance
 * @param {Part} part
 * @returns {Promise<number>} its port
 * @throws {LocalProblem} `docker-failed`
 */
export async function startInDocker(instance, part) {
  const known = await dockerPort(instance, part);
  const port = known ?? (await choosePort(instance.name, part, instance));
  await writeJson(markFile(instance, part), { port });
  const { code, output } = await withProgress(instance.say, `starting ${part} with Docker on port ${port}`, () =>
    compose(instance, ['up', '-d', '--wait', part], { [part]: port }),
  );
  if (code !== 0) throw new LocalProblem('docker-failed', `docker compose could not start ${part}, it said: ${output.trim().slice(-500)}`);
  return port;
}

/**
 * The port of a part that was started with Docker.
 * @param {Instance} instance
 * @param {Part} part
 * @returns {Promise<number | undefined>}
 */
export const dockerPort = async (instance, part) =>
  /** @type {{ port: number } | undefined} */ (await readJson(markFile(instance, part)))?.port;

/**
 * Stops what runs in Docker; `delete` also removes its data.
 * @param {Instance} instance
 * @param {'stop' | 'delete'} how
 * @throws {LocalProblem} `docker-failed`
 */
export async function stopDocker(instance, how) {
  if (!(await exists(markFile(instance, 'kafka'))) && !(await exists(markFile(instance, 'postgres')))) return false;
  const { code, output } = await compose(instance, how === 'stop' ? ['stop'] : ['down', '--volumes'], {});
  if (code !== 0)
    throw new LocalProblem('docker-failed', `docker compose could not stop the instance, it said: ${output.trim().slice(-500)}`);
  return true;
}

/**
 * @param {Instance} instance
 * @param {readonly string[]} args
 * @param {Partial<Record<Part, number>>} ports
 */
const compose = (instance, args, ports) =>
  run('docker', ['compose', '--project-name', `duet-${instance.name}`, '--file', resolve(instance.root, 'docker-compose.yml'), ...args], {
    cwd: instance.root,
    env: {
      ...instance.env,
      ...(ports.kafka === undefined ? {} : { DUET_KAFKA_PORT: String(ports.kafka) }),
      ...(ports.postgres === undefined ? {} : { DUET_POSTGRES_PORT: String(ports.postgres) }),
      DUET_POSTGRES_PASSWORD: adminPassword(instance.env),
    },
  });
