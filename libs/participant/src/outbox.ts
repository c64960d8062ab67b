import { randomUUID } from 'node:crypto';
import type { Broker } from '@duet/kafka';
import { within } from '@duet/platform';
import { Logger } from '@nestjs/common';
import { sagaKey } from './call';
import type { Database } from './database.store';
import { textOf } from './errors';
import { markSent, overdueOutbox, type OutboxRow } from './outbox.store';
import type { LockedSaga } from './runtime.store';
import { resendSpans } from './traces';

export interface OutboxSettings {
  /** Put before every topic's name. */
  readonly topicPrefix: string;
  /** How long a committed message may stay unsent before any replica's relay sends it. */
  readonly graceMs: number;
  /** How often the relay looks. */
  readonly relayEveryMs: number;
}

const batchSize = 500;

/**
 * Sends what was committed, in the order of each saga. What this process has just committed goes through one queue with one send in flight; everything
 * else (rows of a process that died or stalled, rows whose send failed) is left to the relay, which any replica runs. A message may go out twice, never out of order
 * for the first time.
 */
export class Outbox {
  private readonly logger = new Logger('Outbox');
  private readonly queue: OutboxRow[] = [];
  /** Rows that this process will send or is sending, by saga, until they are marked. */
  private readonly owned = new Map<string, Set<number>>();
  /** Sent since the last `aboutToCommit`, by saga: the unit that is enqueued next may have read them as unsent. */
  private readonly justSent = new Map<string, Set<number>>();
  private sending: Promise<void> | undefined;
  private relaying: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private name = randomUUID();
  /** A unit commits, and it is not known yet what comes of it. */
  private committing = false;

  constructor(
    private readonly broker: Broker,
    private readonly database: Database,
    private readonly settings: OutboxSettings,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.relaying ??= this.relay()
        .catch((error: unknown) => this.logger.warn({ msg: 'the relay could not send and tries again', error: textOf(error) }))
        .finally(() => (this.relaying = undefined));
    }, this.settings.relayEveryMs);
  }

  /** Messages committed and not yet sent by this process. */
  get length(): number {
    return this.queue.length;
  }

  /**
   * A unit is about to look what is unsent, and to commit: returns the name under which. Of a saga whose last message bears it, everything earlier has gone through
   * this queue; so the queue takes another name as soon as it leaves something to the relay. What was sent by now and is unsent all the same is to be sent again.
   */
  aboutToCommit(): string {
    // Nobody was told what came of the last one. If it was committed all the same, with the connection lost before the answer, its messages are the relay's.
    if (this.committing) this.name = randomUUID();
    this.committing = true;
    this.justSent.clear();
    return this.name;
  }

  /**
   * Takes what a unit has committed under the name `sender`; called in the order of commits, and before the next unit begins. A saga with an earlier unsent message
   * that is not in this queue is left to the relay, or the later message would overtake it.
   */
  enqueue(rows: readonly OutboxRow[], sagas: readonly LockedSaga[], sender: string): void {
    this.committing = false;
    // Something was left to the relay between the unit's look at what is unsent and now; it may be of these sagas.
    const isLate = sender !== this.name;
    const behind = new Set(
      sagas.filter(({ ref, unsent }) => isLate || unsent.some((seq) => !this.isOurs(sagaKey(ref), seq))).map(({ ref }) => sagaKey(ref)),
    );
    for (const row of rows) {
      const key = sagaKey(row);
      if (behind.has(key)) {
        this.name = randomUUID();
        row.span?.end(new LeftToRelay());
        continue;
      }
      add(this.owned, key, row.seq);
      this.queue.push(row);
    }
    this.sending ??= within(undefined, () => this.drain());
  }

  private isOurs(saga: string, seq: number): boolean {
    return this.owned.get(saga)?.has(seq) === true || this.justSent.get(saga)?.has(seq) === true;
  }

  /** Resolves when fewer than `limit` messages wait to be sent: nothing is handled faster than it can be told. */
  async below(limit: number): Promise<void> {
    while (this.queue.length >= limit && this.sending) await this.sending;
  }

  /** Sends what is queued, then stops. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    while (this.sending) await this.sending;
    await this.relaying;
  }

  private async drain(): Promise<void> {
    // Not before `sending` is set.
    await Promise.resolve();
    while (this.queue.length > 0) await this.sendNext(this.queue.splice(0, batchSize));
    // At once, and not when this promise is seen to be done: what is enqueued in between would wait for nobody.
    this.sending = undefined;
  }

  private async sendNext(rows: readonly OutboxRow[]): Promise<void> {
    const again = resendSpans(rows);
    try {
      await this.broker.send(rows.map((row) => this.outgoing(row)));
    } catch (error) {
      again?.forEach((span) => span.end(error));
      this.giveUp(rows, error);
      return;
    }
    again?.forEach((span) => span.end());
    for (const row of rows) {
      row.span?.end();
      add(this.justSent, sagaKey(row), row.seq);
    }
    try {
      await this.database.connection((client) => markSent(client, rows));
    } catch (error) {
      this.logger.warn({
        msg: 'sent messages could not be marked; the relay will send them again, which is harmless',
        error: textOf(error),
      });
    }
    this.disown(rows);
  }

  /** After a failed send everything of its sagas is left to the relay, so that nothing of them goes out before what failed. */
  private giveUp(rows: readonly OutboxRow[], error: unknown): void {
    const failed = new Set(rows.map(sagaKey));
    const left = this.queue.filter((row) => failed.has(sagaKey(row)));
    this.queue.splice(0, this.queue.length, ...this.queue.filter((row) => !failed.has(sagaKey(row))));
    for (const { span } of rows) span?.end(error);
    for (const { span } of left) span?.end(new LeftToRelay());
    this.disown([...rows, ...left]);
    this.name = randomUUID();
    this.logger.warn({ msg: `${rows.length + left.length} messages could not be sent and are left to the relay`, error: textOf(error) });
  }

  private disown(rows: readonly OutboxRow[]): void {
    for (const row of rows) {
      const key = sagaKey(row);
      const seqs = this.owned.get(key);
      seqs?.delete(row.seq);
      if (seqs?.size === 0) this.owned.delete(key);
    }
  }

  private async relay(): Promise<void> {
    for (;;) {
      const found = await this.database.connection((client) => overdueOutbox(client, this.settings.graceMs, batchSize));
      const rows = found.filter((row) => !this.owned.has(sagaKey(row)));
      if (rows.length === 0) return;
      const spans = resendSpans(rows);
      await this.broker.send(rows.map((row) => this.outgoing(row))).catch((error: unknown) => {
        spans?.forEach((span) => span.end(error));
        throw error;
      });
      spans?.forEach((span) => span.end());
      await this.database.connection((client) => markSent(client, rows));
      this.logger.log({ msg: `the relay sent ${rows.length} messages that had been left unsent` });
    }
  }

  private outgoing({ topic, value, headers, saga }: OutboxRow) {
    return { topic: this.settings.topicPrefix + topic, key: saga, value, headers };
  }
}

/** For traces: somebody else sends it, a little later. */
class LeftToRelay extends Error {
  override readonly name = 'LeftToRelay';
  constructor() {
    super('an earlier message of its saga had not been sent: it is left to the relay');
  }
}

function add(sagas: Map<string, Set<number>>, saga: string, seq: number): void {
  const seqs = sagas.get(saga);
  if (seqs) seqs.add(seq);
  else sagas.set(saga, new Set([seq]));
}
