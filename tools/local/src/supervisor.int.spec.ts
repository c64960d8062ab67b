import { freePort, until } from '@duet/testbed';
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { workspaceRoot } from './files.mjs';
import { startOf } from './processes.mjs';
import { claimSystem, readySystem } from './running-system.mjs';
import { listening, scratch } from './scratch.fixture';
import { allReady, errorIn, Supervised, type supervision } from './supervisor.mjs';

jest.setTimeout(60_000);

/** Ready when it listens; its file says which lives it had. */
const standIn = `
  const { appendFileSync } = require('node:fs');
  appendFileSync(process.env.LIVES, process.pid + '\\n');
  require('node:http').createServer((_, answer) => answer.end('ok')).listen(process.env.PORT, '127.0.0.1');
  process.on('SIGTERM', () => { console.log('{"level":"info","msg":"good night"}'); setTimeout(() => process.exit(0), 50); });
`;
const deaf = standIn.replace(/process\.on\('SIGTERM'.*/, `process.on('SIGTERM', () => undefined);`);
const stillborn = `console.error('no database here'); process.exit(7);`;

const everything: Supervised[] = [];
afterAll(() => everything.forEach((one) => one.kill()));

async function supervised(code: string, times: Partial<typeof supervision> = {}, name = 'stand-in') {
  const folder = await scratch();
  const entry = join(folder, 'main.cjs');
  const lives = join(folder, 'lives');
  await writeFile(entry, code);
  await writeFile(lives, '');
  const { say, lines } = listening();
  const port = await freePort();
  const spec = { name, service: name, entry, url: `http://127.0.0.1:${port}`, env: { PORT: String(port), LIVES: lives } };
  const one = new Supervised(spec, {
    node: process.execPath,
    logs: join(folder, 'logs'),
    env: process.env,
    say,
    changed: () => undefined,
    times,
  });
  everything.push(one);
  const pids = async () => (await readFile(lives, 'utf8')).trim().split('\n').filter(Boolean).map(Number);
  return { one, lines, pids, log: () => readFile(one.logFile, 'utf8') };
}
const isGone = async (pid: number) => (await startOf(pid)) === undefined;

describe('a supervised service', () => {
  it('that is killed is started again, with a message, and is ready again', async () => {
    const { one, lines, pids } = await supervised(standIn, { first: 10 });
    await one.ready();
    const [first = 0] = await pids();
    process.kill(first, 'SIGKILL');
    await until(() => lines.some((line) => line.includes('is ready again at http://127.0.0.1:')), { what: 'it is ready again' });
    expect(lines[0]).toBe('stand-in ended (SIGKILL); starting it again');
    const all = await pids();
    expect(all).toHaveLength(2);
    expect(one.mark?.pid).toBe(all[1]);
    await one.stop();
    expect(await Promise.all(all.map(isGone))).toEqual([true, true]);
  });

  it('ends by itself when it is stopped, and is not started again', async () => {
    const { one, lines, pids, log } = await supervised(standIn);
    await one.ready();
    await one.stop();
    expect(await pids()).toHaveLength(1);
    expect(await log()).toContain('good night');
    expect(lines).toEqual([]);
  });

  it('that does not end when it is asked to is ended by force', async () => {
    const { one, lines, pids } = await supervised(deaf, { grace: 200 });
    await one.ready();
    await one.stop();
    expect(lines).toEqual(['stand-in does not end; ending it by force']);
    expect(await isGone((await pids())[0] ?? 0)).toBe(true);
  });

  it('that dies at once, again and again, is started ever more slowly, and its log is shown', async () => {
    const { one, lines } = await supervised(stillborn, { first: 5, patience: 3, slow: 40 });
    await until(() => lines.some((line) => line.includes('ended 3 times at once')), { what: 'its log is shown' });
    await until(() => lines.filter((line) => line.includes('starting it again')).length > 4, { what: 'it is still tried' });
    expect(lines.find((line) => line.includes('3 times at once'))).toMatch(/the end of .*stand-in\.log:\n(no database here\n?)+$/);
    expect(lines).toContain('stand-in: no database here');
    await one.stop();
  });

  it('whose supervisor is killed ends by itself', async () => {
    const folder = await scratch();
    const entry = join(folder, 'main.cjs');
    const lives = join(folder, 'lives');
    await writeFile(entry, standIn);
    const env = { PORT: String(await freePort()), LIVES: lives };
    const runner = join(folder, 'runner.mjs');
    const module = resolve(workspaceRoot, 'tools/local/src/supervisor.mjs');
    const spec = { name: 'a', service: 'a', entry, url: 'http://127.0.0.1:1', env };
    await writeFile(
      runner,
      `import { Supervised } from ${JSON.stringify(module)};
       new Supervised(${JSON.stringify(spec)}, { node: process.execPath, logs: ${JSON.stringify(folder)}, env: process.env, say: () => {}, changed: () => {} });`,
    );
    const parent = spawn(process.execPath, [runner], { stdio: 'inherit' });
    const pid = await until(async () => Number(await readFile(lives, 'utf8').catch(() => '')), { what: 'the service runs' });
    parent.kill('SIGKILL');
    await until(() => isGone(pid), { what: 'the service is gone' });
  });
});

it('waiting for all tells each as it is ready, and in the end who is not', async () => {
  const good = await supervised(standIn);
  const bad = await supervised(stillborn, { first: 1000 }, 'stillborn');
  const { say, lines } = listening();
  const missing = await allReady([good.one, bad.one], { say, signal: new AbortController().signal, within: 1500 });
  expect(missing).toEqual(['stillborn']);
  expect(lines).toEqual([expect.stringMatching(/^stand-in is ready \(\d+\.\d s\)$/)]);
  await Promise.all([good.one.stop(), bad.one.stop()]);
});

describe('what of a log is shown', () => {
  it.each([
    ['{"level":"error","msg":"a unit failed","error":"deadlock"}', 'a unit failed: deadlock'],
    ['{"level":"fatal","msg":"gone","err":{"message":"why"}}', 'gone: why'],
    ['{"level":"info","msg":"fine"}', undefined],
    ['payment does not start. PORT must be a port.', 'payment does not start. PORT must be a port.'],
    ['{ torn', '{ torn'],
    ['', undefined],
  ])('%s', (line, shown) => expect(errorIn(line)).toBe(shown));
});

describe('the running system', () => {
  const system = { ready: true, since: 'now', ownsInfra: true, processes: [] };

  it('a second start finds the first', async () => {
    const folder = await scratch();
    const { say } = listening();
    const first = await claimSystem(folder, { say });
    if (!('ours' in first)) throw new Error('nobody else runs here');
    const url = 'http://127.0.0.1:3000';
    await first.ours.write({ ready: true, processes: [{ name: 'order', service: 'order', url }] });
    const second = await claimSystem(folder, { say });
    expect(second).toMatchObject({ running: { supervisor: { pid: process.pid }, processes: [{ name: 'order', url }] } });
    await expect(readySystem(folder, new AbortController().signal)).resolves.toMatchObject({ ready: true });
    await first.ours.remove();
    await expect(claimSystem(folder, { say })).resolves.toHaveProperty('ours');
  });

  it('what a killed supervisor left is stopped, and its broker and database are inherited', async () => {
    const folder = await scratch();
    const { say, lines } = listening();
    const left = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const pid = left.pid ?? 0;
    const mark = { pid, started: (await startOf(pid)) ?? '' };
    const supervisor = { pid: process.pid, started: 'before the reboot' };
    const processes = [{ name: 'order', service: 'order', url: 'http://127.0.0.1:3000', mark }];
    await writeFile(join(folder, 'system.json'), JSON.stringify({ ...system, supervisor, processes }));
    const claim = await claimSystem(folder, { say });
    expect(claim).toMatchObject({ ours: { system: { ownsInfra: true, ready: false, processes: [] } } });
    expect(lines).toEqual([`order (process ${pid}) was left behind by a supervisor that was killed; stopping it`]);
    expect(await isGone(pid)).toBe(true);
  });

  it('waiting for another start ends when that one ends', async () => {
    const folder = await scratch();
    const supervisor = { pid: process.pid, started: 'before the reboot' };
    await writeFile(join(folder, 'system.json'), JSON.stringify({ ...system, ready: false, supervisor }));
    await expect(readySystem(folder, new AbortController().signal)).resolves.toBeUndefined();
  });
});
