import { execFile } from 'node:child_process';
import { readFile, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { workspaceRoot } from './infra';

const run = promisify(execFile);

/** A broker of one suite's own, which can be away without taking all other tests with it. */
export interface OwnBroker {
  /** `host:port` */
  readonly brokers: string;
  /** Ends it and keeps its data; nobody answers until it is started again, at the same address. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops its clock: connections stay open and nobody answers, until `resume`. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Ends it, loses all that it had, topics and groups too, and starts it anew at the same address. */
  wipe(): Promise<void>;
  /** Ends it, and deletes its data. */
  drop(): Promise<void>;
}

/** A PostgreSQL of one suite's own. */
export interface OwnPostgres {
  /** An administrator's address. */
  readonly adminUrl: string;
  /** Ends it as a power cut would; nobody answers until it is started again, at the same address. */
  kill(): Promise<void>;
  /** Ends it, and puts a copy of its data in the place of its data. */
  moveToCopy(): Promise<void>;
  start(): Promise<void>;
  /** Ends it, and deletes its data. */
  drop(): Promise<void>;
}

/** Starts Kafka beside the one of the tests, known by a name; what an earlier run has left is dropped first. @throws what the program says that starts it */
export async function ownBroker(name: string): Promise<OwnBroker> {
  const { folder, infra, up, signal } = own(name, 'kafka');
  await infra('reset');
  const { brokers } = await up();
  return {
    brokers,
    stop: () => infra('down'),
    start: () => infra('up'),
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    wipe: async () => {
      await infra('down');
      await rm(resolve(folder, 'kafka'), { recursive: true });
      await infra('up');
    },
    drop: () => infra('reset'),
  };
}

/** Starts PostgreSQL beside the one of the tests, known by a name; what an earlier run has left is dropped first. @throws what the program says that starts it */
export async function ownPostgres(name: string): Promise<OwnPostgres> {
  const { folder, infra, up, signal } = own(name, 'postgres');
  await infra('reset');
  const { databaseUrl } = await up();
  const data = resolve(folder, 'postgres/data');
  return {
    adminUrl: databaseUrl,
    kill: () => signal('SIGKILL'),
    moveToCopy: async () => {
      await infra('down');
      // With its owner: PostgreSQL does not run as root.
      await run('cp', ['-a', data, `${data}.copy`]);
      await rm(data, { recursive: true });
      await rename(`${data}.copy`, data);
    },
    start: () => infra('up'),
    drop: () => infra('reset'),
  };
}

/** The command line of an infrastructure with this name, for one of its parts. */
function own(name: string, only: 'kafka' | 'postgres') {
  const command = async (what: string): Promise<string> => {
    const args = [
      resolve(workspaceRoot, 'tools/local/infra.mjs'),
      what,
      '--name',
      name,
      '--json',
      '--no-install',
      ...(what === 'up' ? ['--only', only] : []),
    ];
    // Its own, whatever the environment names.
    const env = { ...process.env, KAFKA_BROKERS: '', DATABASE_URL: '' };
    return (await run(process.execPath, args, { cwd: workspaceRoot, env })).stdout;
  };
  const folder = resolve(workspaceRoot, '.duet', name);
  return {
    folder,
    signal: async (which: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void> => {
      const { pid } = JSON.parse(await readFile(resolve(folder, only, 'process.json'), 'utf8')) as { pid: number };
      process.kill(pid, which);
    },
    infra: async (what: 'up' | 'down' | 'reset'): Promise<void> => void (await command(what)),
    up: async () => JSON.parse((await command('up')).trim().split('\n').at(-1) ?? '') as { brokers: string; databaseUrl: string },
  };
}
