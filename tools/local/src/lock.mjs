// @ts-check
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LocalProblem } from './problem.mjs';
import { isRunning, markOf, pause } from './processes.mjs';

/**
 * Runs `work` while no other process runs work under the same lock file. A lock whose holder is gone is taken over.
 * @template T
 * @param {string} path
 * @param {{ within: number, say: import('./problem.mjs').Say }} options `within`: how long to wait for the other, in milliseconds
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, { within, say }, work) {
  await mkdir(dirname(path), { recursive: true });
  const deadline = Date.now() + within;
  const mine = JSON.stringify(await markOf(process.pid));
  const draft = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await writeFile(draft, mine);
  let told = false;
  try {
    for (;;) {
      // A hard link is made whole or not at all, so nobody ever reads a lock without its holder.
      if (await succeeds(link(draft, path))) break;
      const holder = await holderOf(path);
      if (holder === 'none') continue;
      if (holder === 'gone') {
        await removeStale(path, draft);
        continue;
      }
      if (!told) say(`waiting for process ${holder.pid}, which is doing the same …`);
      told = true;
      if (Date.now() > deadline) {
        throw new LocalProblem(
          'locked',
          `Process ${holder.pid} has held ${path} for more than ${Math.round(within / 1000)} s: wait for it or end it, then try again.`,
        );
      }
      await pause(50);
    }
  } finally {
    await rm(draft, { force: true });
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** @param {Promise<unknown>} attempt */
const succeeds = (attempt) =>
  attempt.then(
    () => true,
    () => false,
  );

/**
 * @param {string} path
 * @returns {Promise<'none' | 'gone' | import('./processes.mjs').ProcessMark>}
 */
async function holderOf(path) {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return 'none';
  try {
    const mark = JSON.parse(text);
    return (await isRunning(mark)) ? mark : 'gone';
  } catch {
    return 'gone';
  }
}

/**
 * Only one at a time may remove a stale lock, and looks again before it does: nobody else changes a lock whose holder is gone, so what it removes is what it
 * saw. Without that, one that saw the stale lock late would remove the fresh lock of another.
 * @param {string} path
 * @param {string} draft
 */
async function removeStale(path, draft) {
  const sweep = `${path}.sweep`;
  if (!(await succeeds(link(draft, sweep)))) {
    // Somebody is at it; a moment later it is done, unless that process was ended just there.
    if ((await holderOf(sweep)) === 'gone') await rm(sweep, { force: true });
    else await pause(5);
    return;
  }
  try {
    if ((await holderOf(path)) === 'gone') await rm(path, { force: true });
  } finally {
    await rm(sweep, { force: true });
  }
}
