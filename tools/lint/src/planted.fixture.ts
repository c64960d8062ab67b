import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';

const root = resolve(__dirname, '../../..');
const left = new Set(['node_modules', 'dist', 'coverage', '.git', '.nx', '.duet']);

export interface Finding {
  readonly ruleId: string | null;
  readonly message: string;
}

/** A copy of the workspace, with files planted in it. */
export class ScratchCopy {
  private constructor(readonly folder: string) {}

  static async make(): Promise<ScratchCopy> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'duet-lint-')));
    await cp(root, folder, { recursive: true, filter: (from) => !left.has(basename(from)) });
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    return new ScratchCopy(folder);
  }

  async plant(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(this.folder, path)), { recursive: true });
      await writeFile(join(this.folder, path), text);
    }
  }

  /** What the repository's own lint, with its own settings, says of these files. */
  async lint(paths: readonly string[]): Promise<Map<string, Finding[]>> {
    const manifest = createRequire(join(root, 'package.json')).resolve('eslint/package.json');
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NX_')));
    const { out, err } = await run([join(dirname(manifest), 'bin/eslint.js'), '--format', 'json', ...paths], this.folder, env);
    if (!out.startsWith('[')) throw new Error(`eslint said no JSON: ${out}${err}`);
    const results = JSON.parse(out) as { filePath: string; messages: Finding[] }[];
    return new Map(results.map(({ filePath, messages }) => [relative(this.folder, filePath), messages]));
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

const run = (args: readonly string[], cwd: string, env: NodeJS.ProcessEnv) =>
  new Promise<{ out: string; err: string }>((done, failed) => {
    const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.on('error', failed);
    child.on('close', () => done({ out, err }));
  });
