import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dependenciesArePresent, ensureDependencies, requireNode } from './bootstrap.mjs';
import { listening, programs, scratch } from './scratch.fixture';

interface Entry {
  version: string;
  optional?: boolean;
}
const wanted: Record<string, Entry> = {
  '': { version: '0.0.0' },
  'node_modules/pg': { version: '8.0.0' },
  'node_modules/fsevents': { version: '2.0.0', optional: true },
};

async function clone(installed?: Record<string, Entry>): Promise<string> {
  const root = await scratch();
  await writeFile(join(root, 'package-lock.json'), JSON.stringify({ packages: wanted }));
  await mkdir(join(root, 'node_modules'));
  if (installed) await writeFile(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages: installed }));
  return root;
}

/** Does what npm does at the end of an installation, and counts its calls. */
const npm = `echo "$*" >> calls; printf '{"packages":{"node_modules/pg":{"version":"8.0.0"}}}' > node_modules/.package-lock.json`;
const calls = (root: string): Promise<string> => readFile(join(root, 'calls'), 'utf8').catch(() => '');

it('dependencies are present when what is installed is what the lock file says; those of other platforms do not count', async () => {
  await expect(dependenciesArePresent(await clone({ 'node_modules/pg': { version: '8.0.0' } }))).resolves.toBe(true);
});

it.each([
  ['nothing is installed, or an installation was interrupted', undefined],
  ['another version is installed', { 'node_modules/pg': { version: '7.0.0' } }],
  ['a package is missing', {}],
  ['an optional package is of another version', { 'node_modules/pg': { version: '8.0.0' }, 'node_modules/fsevents': { version: '1.0.0' } }],
])('dependencies are installed when %s', async (_, installed) => {
  const root = await clone(installed);
  const { say, lines } = listening();
  await expect(ensureDependencies({ root, say, env: { PATH: await programs({ npm }) } })).resolves.toBe('installed');
  expect(await calls(root)).toBe('ci --no-audit --no-fund --loglevel=error\n');
  expect(lines[0]).toBe('installing dependencies with npm ci …');
  await expect(ensureDependencies({ root, say, env: { PATH: '' } })).resolves.toBe('present');
});

it('two commands in a fresh clone install once', async () => {
  const root = await clone();
  const { say } = listening();
  const env = { PATH: await programs({ npm }) };
  const both = await Promise.all([ensureDependencies({ root, say, env }), ensureDependencies({ root, say, env })]);
  expect(both.sort()).toEqual(['installed', 'present']);
  expect(await calls(root)).toBe('ci --no-audit --no-fund --loglevel=error\n');
});

it('an installation that fails, and npm missing, say what to do', async () => {
  const { say } = listening();
  const failing = ensureDependencies({ root: await clone(), say, env: { PATH: await programs({ npm: 'exit 7' }) } });
  await expect(failing).rejects.toMatchObject({
    code: 'install-failed',
    message: expect.stringMatching(/^npm ci failed with status 7: .*check the network/) as string,
  });
  const missing = ensureDependencies({ root: await clone(), say, env: { PATH: await scratch() } });
  await expect(missing).rejects.toMatchObject({
    code: 'no-npm',
    message: 'npm was not found: install Node 20 or newer together with npm.',
  });
  const partial = ensureDependencies({ root: await scratch(), say, env: { PATH: '' } });
  await expect(partial).rejects.toMatchObject({
    code: 'install-failed',
    message: expect.stringContaining('run this in a complete clone') as string,
  });
});

it('Node 20 is old enough', () => {
  expect(() => requireNode('20.0.0')).not.toThrow();
  expect(() => requireNode('18.20.1')).toThrow('Node 18.20.1 is too old: install Node 20 or newer.');
});
