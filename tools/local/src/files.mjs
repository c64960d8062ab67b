// @ts-check
import { mkdir, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LocalProblem } from './problem.mjs';

/** The top folder of the workspace. */
export const workspaceRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** Where everything local is kept; ignored by git. @param {string} root */
export const localFolder = (root) => resolve(root, '.duet');

/**
 * @param {string} path
 * @returns {Promise<boolean>}
 */
export const exists = (path) =>
  stat(path).then(
    () => true,
    () => false,
  );

/**
 * Reads a small JSON file; a missing or torn one (a crash while it was written) counts as absent.
 * @template T
 * @param {string} path
 * @returns {Promise<T | undefined>}
 */
export async function readJson(path) {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Writes beside the target and renames, so a reader sees the old or the new content and never half of it.
 * @param {string} path
 * @param {unknown} value
 */
export async function writeJson(path, value) {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.draft`;
  await writeFile(draft, `${JSON.stringify(value, null, 2)}\n`);
  await rename(draft, path);
}

/** The last lines of a log, for an error that has to say why something did not start. @param {string} path @param {number} [lines] */
export async function tailOf(path, lines = 12) {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}

/** Keeps the log of the run before, and begins a new one. @param {string} path */
export async function rotate(path) {
  await mkdir(dirname(path), { recursive: true });
  await rename(path, `${path}.previous`).catch(() => rm(path, { force: true }));
}

/**
 * A full disk shows itself as a broken database much later; better to refuse at the start.
 * @param {string} folder must exist
 * @param {Record<string, string | undefined>} [env] `DUET_MIN_FREE_MIB`: the threshold in MiB
 */
export async function requireFreeSpace(folder, env = process.env) {
  const needed = Number(env['DUET_MIN_FREE_MIB'] ?? 1024);
  if (!Number.isFinite(needed) || needed < 0) {
    throw new LocalProblem('wrong-setting', `DUET_MIN_FREE_MIB must be a number of MiB, not "${env['DUET_MIN_FREE_MIB']}".`);
  }
  const { bavail, bsize } = await statfs(folder);
  const free = Math.floor((bavail * bsize) / 2 ** 20);
  if (free < needed) {
    throw new LocalProblem(
      'disk-full',
      `Only ${free} MiB are free on the disk of ${folder}, and ${needed} MiB are wanted: free some space, or set DUET_MIN_FREE_MIB lower.`,
    );
  }
}
