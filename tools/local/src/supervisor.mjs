// @ts-check
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { rotate, tailOf } from './files.mjs';
import { markOf, pause } from './processes.mjs';

/** @typedef {import('./system.mjs').ProcessSpec} ProcessSpec */

/**
 * All in milliseconds. `quick`: a process that lived shorter died at once; `first`: the wait after the first such death, which doubles up to `slow`;
 * `patience`: quick deaths in a row until its log is shown; `grace`: what a process may take to end by itself; `startWithin`: until it is said what is missing.
 */
export const supervision = { quick: 10_000, first: 500, slow: 30_000, patience: 4, grace: 15_000, startWithin: 60_000 };

const guard = resolve(dirname(fileURLToPath(import.meta.url)), 'end-with-parent.cjs');

/**
 * Keeps one process running: starts it, starts it again when it ends, until it is stopped. Its output goes to a file; lines that tell of an error are
 * also shown.
 */
export class Supervised {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child;
  #stopping = false;
  #deaths = 0;
  #wake = () => {};
  #life = 0;
  /** @type {import('node:fs').WriteStream | undefined} */
  #log;
  #loop;

  /**
   * @param {ProcessSpec} spec
   * @param {{ node: string, logs: string, env: NodeJS.ProcessEnv, say: import('./problem.mjs').Say, changed: () => void, times?: Partial<typeof supervision> }} options
   *   `node`: the absolute path of the Node to run it with; `logs`: a folder; `changed`: told when the process is another one
   */
  constructor(spec, { node, logs, env, say, changed, times }) {
    this.spec = spec;
    this.node = node;
    this.env = env;
    this.say = say;
    this.changed = changed;
    this.times = { ...supervision, ...times };
    this.logFile = resolve(logs, `${spec.name}.log`);
    /** @type {import('./processes.mjs').ProcessMark | undefined} */
    this.mark = undefined;
    this.#loop = this.#run();
  }

  /** Resolves when it answers that it is ready, or is stopped. */
  async ready() {
    while (!this.#stopping && !(await isReady(this.spec.url))) await pause(100);
  }

  /**
   * Asks it to end, and ends it by force when it does not.
   * @returns {Promise<void>} when it has ended and will not be started again
   */
  async stop() {
    this.#stopping = true;
    this.#wake();
    const child = this.#child;
    child?.kill('SIGTERM');
    const force = setTimeout(() => {
      this.say(`${this.spec.name} does not end; ending it by force`);
      child?.kill('SIGKILL');
    }, this.times.grace);
    await this.#loop;
    clearTimeout(force);
  }

  /** Ends it at once. */
  kill() {
    this.#stopping = true;
    this.#wake();
    this.#child?.kill('SIGKILL');
  }

  async #run() {
    await rotate(this.logFile);
    this.#log = createWriteStream(this.logFile, { flags: 'a' });
    while (!this.#stopping) {
      const began = Date.now();
      const end = await this.#once();
      this.mark = undefined;
      if (this.#stopping) break;
      const quick = Date.now() - began < this.times.quick;
      this.#deaths = quick ? this.#deaths + 1 : 0;
      const wait = quick ? Math.min(this.times.first * 2 ** (this.#deaths - 1), this.times.slow) : 0;
      this.say(`${this.spec.name} ended (${end}); starting it again${wait >= 1000 ? ` in ${Math.round(wait / 1000)} s` : ''}`);
      if (this.#deaths > 0 && this.#deaths % this.times.patience === 0) {
        this.say(`${this.spec.name} ended ${this.#deaths} times at once; the end of ${this.logFile}:\n${await tailOf(this.logFile)}`);
      }
      await new Promise((done) => {
        const timer = setTimeout(done, wait);
        this.#wake = () => (clearTimeout(timer), done(undefined));
        if (this.#stopping) this.#wake();
      });
      if (!this.#stopping) void this.#sayWhenReady();
    }
    await new Promise((done) => this.#log?.end(() => done(undefined)));
  }

  /** One life of it. @returns {Promise<string>} how it ended */
  #once() {
    return new Promise((done) => {
      const child = spawn(this.node, ['--require', guard, '--enable-source-maps', this.spec.entry], {
        cwd: dirname(this.spec.entry),
        env: { ...this.env, ...this.spec.env },
        stdio: ['pipe', 'pipe', 'pipe'],
        // In a group of its own: Ctrl-C in the terminal reaches the supervisor alone, which then stops its services in order.
        detached: process.platform !== 'win32',
      });
      this.#child = child;
      this.#life += 1;
      child.stdin?.on('error', () => undefined);
      for (const stream of [child.stdout, child.stderr]) {
        if (stream) createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => this.#heard(line));
      }
      if (child.pid !== undefined) void markOf(child.pid).then((mark) => ((this.mark = mark), this.changed()));
      child.on('error', (error) => (this.#heard(String(error)), done(error.message)));
      child.on('close', (code, signal) => done(signal ?? `status ${code}`));
    });
  }

  /** @param {string} line */
  #heard(line) {
    this.#log?.write(`${line}\n`);
    const error = errorIn(line);
    if (error !== undefined) this.say(`${this.spec.name}: ${error}`);
  }

  async #sayWhenReady() {
    // It may end again before it was ready: the one that does become ready is told, once.
    const life = this.#life + 1;
    await pause(0);
    await this.ready();
    if (!this.#stopping && this.#life === life) this.say(`${this.spec.name} is ready again at ${this.spec.url}`);
  }
}

/** @param {string} url */
async function isReady(url) {
  try {
    const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

/**
 * What a log line says that somebody should see: the text of an error in JSON, and any line that is no JSON (how a process says why it does not start).
 * @param {string} line
 * @returns {string | undefined}
 */
export function errorIn(line) {
  if (line.trim() === '') return undefined;
  if (!line.startsWith('{')) return line;
  try {
    const { level, msg, error, err } = JSON.parse(line);
    if (level !== 'error' && level !== 'fatal') return undefined;
    const cause = typeof error === 'string' ? error : (error?.message ?? err?.message);
    return [msg, cause].filter((part) => typeof part === 'string' && part !== '').join(': ') || line;
  } catch {
    return line;
  }
}

/**
 * Waits until all are ready, says each one's time, and whom it still waits for.
 * @param {readonly Supervised[]} all
 * @param {{ say: import('./problem.mjs').Say, signal: AbortSignal, within?: number }} options
 * @returns {Promise<string[]>} the names of those that were not ready in time; they are kept running all the same
 */
export async function allReady(all, { say, signal, within = supervision.startWithin }) {
  const began = Date.now();
  const seconds = () => ((Date.now() - began) / 1000).toFixed(1);
  const missing = new Set(all.map(({ spec }) => spec.name));
  const still = setInterval(() => say(`still waiting for ${[...missing].join(', ')} (${seconds()} s) …`), 5_000);
  let late = () => {};
  const timeout = new Promise((done) => {
    const timer = setTimeout(done, within);
    late = () => clearTimeout(timer);
    signal.addEventListener('abort', () => (late(), done(undefined)), { once: true });
  });
  const ready = Promise.all(
    all.map(async (one) => {
      await one.ready();
      if (!signal.aborted && missing.delete(one.spec.name)) say(`${one.spec.name} is ready (${seconds()} s)`);
    }),
  );
  await Promise.race([ready, timeout]);
  clearInterval(still);
  late();
  return [...missing];
}
