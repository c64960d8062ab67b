// @ts-check
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { exists, localFolder, readJson, workspaceRoot } from './files.mjs';
import { withLock } from './lock.mjs';
import { LocalProblem, say as sayOnStderr, withProgress } from './problem.mjs';

/**
 * Brings node_modules to what package-lock.json says, with `npm ci`, when it is missing, half installed or of another
 * version of the lock file. Needs nothing but Node 20 and npm; costs some milliseconds when there is nothing to do.
 * @param {{ root?: string, say?: import('./problem.mjs').Say, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<'installed' | 'present'>}
 * @throws {LocalProblem} `node-too-old`, `no-npm`, `install-failed`
 */
export async function ensureDependencies({ root = workspaceRoot, say = sayOnStderr, env = process.env } = {}) {
  requireNode(process.versions.node);
  if (await dependenciesArePresent(root)) return 'present';
  // Two commands in a fresh clone: the second waits and then finds everything there.
  return await withLock(resolve(localFolder(root), 'npm.lock'), { within: 15 * 60_000, say }, async () => {
    if (await dependenciesArePresent(root)) return 'present';
    await withProgress(say, 'installing dependencies with npm ci', () => npmCi(root, env));
    return 'installed';
  });
}

/** @param {string} version */
export function requireNode(version) {
  if (Number(version.split('.')[0]) < 20) {
    throw new LocalProblem('node-too-old', `Node ${version} is too old: install Node 20 or newer.`);
  }
}

/**
 * Compares the lock file with the one npm leaves in node_modules when an installation is complete. Contents, not times: a
 * checkout touches files without changing them.
 * @param {string} root
 * @returns {Promise<boolean>}
 */
export async function dependenciesArePresent(root) {
  /** @typedef {{ packages?: Record<string, { version?: string, optional?: boolean, devOptional?: boolean }> }} Lock */
  const wanted = /** @type {Lock | undefined} */ (await readJson(resolve(root, 'package-lock.json')));
  const installed = /** @type {Lock | undefined} */ (await readJson(resolve(root, 'node_modules/.package-lock.json')));
  if (!wanted?.packages || !installed?.packages) return false;
  for (const [path, entry] of Object.entries(wanted.packages)) {
    if (path === '') continue;
    const found = installed.packages[path];
    // Optional packages are mostly those of other platforms.
    if (found === undefined && (entry.optional || entry.devOptional)) continue;
    if (found?.version !== entry.version) return false;
  }
  return true;
}

/**
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<void>}
 */
async function npmCi(root, env) {
  if (!(await exists(resolve(root, 'package-lock.json')))) {
    throw new LocalProblem('install-failed', `There is no package-lock.json in ${root}: run this in a complete clone.`);
  }
  const code = await new Promise((done) => {
    // npm's own output goes to stderr, since stdout is for results. Its warnings are not for who waits: most say that a package wants a newer Node than
    // this one, and everything runs on the Node that is being installed.
    const child = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      env,
      stdio: ['ignore', process.stderr, process.stderr],
      shell: process.platform === 'win32',
    });
    child.on('error', () => done('missing'));
    child.on('close', done);
  });
  if (code === 'missing') throw new LocalProblem('no-npm', 'npm was not found: install Node 20 or newer together with npm.');
  if (code !== 0) {
    throw new LocalProblem(
      'install-failed',
      `npm ci failed with status ${code}: its own messages above say why; check the network and the npm registry settings, then run the same command again.`,
    );
  }
}
