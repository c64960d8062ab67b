import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { workspaceRoot } from './files.mjs';

/** A folder that is gone after the test file. */
export async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'duet-local-'));
  folders.push(folder);
  return folder;
}
const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** A PATH with just these programs, each a few lines of shell, beside the shell's own few. */
export async function programs(scripts: Record<string, string>): Promise<string> {
  const folder = await scratch();
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  }
  return folder;
}

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** `npm run infra -- …`, as a process of its own. `onLine` sees its progress as it comes. */
export function infra(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  onProgress?: (text: string, kill: () => void) => void,
): Promise<Ended> {
  return new Promise((done) => {
    const clean = { ...process.env, KAFKA_BROKERS: '', DATABASE_URL: '', ...env };
    const child = spawn(process.execPath, [resolve(workspaceRoot, 'tools/local/infra.mjs'), ...args, '--no-install'], {
      env: clean,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
      onProgress?.(err, () => child.kill('SIGKILL'));
    });
    child.on('close', (code) => done({ code, out, err }));
  });
}

/** A progress that keeps its lines for the test. */
export function listening(): { say: (line: string) => void; lines: string[] } {
  const lines: string[] = [];
  return { say: (line) => void lines.push(line), lines };
}
