import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { workspaceRoot } from '@duet/testbed';
import type { Twin } from './twins.cjs';

/** What is read of jest's --json file. */
interface JestResults {
  readonly testResults: readonly { readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[] }[];
}

const jest = resolve(workspaceRoot, 'node_modules/jest/bin/jest.js');
const config = resolve(workspaceRoot, 'libs/participant/jest.config.cjs');

/** What became of one test of libs/participant, in whose services a twin's bug is planted if one is named: `passed`, `failed`, or that it did not run. */
export async function testOf({ suite, name }: NonNullable<Twin['test']>, twin?: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'duet-crash-suite-'));
  const file = join(folder, 'results.json');
  const args = [
    jest,
    ...['--config', config, '--testPathPatterns', `/${suite}\\.`],
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

/** `label`: a part of it. */
interface SmallPlan {
  readonly points: number | 'all';
  readonly label?: string | undefined;
  readonly seed: number;
}

/**
 * Runs the suite in which the till of libs/participant dies at its points, as it is told on the console.
 * Returns how it ended, and what it has written about the points, as JSON.
 */
export async function smallSuite({ points, label = '', seed }: SmallPlan): Promise<{ code: number; result: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'duet-crash-suite-'));
  const file = join(folder, 'points.json');
  const node = (args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> =>
    new Promise((done) => {
      const child = spawn(process.execPath, args, { cwd: workspaceRoot, env: { ...process.env, ...env }, stdio: 'inherit' });
      child.once('close', (code) => done(code ?? 1));
    });
  try {
    await node([resolve(workspaceRoot, 'node_modules/nx/dist/bin/nx.js'), 'run', 'participant:till'], {});
    const code = await node([jest, '--config', config, 'crash-points'], {
      ...{ CRASH_POINTS: String(points), CRASH_LABEL: label, CRASH_SEED: String(seed), CRASH_JSON: file },
    });
    const nothing = JSON.stringify({ outcomes: [], violations: [] });
    return { code, result: await readFile(file, 'utf8').catch(() => nothing) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
