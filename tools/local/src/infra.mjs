// @ts-check
import { mkdir, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { probePostgres } from './databases.store.mjs';
import { dockerPort, dockerWorks, startInDocker, stopDocker } from './docker.mjs';
import { exists, localFolder, requireFreeSpace, workspaceRoot } from './files.mjs';
import { kafkaIsLost, kafkaState, requireLocalKafka, startKafka, stopKafka } from './kafka.mjs';
import { probeKafka } from './kafka-probe.mjs';
import { withLock } from './lock.mjs';
import { loopback } from './ports.mjs';
import { adminUrl, findPostgres, postgresIsLost, postgresState, startPostgres, stopPostgres } from './postgres.mjs';
import { LocalProblem, say as sayOnStderr } from './problem.mjs';

/**
 * One broker and one database server with their own data and ports: `dev` for people, `test` for the tests, others at will.
 * @typedef {{ name: string, root: string, folder: string, env: NodeJS.ProcessEnv, say: import('./problem.mjs').Say }} Instance
 *
 * Where the two are. `databaseUrl` is the administrator's.
 * @typedef {{ name: string, brokers: string, databaseUrl: string }} Infra
 *
 * @typedef {{ source: 'environment' | 'local' | 'docker', running: boolean, at?: string, pid?: number }} PartStatus
 * @typedef {{ name: string, folder: string, kafka: PartStatus, postgres: PartStatus }} InfraStatus
 */

/**
 * @param {string} name
 * @param {Partial<Omit<Instance, 'name' | 'folder'>>} [options]
 * @returns {Instance}
 * @throws {LocalProblem} `wrong-name`
 */
export function instance(name, { root = workspaceRoot, env = process.env, say = sayOnStderr } = {}) {
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(name)) {
    throw new LocalProblem(
      'wrong-name',
      `"${name}" cannot name an instance: use up to 31 lower-case letters, digits and dashes, a letter first.`,
    );
  }
  return { name, root, env, say, folder: resolve(localFolder(root), name) };
}

/**
 * Starts Kafka and PostgreSQL, or finds them running. Each comes from the first that applies: the environment, this
 * machine, Docker. The dependencies must be installed (see bootstrap.mjs).
 * @param {Instance} instance
 * @returns {Promise<Infra>}
 * @throws {LocalProblem}
 */
export async function up(instance) {
  return await locked(instance, async () => {
    await mkdir(instance.folder, { recursive: true });
    return await bothUp(instance);
  });
}

/** @param {Instance} instance @returns {Promise<Infra>} */
async function bothUp(instance) {
  const [kafka, postgres] = await Promise.allSettled([kafkaUp(instance), postgresUp(instance)]);
  if (kafka.status === 'rejected') throw kafka.reason;
  if (postgres.status === 'rejected') throw postgres.reason;
  return { name: instance.name, brokers: kafka.value, databaseUrl: postgres.value };
}

/**
 * Starts one of the two alone, or finds it running.
 * @param {Instance} instance
 * @param {'kafka' | 'postgres'} part
 * @returns {Promise<Pick<Infra, 'name' | 'brokers'> | Pick<Infra, 'name' | 'databaseUrl'>>}
 * @throws {LocalProblem}
 */
export async function upOnly(instance, part) {
  return await locked(instance, async () => {
    await mkdir(instance.folder, { recursive: true });
    const { name } = instance;
    return part === 'kafka' ? { name, brokers: await kafkaUp(instance) } : { name, databaseUrl: await postgresUp(instance) };
  });
}

/**
 * Starts again what was killed, until the signal says stop. What somebody stopped stays so, and what the environment names or Docker runs is theirs.
 * @param {Instance} instance
 * @param {AbortSignal} signal
 * @param {number} [every] how often it looks, in milliseconds; after a start that failed it waits ten times as long
 * @returns {Promise<void>} when it starts nothing any more
 */
