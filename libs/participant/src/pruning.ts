import { Logger } from '@nestjs/common';
import { type Database, isTransient } from './database.store';
import { textOf } from './errors';
import type { Keeping } from './keeping';
import type { Measures } from './measures';
import { prunable, prune } from './pruning.store';

export interface PruningSettings extends Keeping {
  /** How often it is looked for what is old, in milliseconds. */
  readonly pruneEveryMs: number;
}

/** Rows in one statement at most: their locks are held for milliseconds. */
const batch = 1_000;

/** Removes what is older than it is kept for, little by little. Every replica does; what one has in hand the others pass over. */
export class Pruning {
  private readonly logger = new Logger('Pruning');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly settings: PruningSettings,
    private readonly measures: Measures,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.running ??= this.prune()
        .catch((error: unknown) => {
          if (!isTransient(error)) this.logger.error({ msg: 'what is old could not be removed', error: textOf(error) });
        })
        .finally(() => (this.running = undefined));
    }, this.settings.pruneEveryMs);
  }

  /** Ends with the statement that runs. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  private async prune(): Promise<void> {
    for (const what of prunable) {
      for (let removed = batch; removed === batch && !this.stopped;) {
        removed = await this.database.connection((client) => prune(client, what, this.settings, batch));
        this.measures.pruned.inc({ what }, removed);
      }
    }
  }
}
