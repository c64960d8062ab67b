import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { markOf } from './processes.mjs';
import { listening, scratch } from './scratch.fixture';

const { say, lines } = listening();

/** How many were inside at the same time, at most. */
async function crowd(path: string, takers: number): Promise<number> {
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++inside);
    await new Promise((turn) => setImmediate(turn));
    inside--;
  };
  await Promise.all(Array.from({ length: takers }, () => withLock(path, { within: 20_000, say }, work)));
  return most;
}

async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'close');
  return child.pid ?? 0;
}

it('lets one in at a time and leaves nothing behind', async () => {
  const folder = await scratch();
  await expect(crowd(join(folder, 'lock'), 5)).resolves.toBe(1);
  await expect(readdir(folder)).resolves.toEqual([]);
});

it('is free again after work that failed', async () => {
  const path = join(await scratch(), 'lock');
  const failing = withLock(path, { within: 1000, say }, () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  await expect(withLock(path, { within: 1000, say }, () => Promise.resolve('in'))).resolves.toBe('in');
});

it.each([
  ['a process that is gone', async () => JSON.stringify({ pid: await deadProcess(), started: 'long ago' })],
  ['an earlier process whose pid another one has now', async () => JSON.stringify({ pid: process.pid, started: 'before the reboot' })],
  ['nobody: it is empty', async () => ''],
])('takes over the lock of %s, still one at a time', async (_, holder) => {
  const path = join(await scratch(), 'lock');
  await writeFile(path, await holder());
  await expect(crowd(path, 5)).resolves.toBe(1);
});

it('many that find many stale locks at once: each lock has one holder, and none is lost', async () => {
  const folder = await scratch();
  const paths = Array.from({ length: 20 }, (_, index) => join(folder, `lock-${index}`));
  await Promise.all(paths.map((path) => writeFile(path, '')));
  await expect(Promise.all(paths.map((path) => crowd(path, 8)))).resolves.toEqual(paths.map(() => 1));
  await expect(readdir(folder)).resolves.toEqual([]);
}, 30_000);

it('says who holds it while waiting, and after the deadline what to do', async () => {
  const path = join(await scratch(), 'lock');
  await writeFile(path, JSON.stringify(await markOf(process.pid)));
  const waiting = withLock(path, { within: 100, say }, () => Promise.resolve());
  await expect(waiting).rejects.toMatchObject({ code: 'locked', message: expect.stringContaining('wait for it or end it') as string });
  expect(lines).toContain(`waiting for process ${process.pid}, which is doing the same …`);
});
