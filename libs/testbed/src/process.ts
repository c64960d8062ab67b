import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { ProcessFailed } from './errors';
import { until } from './until';

export interface ProcessOptions {
  /** The script, as an absolute path; it runs with the Node of the tests. */
  readonly entry: string;
  readonly args?: readonly string[];
  /** Added to the environment of the tests; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** What shows that it is ready: a line of its output, or an address that answers with a status of 200 to 299. */
  readonly ready: RegExp | string;
  /** Milliseconds until it must be ready; 30 s by default. */
  readonly deadline?: number;
}

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunningProcess {
  readonly pid: number;
  /** The end of what it wrote, both streams, at most 64 KiB. */
  output(): string;
  /** Sends a signal and waits for its end; SIGTERM unless told. Also ends a paused process. */
  kill(signal?: NodeJS.Signals): Promise<Exit>;
  /** Stops its clock (SIGSTOP): connections stay open and nothing answers. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** Resolves when it has ended, however it did. */
  readonly exited: Promise<Exit>;
}

const longestOutput = 64 * 1024;
/** How long a process may take to end by itself, in milliseconds, before it is killed. */
const grace = 15_000;

const alive = new Set<ChildProcess>();
// Whatever a test forgets, or a failing test never reaches, ends with its suite; end-with-parent.cjs sees to a killed runner.
if (typeof afterAll === 'function') afterAll(stopAllProcesses, grace);

/** Kills every process of this test file that still runs. Happens by itself after the last test. */
export async function stopAllProcesses(): Promise<void> {
  await Promise.all(
    [...alive].map(
      (child) =>
        new Promise<void>((done) => {
          child.once('close', () => done());
          child.kill('SIGKILL');
        }),
    ),
  );
}

/**
 * Starts a Node process and waits until it is ready.
 * @throws {ProcessFailed} when it ends before, or is not ready in time (then it is killed)
 */
export async function startProcess({ entry, args = [], env = {}, cwd, ready, deadline = 30_000 }: ProcessOptions): Promise<RunningProcess> {
  const child = spawn(process.execPath, ['--require', resolve(__dirname, 'end-with-parent.cjs'), entry, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: definedOnly({ ...process.env, ...env }),
    ...(cwd === undefined ? {} : { cwd }),
  });
  let output = '';
  const keep = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-longestOutput));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  alive.add(child);
  let exit: Exit | undefined;
  const exited = new Promise<Exit>((done) => {
    const end = (how: Exit): void => {
      alive.delete(child);
      exit = how;
      done(how);
    };
    child.once('error', (error) => (keep(Buffer.from(String(error))), end({ code: null, signal: null })));
    // 'close' and not 'exit': its output has been read by then.
    child.once('close', (code, signal) => end({ code, signal }));
  });
  const running: RunningProcess = {
    pid: child.pid ?? 0,
    exited,
    output: () => output,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async kill(signal = 'SIGTERM') {
      if (exit) return exit;
      child.kill(signal);
      // A stopped process takes no signal but SIGKILL until it goes on.
      if (signal !== 'SIGKILL') child.kill('SIGCONT');
      const force = setTimeout(() => child.kill('SIGKILL'), grace);
      try {
        return await exited;
      } finally {
        clearTimeout(force);
      }
    },
  };
  await becomesReady();
  return running;

  async function becomesReady(): Promise<void> {
    try {
      await until(async () => exit !== undefined || (await isReady(ready, output)), { what: `${entry} is ready`, deadline });
    } catch (error) {
      await running.kill('SIGKILL');
      throw new ProcessFailed(`${error instanceof Error ? error.message : String(error)}; its output ends with:\n${tail(output)}`);
    }
    if (exit && !(ready instanceof RegExp && ready.test(output))) {
      const { code, signal } = exit;
      throw new ProcessFailed(`${entry} ended (${signal ?? `status ${code}`}) before it was ready; its output ends with:\n${tail(output)}`);
    }
  }
}

async function isReady(ready: RegExp | string, output: string): Promise<boolean> {
  if (ready instanceof RegExp) return ready.test(output);
  const answer = await fetch(ready, { signal: AbortSignal.timeout(2000) });
  await answer.arrayBuffer();
  return answer.ok;
}

const tail = (output: string): string => output.trimEnd().split('\n').slice(-30).join('\n');

const definedOnly = (env: Record<string, string | undefined>): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));

/** A port on loopback that nobody uses now. */
export const freePort = (): Promise<number> =>
  new Promise((done, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen({ port: 0, host: '127.0.0.1' }, () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
