import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { NoInfra } from './errors';

/** The top folder of the workspace. */
export const workspaceRoot = resolve(__dirname, '../../..');

export interface TestInfra {
  /** `host:port` each. */
  readonly brokers: readonly string[];
  /** An administrator's address, for making databases. */
  readonly adminUrl: string;
}

let found: Promise<TestInfra> | undefined;

/**
 * A real broker and a real database server: those of KAFKA_BROKERS and DATABASE_URL when both are set, else the local
 * instance `test`, which is started when it does not run and left running for the next tests.
 * @throws {NoInfra}
 */
export const testInfra = (): Promise<TestInfra> => (found ??= find());

async function find(): Promise<TestInfra> {
  const { KAFKA_BROKERS: brokers, DATABASE_URL: url } = process.env;
  if (brokers && url) return { brokers: brokers.split(','), adminUrl: url };
  const line = await new Promise<string>((done, failed) => {
    // Not to be installed anew now: the tests run from node_modules.
    const args = [resolve(workspaceRoot, 'tools/local/infra.mjs'), 'up', '--json', '--name', 'test', '--no-install'];
    execFile(process.execPath, args, { cwd: workspaceRoot, maxBuffer: 2 ** 24 }, (error, stdout, stderr) => {
      if (error) failed(new NoInfra(`No broker and database to test against. ${stderr.trim().split('\n').slice(-15).join('\n')}`));
      else done(stdout.trim().split('\n').at(-1) ?? '');
    });
  });
  const infra = JSON.parse(line) as { brokers: string; databaseUrl: string };
  return { brokers: infra.brokers.split(','), adminUrl: infra.databaseUrl };
}
