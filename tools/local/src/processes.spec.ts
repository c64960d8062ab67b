import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { isRunning, markOf, run, startOf, stopProcess } from './processes.mjs';

const children: ChildProcess[] = [];
const shell = (script: string): ChildProcess => {
  const child = spawn('/bin/sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return child;
};
const firstLine = async (child: ChildProcess): Promise<string> => {
  const [chunk] = (await once(child.stdout!, 'data')) as [Buffer];
  return chunk.toString().trim();
};
afterAll(() => children.forEach((child) => child.kill('SIGKILL')));

it('a mark knows its own process, and no other with the same pid', async () => {
  const mark = await markOf(process.pid);
  await expect(isRunning(mark)).resolves.toBe(true);
  await expect(isRunning({ ...mark, started: 'another time' })).resolves.toBe(false);
  await expect(isRunning(undefined)).resolves.toBe(false);
});

it('a process that has ended but was not collected by its parent counts as gone', async () => {
  // The child ends only once its parent is `sleep`: a shell would collect it.
  const pid = Number(await firstLine(shell("sh -c 'until grep -q sleep /proc/$PPID/comm; do :; done' & echo $!; exec sleep 60")));
  const deadline = Date.now() + 5000;
  while ((await startOf(pid)) !== undefined && Date.now() < deadline) await new Promise((turn) => setImmediate(turn));
  await expect(startOf(pid)).resolves.toBeUndefined();
  expect(process.kill(pid, 0)).toBe(true);
});

it('stopping waits for the end, and ends by force what does not listen', async () => {
  const willing = shell('echo ready; exec sleep 60');
  await firstLine(willing);
  const how = { signal: 'SIGTERM', force: 'SIGKILL', within: 5000 } as const;
  await expect(stopProcess(await markOf(willing.pid!), how)).resolves.toBe('stopped');
  const deaf = shell('trap "" TERM; echo ready; while :; do sleep 1; done');
  await firstLine(deaf);
  const mark = await markOf(deaf.pid!);
  await expect(stopProcess(mark, { ...how, within: 100 })).resolves.toBe('forced');
  await expect(stopProcess(mark, how)).resolves.toBe('gone');
});

it('a program that does not exist is told from one that fails', async () => {
  await expect(run('no-such-program', [])).resolves.toMatchObject({ missing: true, code: null });
  await expect(run('/bin/sh', ['-c', 'echo out; echo err >&2; exit 3'])).resolves.toEqual({
    code: 3,
    missing: false,
    output: 'out\nerr\n',
  });
});
