import { execFile } from 'node:child_process';
import { readFile, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { testInfra, workspaceRoot } from '@duet/testbed';

const run = promisify(execFile);

/** A broker of one suite's own, which can be away without taking all other tests with it. */
export interface OwnBroker {
  /** `host:port` */
  readonly brokers: string;
  /** Ends it and keeps its data; nobody answers until it is started again, at the same address. */
  stop(): Promise<void>;
  start(): Promise<void>;
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
  const { adminUrl } = await testInfra();
  const { folder, infra, up } = own(name, { KAFKA_BROKERS: '', DATABASE_URL: adminUrl });
  await infra('reset');
  const { brokers } = await up();
  return {
    brokers,
    stop: () => infra('down'),
    start: () => infra('up'),
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
  const { brokers } = await testInfra();
  const { folder, infra, up } = own(name, { KAFKA_BROKERS: brokers.join(','), DATABASE_URL: '' });
  await infra('reset');
  const { databaseUrl } = await up();
  const data = resolve(folder, 'postgres/data');
  return {
    adminUrl: databaseUrl,
    kill: async () => {
      const { pid } = JSON.parse(await readFile(resolve(folder, 'postgres/process.json'), 'utf8')) as { pid: number };
      process.kill(pid, 'SIGKILL');
    },
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

/** The command line of an infrastructure with this name. */
function own(name: string, environment: Readonly<Record<string, string>>) {
  const command = async (what: string): Promise<string> => {
    const args = [resolve(workspaceRoot, 'tools/local/infra.mjs'), what, '--name', name, '--json', '--no-install'];
    return (await run(process.execPath, args, { cwd: workspaceRoot, env: { ...process.env, ...environment } })).stdout;
  };
  return {
    folder: resolve(workspaceRoot, '.duet', name),
    infra: async (what: 'up' | 'down' | 'reset'): Promise<void> => void (await command(what)),
    up: async () => JSON.parse((await command('up')).trim().split('\n').at(-1) ?? '') as { brokers: string; databaseUrl: string },
  };
}
