import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type RunningService, runningService, type TestDatabase, until, workspaceRoot } from '@duet/testbed';
import type { Point } from './cases';

/** What a victim is started with. */
export interface VictimOptions {
  readonly name: string;
  readonly prefix: string;
  readonly database: TestDatabase;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where it and the preload talk by files. */
  readonly folder: string;
}

/** A service that can be told where to die. */
export class Victim {
  private orders = 0;
  private running: RunningService | undefined;
  constructor(private readonly options: VictimOptions) {}

  get name(): string {
    return this.options.name;
  }
  get url(): string {
    return this.running?.url ?? '';
  }
  get output(): string {
    return this.running?.process.output() ?? '';
  }

  /** Starts it, or starts it again after a death. @throws ProcessFailed */
  async start(): Promise<void> {
    const { name, prefix, database, env, folder } = this.options;
    // Of the death before. Not when it is told something: it may be dying of what it was told last.
    await rm(this.file('fired'), { force: true });
    this.running = await runningService({
      app: name,
      prefix,
      database,
      env: {
        ...env,
        NODE_OPTIONS: `--require ${resolve(workspaceRoot, 'tools/crash/src/preload.cjs')}`,
        CRASH_FOLDER: folder,
        CRASH_NAME: name,
      },
      deadline: 60_000,
    });
  }

  /** Tells it where to die, or with nothing to live on. Returns how often it has met each label since it was told the last time; undefined if it is dead. @throws NotInTime */
  async tell(point?: Point): Promise<Readonly<Record<string, number>> | undefined> {
    const { running } = this;
    if (!running) return undefined;
    const id = ++this.orders;
    await rm(this.file('answer'), { force: true });
    await writeFile(this.file('order'), JSON.stringify({ id, ...point }));
    let dead = false;
    void running.process.exited.then(() => (dead = true));
    if (!signal(running.process.pid)) return undefined;
    const answer = async () =>
      dead || (existsSync(this.file('answer')) && (JSON.parse(await readFile(this.file('answer'), 'utf8')) as Answer));
    const answered = await until(answer, { what: `${this.name} has heard where to die` });
    return answered === true ? undefined : answered.met;
  }

  /** Resolves when it has died: at the label, or `undefined` if it was by itself. */
  async died(): Promise<Pick<Point, 'label' | 'nth'> | undefined> {
    const exit = await this.running?.process.exited;
    if (exit?.signal !== 'SIGKILL' || !existsSync(this.file('fired'))) return undefined;
    return JSON.parse(await readFile(this.file('fired'), 'utf8')) as Pick<Point, 'label' | 'nth'>;
  }

  async stop(): Promise<void> {
    await this.running?.process.kill();
  }

  private file(kind: string): string {
    return join(this.options.folder, `${this.name}.${kind}`);
  }
}

/** False if there is nobody. */
function signal(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGUSR2');
  } catch {
    return false;
  }
}

interface Answer {
  readonly met: Readonly<Record<string, number>>;
}
