import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { workspaceRoot } from '@duet/testbed';
import type { Twin } from './twins.cjs';

/** What is read of jest's --json file. */
interface JestResults {
  readonly testResults: readonly { readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[] }[];
}

/** What became of one test of libs/participant, in whose services a twin's bug is planted if one is named: `passed`, `failed`, or that it did not run. */
export async function testOf({ suite, name }: NonNullable<Twin['test']>, twin?: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'duet-crash-suite-'));
  const file = join(folder, 'results.json');
  const args = [
    resolve(workspaceRoot, 'node_modules/jest/bin/jest.js'),
    ...['--config', resolve(workspaceRoot, 'libs/participant/jest.config.cjs'), '--testPathPatterns', `/${suite}\\.`],
    ...['--testNamePattern', name, '--json', '--outputFile', file],
    ...(twin === undefined ? [] : ['--setupFiles', resolve(workspaceRoot, 'tools/crash/src/plant.cjs')]),
  ];
  const env = { ...process.env, ...(twin !== undefined && { CRASH_TWIN: twin }) };
  try {
    // How it ends says no more than what it has written.
    await new Promise<void>((done) => execFile(process.execPath, args, { cwd: workspaceRoot, env, maxBuffer: 2 ** 24 }, () => done()));
    const { testResults } = JSON.parse(await readFile(file, 'utf8')) as JestResults;
    const test = testResults.flatMap(({ assertionResults }) => assertionResults).find(({ fullName }) => fullName.includes(name));
    return test?.status ?? 'not run';
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
