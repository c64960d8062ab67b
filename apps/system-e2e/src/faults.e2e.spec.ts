import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { workspaceRoot } from '@duet/testbed';

jest.setTimeout(420_000);

const faults = ['kill-service', 'pause-service', 'kill-postgres', 'poison', 'cut-database', 'doubled'];

describe('a short run of the nemesis', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'duet-faults-'))));
  afterAll(() => rm(folder, { recursive: true }));

  it('breaks no promise: what is killed, paused, cut off, poisoned and told twice recovers, and every order ends once', async () => {
    const json = join(folder, 'result.json');
    const options = ['--seed', '3', '--seconds', '40', '--rate', '3', '--only', faults.join(','), '--json', json, '--name', 'nemesis'];
    const args = [resolve(workspaceRoot, 'tools/faults/faults.mjs'), '--no-build', ...options];
    // A status that is not 0 is an error that says what the run has said.
    await promisify(execFile)(process.execPath, args, { cwd: workspaceRoot, maxBuffer: 2 ** 24 });
    const result = JSON.parse(await readFile(json, 'utf8')) as {
      orders: { intended: number; accepted: number; ended: number };
      faults: { name: string; fired: boolean }[];
      violations: unknown[];
    };
    expect(result.violations).toEqual([]);
    expect(result.faults.filter(({ fired }) => fired).map(({ name }) => name)).toEqual(expect.arrayContaining(faults));
    expect(result.orders.ended).toBe(result.orders.intended);
  });
});
