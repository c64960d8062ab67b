import { createHash } from 'node:crypto';
import { type Clock, runningProcess } from './clock';

/** Everything that happened in a run, in order. What is not worth a line is counted in its digest all the same. */
export class Trace {
  readonly lines: string[] = [];
  private readonly hash = createHash('sha256');

  constructor(
    private readonly clock: Clock,
    private readonly from: number,
  ) {}

  say(text: string, who = runningProcess()?.name ?? 'world'): void {
    const line = `${((this.clock.time - this.from) / 1_000).toFixed(3).padStart(9)} ${who.padEnd(16)} ${text}`;
    this.lines.push(line);
    this.hash.update(`${line}\n`);
  }

  /** What is too small for a line. */
  note(...parts: readonly (string | Uint8Array)[]): void {
    this.hash.update(String(this.clock.time));
    for (const part of parts) this.hash.update(part);
  }

  /** The same for the same run, so far. */
  digest(): string {
    return this.hash.copy().digest('hex');
  }
}
