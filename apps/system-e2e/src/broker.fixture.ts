import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
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

/** Starts Kafka beside the one of the tests, known by a name; what an earlier run has left is dropped first. @throws what the program says that starts it */
export async function ownBroker(name: string): Promise<OwnBroker> {
  const { adminUrl } = await testInfra();
  const infra = async (command: string): Promise<string> => {
    const args = [resolve(workspaceRoot, 'tools/local/infra.mjs'), command, '--name', name, '--json', '--no-install'];
    // The database is that of all tests.
    const env = { ...process.env, KAFKA_BROKERS: '', DATABASE_URL: adminUrl };
    return (await run(process.execPath, args, { cwd: workspaceRoot, env })).stdout;
  };
  await infra('reset');
  const { brokers } = JSON.parse((await infra('up')).trim().split('\n').at(-1) ?? '') as { brokers: string };
  return {
    brokers,
    stop: async () => void (await infra('down')),
    start: async () => void (await infra('up')),
    wipe: async () => {
      await infra('down');
      await rm(resolve(workspaceRoot, `.duet/${name}/kafka`), { recursive: true });
      await infra('up');
    },
    drop: async () => void (await infra('reset')),
  };
}
