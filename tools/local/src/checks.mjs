// @ts-check
import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { countJest, endText } from './check-report.mjs';
import { readJson, workspaceRoot } from './files.mjs';
import { program, projectNode, quietNx } from './node.mjs';

/** @typedef {import('./check-report.mjs').Report} Report */
/** @typedef {{ folder: string, env: NodeJS.ProcessEnv, signal: AbortSignal }} Place `folder`: for results; `signal`: stops the check */
/** @typedef {(place: Place) => Promise<Pick<Report, 'passed' | 'failed' | 'notes'>>} Check */

/** Far above what each takes: a check that hangs is a failed one, not an endless one. In milliseconds. */
const deadlines = { tool: 5 * 60_000, jest: 25 * 60_000 };

/** Every check by name, in the order in which they are told. @type {Record<string, { says: string, check: Check, needs?: readonly string[] }>} */
export const checks = {
  build: {
    says: 'every app, the outside world and the test services, bundled',
    check: tools(nx('run-many', '-t', 'build', 'till', 'conductor')),
  },
  format: {
    says: 'prettier',
    check: tools([
      program_('prettier'),
      '--check',
      '--log-level=warn',
      '--cache',
      '--cache-location=node_modules/.cache/prettier-duet',
      '.',
    ]),
  },
  lint: {
    says: 'eslint over the whole repository, with types and boundaries',
    check: tools([program_('eslint'), '--max-warnings=0', '.']),
  },
  types: {
    says: 'tsc over the whole repository, over the console, and over the plain modules of tools/local',
    check: tools(...['tsconfig.json', 'apps/console/tsconfig.json', 'tools/local/tsconfig.json'].map((file) => tsc(file))),
  },
  unit: {
    says: 'the specs of all libs, apps and tools, also with broker and database',
    check: jest('jest.config.cjs', 2),
    needs: ['build'],
  },
  e2e: { says: 'the suites against running services', check: jest('jest.e2e.config.cjs', 2), needs: ['build'] },
};

/** Resolved when the check runs: before the dependencies are installed there is no such program. @param {Parameters<typeof program>[0]} name */
function program_(name) {
  return () => program(name);
}

/** @param {readonly string[]} args @returns {Command} */
function nx(...args) {
  return [program_('nx'), ...args];
}

/** @param {string} project @returns {Command} */
function tsc(project) {
  return [program_('typescript'), '-p', project];
}

/** @typedef {readonly [() => string, ...string[]]} Command */

/** A check that passes or fails as one, and is heard only when it fails. @param {readonly Command[]} commands @returns {Check} */
function tools(...commands) {
  return async (place) => {
    for (const [file, ...args] of commands) {
      const { output, ...end } = await runNode([file(), ...args], { ...place, within: deadlines.tool, show: false });
      if (end.code === 0) continue;
      process.stderr.write(`\n${output.trimEnd()}\n`);
      return { passed: 0, failed: 1, notes: [`${[relative(workspaceRoot, file()), ...args].join(' ')} ${endText(end)}`] };
    }
    return { passed: 1, failed: 0, notes: [] };
  };
}

/** @param {string} config @param {number} workers @returns {Check} */
function jest(config, workers) {
  return async (place) => {
    const file = resolve(place.folder, `${config}.results.json`);
    await mkdir(place.folder, { recursive: true });
    await rm(file, { force: true });
    const args = ['--config', config, `--maxWorkers=${workers}`, '--json', `--outputFile=${file}`];
    const end = await runNode([program('jest'), ...args], { ...place, within: deadlines.jest, show: true });
    return countJest(await readJson(file), end, (path) => relative(workspaceRoot, path));
  };
}

/**
 * Runs a script with the project's own Node, whatever Node runs this.
 * @param {readonly string[]} args
 * @param {{ env: NodeJS.ProcessEnv, signal: AbortSignal, within: number, show: boolean }} options `show`: let it be seen as it comes
 * @returns {Promise<import('./check-report.mjs').End & { output: string }>}
 */
function runNode(args, { env, signal, within, show }) {
  return new Promise((done) => {
    if (signal.aborted) return done({ code: null, signal: 'SIGTERM', output: '' });
    const child = spawn(projectNode(), [...args], {
      cwd: workspaceRoot,
      env: { ...env, ...quietNx },
      // What jest prints goes to stderr; with --json and an output file it has nothing for stdout.
      stdio: ['ignore', show ? process.stderr : 'pipe', show ? process.stderr : 'pipe'],
    });
    let output = '';
    let late = false;
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    const stop = () => {
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), 10_000).unref();
    };
    const timer = setTimeout(() => ((late = true), stop()), within);
    signal.addEventListener('abort', stop);
    const end = (/** @type {import('./check-report.mjs').End} */ how) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      done({ ...how, late, output });
    };
    child.on('error', (error) => ((output += String(error)), end({ code: null, signal: null })));
    child.on('close', (code, signal) => end({ code, signal }));
  });
}
