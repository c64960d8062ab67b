import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Linux counts the CPU of processes in hundredths of a second, on every machine that Node runs on. */
const ticksPerSecond = 100;

/** Whether this system tells how much CPU a process has used. */
export const cpuIsTold = existsSync('/proc/self/stat');

/** Seconds of CPU from one process's line in /proc: its own, and that of children that have ended and been waited for. */
export function secondsIn(stat: string): { own: number; ended: number; parent: number } {
  // The second field is the program's name in parentheses and may hold anything; count from the last parenthesis.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  return { own: (field(14) + field(15)) / ticksPerSecond, ended: (field(16) + field(17)) / ticksPerSecond, parent: field(4) };
}

/** Seconds of CPU that these processes have used so far; of one that is gone, 0. */
export const cpuOf = (...pids: readonly number[]): number => pids.reduce((total, pid) => total + (read(pid)?.own ?? 0), 0);

/**
 * Seconds of CPU that a process and its children have used so far, also children that have ended: PostgreSQL has one for each connection. What a child has used
 * moves to its parent when it ends, so nothing is lost and nothing counted twice.
 */
export function cpuOfFamily(pid: number): number {
  const head = read(pid);
  if (!head) return 0;
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => read(Number(name)) ?? [])
    .filter(({ parent }) => parent === pid);
  return head.own + head.ended + children.reduce((total, { own, ended }) => total + own + ended, 0);
}

/** The resident memory of a process, in MiB: now, and at most so far; zeros of one that is gone. */
export function residentOf(pid: number): { nowMiB: number; mostMiB: number } {
  const status = textOf(`/proc/${pid}/status`) ?? '';
  const field = (name: string): number => Math.round(Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0) / 1_024);
  return { nowMiB: field('VmRSS'), mostMiB: field('VmHWM') };
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function read(pid: number): ReturnType<typeof secondsIn> | undefined {
  const stat = textOf(`/proc/${pid}/stat`);
  return stat === undefined ? undefined : secondsIn(stat);
}
