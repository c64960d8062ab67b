// @ts-check
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { markOf } from './processes.mjs';

/**
 * Writes down a system as its supervisor does; this process stands for the supervisor, unless it is said when that one started.
 * @param {string} folder of the instance
 * @param {readonly { name: string, service: string, url: string }[]} processes
 * @param {string} [started]
 */
export async function writeSystem(folder, processes, started) {
  const supervisor = { ...(await markOf(process.pid)), ...(started !== undefined && { started }) };
  await writeFile(join(folder, 'system.json'), JSON.stringify({ supervisor, ready: true, processes }));
}
