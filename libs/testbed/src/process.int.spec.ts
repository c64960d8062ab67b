import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort, ProcessFailed, request, startProcess, stopAllProcesses, until } from './index';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'testbed-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

const script = async (name: string, code: string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, code);
  return path;
};
const runs = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const server = `
  const http = require('node:http');
  http.createServer((_, response) => response.end(process.env.GREETING)).listen(process.env.PORT, '127.0.0.1', () => console.log('listening'));
  process.on('SIGTERM', () => { console.log('good night'); process.exit(3); });
`;

it('is ready when its output says so, and ends as its own handler decides', async () => {
  const child = await startProcess({ entry: await script('a.cjs', server), env: { PORT: String(await freePort()) }, ready: /listening/ });
  await expect(child.kill()).resolves.toEqual({ code: 3, signal: null });
  expect(child.output()).toContain('good night');
  await expect(child.exited).resolves.toEqual({ code: 3, signal: null });
});

it('is ready when its address answers, paused answers nothing, and goes on', async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = await startProcess({
    entry: await script('b.cjs', server),
    env: { PORT: new URL(url).port, GREETING: 'hello' },
    ready: url,
  });
  await expect(request('GET', url)).resolves.toMatchObject({ body: 'hello' });
  child.pause();
  await expect(request('GET', url, { deadline: 200 })).rejects.toThrow(/timeout/i);
  child.resume();
  await expect(request('GET', url)).resolves.toMatchObject({ status: 200 });
  child.pause();
  await expect(child.kill('SIGKILL')).resolves.toEqual({ code: null, signal: 'SIGKILL' });
});

it('a paused process can be asked to end', async () => {
  const child = await startProcess({ entry: await script('c.cjs', server), env: { PORT: String(await freePort()) }, ready: /listening/ });
  child.pause();
  await expect(child.kill()).resolves.toEqual({ code: 3, signal: null });
});

it('tells the end of the output of a process that ended before it was ready', async () => {
  const entry = await script('d.cjs', `console.error('no database'); process.exit(4);`);
  const starting = startProcess({ entry, ready: /listening/ });
  await expect(starting).rejects.toThrow(ProcessFailed);
  await expect(starting).rejects.toThrow(/ended \(status 4\) before it was ready; its output ends with:\nno database/);
});

it('kills a process that is not ready in time', async () => {
  const entry = await script('e.cjs', `console.log('pid', process.pid); setInterval(() => {}, 1000);`);
  const error: unknown = await startProcess({ entry, ready: /listening/, deadline: 500 }).catch((reason: unknown) => reason);
  expect(String(error)).toMatch(/is ready: not within 500 ms/);
  const pid = Number(/pid (\d+)/.exec(String(error))?.[1]);
  await until(() => !runs(pid), { what: `process ${pid} is gone` });
});

it('no process outlives its suite', async () => {
  const child = await startProcess({ entry: await script('f.cjs', server), env: { PORT: String(await freePort()) }, ready: /listening/ });
  await stopAllProcesses();
  expect(runs(child.pid)).toBe(false);
});

it('no process outlives a test runner that was killed', async () => {
  const guard = resolve(__dirname, 'end-with-parent.cjs');
  const child = await script('g.cjs', `console.log('child', process.pid); setInterval(() => {}, 1000);`);
  const runner = await script(
    'runner.cjs',
    `require('node:child_process').spawn(process.execPath, ['--require', ${JSON.stringify(guard)}, ${JSON.stringify(child)}], { stdio: ['pipe', 'inherit', 'inherit'] });`,
  );
  const parent = spawn(process.execPath, [runner], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  parent.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const pid = await until(() => Number(/child (\d+)/.exec(output)?.[1]), { what: 'the child runs' });
  parent.kill('SIGKILL');
  await until(() => !runs(pid), { what: 'the child is gone' });
});
