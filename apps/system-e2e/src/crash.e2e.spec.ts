import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { testInfra, workspaceRoot } from '@duet/testbed';

jest.setTimeout(400_000);

/** Which points are taken: always the same, unless told otherwise. */
const seed = process.env['CRASH_SEED'] ?? '1';
/** A round in which every service dies; more by the command. */
const sample = 6;

/** What `npm run crash` wrote, and how it ended. */
interface Result {
  readonly code: number;
  readonly text: string;
  readonly outcomes: readonly { readonly fired: boolean }[];
  readonly violations: readonly object[];
}

async function crash(...args: string[]): Promise<Result> {
  const { brokers, adminUrl } = await testInfra();
  const folder = await mkdtemp(join(tmpdir(), 'duet-crash-e2e-'));
  const json = join(folder, 'crash.json');
  const entry = resolve(workspaceRoot, 'tools/crash/crash.mjs');
  const env = { ...process.env, KAFKA_BROKERS: brokers.join(','), DATABASE_URL: adminUrl };
  try {
    const end = await new Promise<{ code: number; text: string }>((done) => {
      execFile(process.execPath, [entry, '--no-build', '--json', json, ...args], { env }, (error, stdout, stderr) =>
        done({ code: Number(error?.code ?? 0), text: stdout + stderr }),
      );
    });
    const written = await readFile(json, 'utf8').catch(() => '{ "outcomes": [], "violations": [] }');
    return { ...end, ...(JSON.parse(written) as Pick<Result, 'outcomes' | 'violations'>) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

it(`a service that dies at any point breaks no promise, in any style (seed ${seed})`, async () => {
  const { code, text, outcomes, violations } = await crash('--seed', seed, '--sample', String(sample));
  expect({ code, violations, text }).toEqual({ code: 0, violations: [], text: expect.any(String) });
  expect(outcomes).toHaveLength(sample);
  // A death that never came shows nothing: a batch may have been bigger than when nobody died.
  expect(outcomes.filter(({ fired }) => fired).length).toBeGreaterThanOrEqual(sample / 2);
});

it('a bug that is planted is caught: messages that are marked as sent before they are', async () => {
  const { code, text } = await crash('--twins', 'marked-unsent', '--style', 'choreography', '--tries', '6');
  expect({ code, text }).toEqual({ code: 0, text: expect.stringContaining('caught in round') });
});

it('bugs that this business would not notice are caught by tests of the runtime: no inbox, no lock, no order in what waits', async () => {
  const { code, text } = await crash('--twins', 'inbox-off', 'no-saga-lock', 'held-unordered');
  expect({ code, text }).toEqual({ code: 0, text: expect.not.stringContaining('NOT CAUGHT') });
});
