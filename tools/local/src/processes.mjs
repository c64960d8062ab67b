// @ts-check
import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const execFileAsync = promisify(execFile);

/** @param {number} milliseconds */
export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * A process as a pid file remembers it. The pid alone is not enough: pids are used again, after a reboot even soon.
 * @typedef {{ pid: number, started: string }} ProcessMark
 */

/**
 * When a process started, as an opaque text that no later process with the same pid shares; undefined if it is gone.
 * A zombie counts as gone: in a container often nobody collects orphans.
 * @param {number} pid
 * @returns {Promise<string | undefined>}
 */
export async function startOf(pid) {
  if (process.platform === 'linux') {
    try {
      const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The second field is the program's name in parentheses and may hold anything; count from the last parenthesis.
      const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
      if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19]}`;
    } catch {
      return undefined;
    }
  }
  try {
    const { stdout } = await execFileAsync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]);
    const line = stdout.trim();
    return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '');
  } catch {
    return undefined;
  }
}

/**
 * @param {ProcessMark | undefined} mark
 * @returns {Promise<boolean>}
 */
export const isRunning = async (mark) => mark !== undefined && (await startOf(mark.pid)) === mark.started;

/**
 * @param {number} pid
 * @returns {Promise<ProcessMark>}
 */
export const markOf = async (pid) => ({ pid, started: (await startOf(pid)) ?? 'gone' });

/**
 * Asks a process to end, waits, and ends it by force when it has not done so by the deadline.
 * @param {ProcessMark} mark
 * @param {{ signal: NodeJS.Signals, force: NodeJS.Signals, within: number }} how `within` in milliseconds
 * @returns {Promise<'stopped' | 'forced' | 'gone'>}
 */
export async function stopProcess(mark, { signal, force, within }) {
  if (!(await isRunning(mark))) return 'gone';
  process.kill(mark.pid, signal);
  const deadline = Date.now() + within;
  while (await isRunning(mark)) {
    if (Date.now() > deadline) {
      process.kill(mark.pid, force);
      while (await isRunning(mark)) await pause(20);
      return 'forced';
    }
    await pause(20);
  }
  return 'stopped';
}

/**
 * Runs a program to its end.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<{ code: number | null, output: string, missing: boolean }>} `output`: both streams; `missing`: there is no such program
 */
export function run(program, args, options = {}) {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', (error) =>
      resolve({ code: null, output: String(error), missing: /** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT' }),
    );
    child.on('close', (code) => resolve({ code, output, missing: false }));
  });
}
