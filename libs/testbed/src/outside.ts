import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { workspaceRoot } from './infra';
import { freePort, type RunningProcess, startProcess } from './process';

/** A line of one of the outside world's own files. */
export interface OutsideLine {
  readonly what?: string;
  readonly key?: string;
  readonly request?: { readonly reference?: string; readonly amount?: number };
  readonly answer?: { readonly body: Readonly<Record<string, unknown>> };
  readonly [field: string]: unknown;
}

/** The outside world of one suite: its addresses, and what it wrote down itself. */
export interface RunningOutside {
  readonly url: string;
  readonly smtpUrl: string;
  /** Where its append-only files are. */
  readonly folder: string;
  /** Its process, as long as it is not restarted. */
  readonly pid: number;
  /** Ends it as a power cut would; nobody answers until `restart`. */
  kill(): Promise<void>;
  /** Starts it again at the same addresses, with its files. */
  restart(): Promise<void>;
  /** Its append-only files, read as they are now. */
  lines(file: 'payments' | 'shipments' | 'mails'): Promise<OutsideLine[]>;
  stop(): Promise<void>;
}

/** Starts the outside world on free ports, with files of its own. It must be built (`nx build outside`). @throws {ProcessFailed} */
export async function runningOutside(env: Readonly<Record<string, string>> = {}): Promise<RunningOutside> {
  const dataDir = await mkdtemp(join(tmpdir(), 'duet-outside-'));
  const [port, smtpPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const start = (): Promise<RunningProcess> =>
    startProcess({
      entry: resolve(workspaceRoot, 'dist/tools/outside/main.cjs'),
      ready: `${url}/health/ready`,
      env: { HOST: '127.0.0.1', PORT: String(port), SMTP_PORT: String(smtpPort), DATA_DIR: dataDir, LOG_LEVEL: 'warn', ...env },
    });
  let process = await start();
  return {
    url,
    smtpUrl: `smtp://127.0.0.1:${smtpPort}`,
    folder: dataDir,
    pid: process.pid,
    kill: async () => void (await process.kill('SIGKILL')),
    restart: async () => void (process = await start()),
    async lines(file) {
      const text = await readFile(join(dataDir, `${file}.jsonl`), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return '';
        throw error;
      });
      return text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as OutsideLine);
    },
    async stop() {
      await process.kill();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
