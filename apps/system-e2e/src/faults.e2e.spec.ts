import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { workspaceRoot } from '@duet/testbed';

jest.setTimeout(420_000);

/** In the order of this seed each of them takes few seconds, and time is left for two at once. */
const faults = ['kill-service', 'kill-postgres', 'clock-jump', 'cut-broker', 'slow-line', 'poison'];

describe('a short run of the nemesis', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'duet-faults-'))));
  afterAll(() => rm(folder, { recursive: true }));

  it('breaks no promise: what is killed, cut off, slow, poisoned and out of time recovers, two at once as well, and every order ends once', async () => {
    const json = join(folder, 'result.json');
    const options = ['--seed', '98', '--seconds', '26', '--rate', '3', '--only', faults.join(','), '--json', json, '--name', 'nemesis'];
    const args = [resolve(workspaceRoot, 'tools/faults/faults.mjs'), '--no-build', ...options];
    // A status that is not 0 is an error that says what the run has said.
    await promisify(execFile)(process.execPath, args, { cwd: workspaceRoot, maxBuffer: 2 ** 24 });
    const result = JSON.parse(await readFile(json, 'utf8')) as {
      orders: { intended: number; accepted: number; ended: number };
      faults: { name: string; fired: boolean; with?: string }[];
      violations: unknown[];
    };
    expect(result.violations).toEqual([]);
    expect(result.faults.filter(({ fired }) => fired).map(({ name }) => name)).toEqual(expect.arrayContaining(faults));
    expect(result.faults.some((fault) => fault.with !== undefined)).toBe(true);
    expect(result.orders.ended).toBe(result.orders.intended);
  });
});
