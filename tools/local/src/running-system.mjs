// @ts-check
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readJson, writeJson } from './files.mjs';
import { withLock } from './lock.mjs';
import { isRunning, markOf, pause, stopProcess } from './processes.mjs';

/** @typedef {import('./processes.mjs').ProcessMark} ProcessMark */

/**
 * What a supervisor writes down, for the next `npm start`. `ownsInfra`: it started Kafka and PostgreSQL, so whoever stops the system stops them.
 * @typedef {{ name: string, service: string, url: string, mark?: ProcessMark | undefined }} RunningProcess
 * @typedef {{ supervisor: ProcessMark, since: string, ready: boolean, ownsInfra: boolean, processes: RunningProcess[], notes?: Record<string, string> }} RunningSystem
 */

/** @param {string} folder of the instance */
const fileIn = (folder) => resolve(folder, 'system.json');

/** @param {string} folder @returns {Promise<RunningSystem | undefined>} */
const read = (folder) => readJson(fileIn(folder));

/**
 * Makes this process the one supervisor of the instance, unless another one runs. Services that a killed supervisor left behind are stopped first.
 * @param {string} folder of the instance
 * @param {{ say: import('./problem.mjs').Say }} options
 * @returns {Promise<{ running: RunningSystem } | { ours: SystemFile }>}
 */
export async function claimSystem(folder, { say }) {
  return await withLock(resolve(folder, 'start.lock'), { within: 60_000, say }, async () => {
    const found = await read(folder);
    if (found && (await isRunning(found.supervisor))) return { running: found };
    if (found) await stopLeftovers(found, say);
    const ours = new SystemFile(folder, {
      supervisor: await markOf(process.pid),
      since: new Date().toISOString(),
      ready: false,
      ownsInfra: found?.ownsInfra ?? false,
      processes: [],
    });
    await ours.write({});
    return { ours };
  });
}

/**
 * The system that a supervisor runs now, ready or not.
 * @param {string} folder of the instance
 * @returns {Promise<RunningSystem | undefined>}
 */
export async function runningSystem(folder) {
  const found = await read(folder);
  return found && (await isRunning(found.supervisor)) ? found : undefined;
}

/** @param {RunningSystem} found @param {import('./problem.mjs').Say} say */
async function stopLeftovers(found, say) {
  for (const { name, mark } of found.processes) {
    if (!mark || !(await isRunning(mark))) continue;
    say(`${name} (process ${mark.pid}) was left behind by a supervisor that was killed; stopping it`);
    await stopProcess(mark, { signal: 'SIGTERM', force: 'SIGKILL', within: 15_000 });
  }
}

/**
 * Waits until another one's system is ready.
 * @param {string} folder
 * @param {AbortSignal} signal
 * @returns {Promise<RunningSystem | undefined>} undefined if it ended before, or nobody wants to wait any more
 */
export async function readySystem(folder, signal) {
  while (!signal.aborted) {
    const found = await runningSystem(folder);
    if (!found || found.ready) return found;
    await pause(200);
  }
  return undefined;
}

/** The file, written one change after the other. */
export class SystemFile {
  #last = Promise.resolve();
  /** @param {string} folder @param {RunningSystem} system */
  constructor(folder, system) {
    this.folder = folder;
    this.system = system;
  }

  /** @param {Partial<RunningSystem>} change @returns {Promise<void>} */
  write(change) {
    Object.assign(this.system, change);
    this.#last = this.#last.then(() => writeJson(fileIn(this.folder), this.system));
    return this.#last;
  }

  /** @returns {Promise<void>} */
  async remove() {
    await this.#last;
    await rm(fileIn(this.folder), { force: true });
  }
}
