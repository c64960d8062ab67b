import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '@duet/testbed';
import { NotFired } from './seen';

let orders = 0;
/** How late the answer may be, in milliseconds, and still show what the clock says. */
const tolerance = 10_000;

/** Sets the clock of a service's process wrong by so many milliseconds; it goes on from there. @throws NotFired unless the process says so, NotInTime */
export async function setClock(folder: string, pid: number, shiftMs: number): Promise<void> {
  const [order, told] = ['clock', 'told'].map((kind) => join(folder, `${pid}.${kind}`)) as [string, string];
  const id = ++orders;
  await rm(told, { force: true });
  await writeFile(order, JSON.stringify({ id, shiftMs }));
  process.kill(pid, 'SIGUSR2');
  const answer = async () => JSON.parse(await readFile(told, 'utf8')) as { id: number; now: number };
  const { now } = await until(async () => (await answer()).id === id && answer(), { what: `process ${pid} says what its clock says` });
  const wrongBy = now - Date.now();
  if (Math.abs(wrongBy - shiftMs) > tolerance) throw new NotFired(`the clock of process ${pid} is wrong by ${wrongBy} ms, not ${shiftMs}`);
}
