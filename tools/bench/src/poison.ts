import { randomUUID } from 'node:crypto';
import type { System } from '@duet/probe';

/** Events that somebody acts on, by the service that tells them. */
const heard: Readonly<Record<string, string>> = {
  order: 'OrderPlaced',
  inventory: 'StockReserved',
  payment: 'PaymentProcessed',
  shipping: 'OrderShipped',
};

/** Sends messages that nobody can read to the system's topics, one after the other, so many a second. */
export class Poison {
  /** So many have been sent. */
  sent = 0;
  private timer: NodeJS.Timeout | undefined;
  private sending: Promise<void> = Promise.resolve();
  private failed: unknown;

  constructor(
    private readonly system: System,
    private readonly perSecond: number,
  ) {}

  start(): void {
    const bad = Object.entries(heard).flatMap(([app, event]) => [
      { topic: `${this.system.prefix}${app}.events`, type: `${app}.${event}` },
      { topic: `${this.system.prefix}${app}.commands`, type: `${app}.DoMagic` },
    ]);
    this.timer = setInterval(() => {
      const { topic, type } = bad[this.sent++ % bad.length] ?? { topic: '', type: '' };
      const message = { topic, key: randomUUID(), value: 'this is not JSON', headers: { ce_type: type } };
      this.sending = this.sending.then(() => this.system.broker.send([message])).catch((error: unknown) => void (this.failed ??= error));
    }, 1_000 / this.perSecond);
  }

  /** Resolves when all of it is on the topics. @throws what the broker said when it was not */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.sending;
    if (this.failed) throw this.failed as Error;
  }
}
