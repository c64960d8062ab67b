import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { workspaceRoot } from '@duet/testbed';

jest.setTimeout(300_000);

describe('a short run of the fuzzer', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'duet-fuzz-'))));
  afterAll(() => rm(folder, { recursive: true }));

  it('finds nothing: what is thrown is answered or set aside with its reason, and orders end', async () => {
    const json = join(folder, 'result.json');
    const options = ['--seed', '5', '--seconds', '8', '--json', json, '--name', 'fuzz-test'];
    const args = [resolve(workspaceRoot, 'tools/fuzz/fuzz.mjs'), '--no-build', ...options];
    // A status that is not 0 is an error that says what the run has said.
    await promisify(execFile)(process.execPath, args, { cwd: workspaceRoot, maxBuffer: 2 ** 24 });
    const result = JSON.parse(await readFile(json, 'utf8')) as {
      messages: number;
      requests: number;
      reasons: Record<string, number>;
      statuses: Record<string, number>;
      orders: { accepted: number; ended: number };
      findings: unknown[];
    };
    expect(result.findings).toEqual([]);
    expect(result.messages).toBeGreaterThan(100);
    expect(Object.keys(result.reasons)).toEqual(expect.arrayContaining(['header', 'not-json', 'schema', 'subject', 'taken']));
    expect(Object.keys(result.statuses)).toEqual(expect.arrayContaining(['200', '400', '404', '415', '422']));
    expect(result.orders.ended).toBe(result.orders.accepted);
  });
});