export async function keepUp(instance, signal, every = 1_000) {
  let wait = every;
  for (;;) {
    // It rejects for one reason only, which is asked for next: the signal ends the wait.
    await sleep(wait, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    wait = await startLost(instance).then(
      () => every,
      (/** @type {Error} */ error) => (instance.say(error.message), every * 10),
    );
  }
}

/** @param {Instance} instance @returns {Promise<void>} */
async function startLost(instance) {
  const anyIsLost = async () => (await kafkaIsLost(instance)) || (await postgresIsLost(instance));
  if (!(await anyIsLost())) return;
  // Looked at again under the lock: somebody may be stopping them, or starting them.
  await locked(instance, async () => void ((await anyIsLost()) && (await bothUp(instance))));
}

/**
 * Stops what runs on this machine or in Docker, and keeps the data. What the environment names is left alone.
 * @param {Instance} instance
 * @returns {Promise<void>}
 */
export const down = (instance) => locked(instance, () => stopAll(instance, 'stop'));

/**
 * Stops the instance and deletes its data.
 * @param {Instance} instance
 * @returns {Promise<{ deleted: string | undefined }>} the folder that was deleted
 */
export const reset = (instance) =>
  locked(instance, async () => {
    await stopAll(instance, 'delete');
    if (!(await exists(instance.folder))) return { deleted: undefined };
    await rm(instance.folder, { recursive: true, force: true });
    return { deleted: instance.folder };
  });

/**
 * @param {Instance} instance
 * @returns {Promise<InfraStatus>}
 */
export async function status(instance) {
  const [kafka, postgres] = await Promise.all([kafkaStatus(instance), postgresStatus(instance)]);
  return { name: instance.name, folder: instance.folder, kafka, postgres };
}

/**
 * @template T
 * @param {Instance} instance
 * @param {() => Promise<T>} work
 */
const locked = (instance, work) => withLock(`${instance.folder}.lock`, { within: 10 * 60_000, say: instance.say }, work);

/** @param {Instance} instance @returns {Promise<string>} */
async function kafkaUp(instance) {
  const named = instance.env['KAFKA_BROKERS'];
  if (named) {
    if (!(await anyBrokerAnswers(named))) {
      throw new LocalProblem(
        'kafka-unreachable',
        `KAFKA_BROKERS names ${named}, where no Kafka broker answers: start it, correct the variable, or unset it.`,
      );
    }
    return named;
  }
  if (!(await kafkaState(instance)).running) {
    await requireFreeSpace(instance.folder, instance.env);
    const obstacle = await requireLocalKafka(instance).then(
      () => undefined,
      (/** @type {unknown} */ error) => error,
    );
    if (obstacle !== undefined) {
      if (!(await dockerWorks(instance.env))) throw obstacle;
      return `${loopback}:${await startInDocker(instance, 'kafka')}`;
    }
  }
  return `${loopback}:${await startKafka(instance)}`;
}

/** @param {Instance} instance @returns {Promise<string>} */
async function postgresUp(instance) {
  const named = instance.env['DATABASE_URL'];
  if (named) {
    const answer = await probePostgres(named);
    if ('refused' in answer) {
      throw new LocalProblem(
        'postgres-unreachable',
        `DATABASE_URL does not work (${answer.refused}): start that server, correct the variable, or unset it.`,
      );
    }
    return named;
  }
  if (!(await postgresState(instance)).running) {
    await requireFreeSpace(instance.folder, instance.env);
    const obstacle = await findPostgres().then(
      () => undefined,
      (/** @type {unknown} */ error) => error,
    );
    if (obstacle !== undefined) {
      if (!(await dockerWorks(instance.env))) throw obstacle;
      return adminUrl(await startInDocker(instance, 'postgres'), instance.env);
    }
  }
  return adminUrl(await startPostgres(instance), instance.env);
}

/** @param {Instance} instance @param {'stop' | 'delete'} how */
async function stopAll(instance, how) {
  const [kafka, postgres] = await Promise.all([stopKafka(instance), stopPostgres(instance)]);
  if (kafka === 'forced') instance.say('Kafka did not stop when asked to; it was ended by force');
  if (postgres === 'forced') instance.say('PostgreSQL did not stop when asked to; it was ended by force and recovers at its next start');
  await stopDocker(instance, how);
}

/** @param {Instance} instance @returns {Promise<PartStatus>} */
async function kafkaStatus(instance) {
  const named = instance.env['KAFKA_BROKERS'];
  if (named) return { source: 'environment', running: await anyBrokerAnswers(named), at: named };
  const inDocker = await dockerPort(instance, 'kafka');
  if (inDocker !== undefined)
    return { source: 'docker', running: (await probeKafka(loopback, inDocker)) !== undefined, at: `${loopback}:${inDocker}` };
  return localStatus(await kafkaState(instance));
}

/** @param {Instance} instance @returns {Promise<PartStatus>} */
async function postgresStatus(instance) {
  const named = instance.env['DATABASE_URL'];
  if (named) {
    // Not told as it stands: it may hold a password.
    const host = URL.canParse(named) ? new URL(named).host : '';
    return { source: 'environment', running: 'folder' in (await probePostgres(named)), ...(host !== '' && { at: host }) };
  }
  const inDocker = await dockerPort(instance, 'postgres');
  if (inDocker !== undefined) {
    return {
      source: 'docker',
      running: 'folder' in (await probePostgres(adminUrl(inDocker, instance.env))),
      at: `${loopback}:${inDocker}`,
    };
  }
  return localStatus(await postgresState(instance));
}

/** @param {{ running: boolean, port?: number, pid?: number }} state @returns {PartStatus} */
const localStatus = ({ running, port, pid }) => ({
  source: 'local',
  running,
  ...(port === undefined ? {} : { at: `${loopback}:${port}` }),
  ...(pid === undefined ? {} : { pid }),
});

/** @param {string} brokers `host:port,host:port` */
async function anyBrokerAnswers(brokers) {
  const answers = await Promise.all(
    brokers.split(',').map((broker) => {
      const at = broker.lastIndexOf(':');
      return probeKafka(broker.slice(0, at).trim(), Number(broker.slice(at + 1)));
    }),
  ).catch(() => []); // not host:port at all
  return answers.some((answer) => answer !== undefined);
}
