import { randomUUID } from 'node:crypto';
import type { System } from '@duet/probe';
import { anOrder, fate, NotInTime, request, unique, until } from '@duet/testbed';
import type { Finding } from './result';

/** How long an order may take, beside all that is thrown, in milliseconds. */
const endsWithin = 90_000;
const styles = ['choreography', 'orchestration', 'hybrid'];
const kinds = [{}, {}, fate.cardDeclined, fate.noCarrier];

/** Real orders of every style, some of which fail as they should. */
export class Orders {
  accepted = 0;
  ended = 0;
  private readonly open: string[] = [];
  private readonly refused: string[] = [];
  private count = 0;

  private constructor(
    private readonly system: System,
    private readonly sku: string,
  ) {}

  /** With a product of its own. */
  static async at(system: System): Promise<Orders> {
    const sku = unique();
    await system.sell(sku, 1_000_000);
    return new Orders(system, sku);
  }

  async place(count: number): Promise<void> {
    for (let left = count; left > 0; left--) {
      const [style, kind] = [styles[this.count % styles.length], kinds[this.count % kinds.length]];
      this.count++;
      const body = anOrder({ lines: [{ sku: this.sku, quantity: 1 }], ...kind, ...(style !== undefined && { style }) });
      const headers = { 'Idempotency-Key': randomUUID() };
      const reply = await request<{ orderId: string }>('POST', `${this.system.url('order')}/orders`, { headers, body });
      if (reply.status < 300) this.open.push(reply.body.orderId);
      else this.refused.push(`${reply.status} ${reply.text}`);
    }
  }

  /** Waits until all have ended that were accepted. @param others that came to be by accident */
  async end(others: readonly string[]): Promise<Finding[]> {
    const findings = this.refused
      .splice(0)
      .map((text): Finding => ({ n: null, text: `a right order was answered with ${text}`, bytes: null }));
    for (const orderId of new Set([...this.open.splice(0), ...others])) {
      this.accepted++;
      const hasEnded = async () => {
        const { body } = await request<{ status: string }>('GET', `${this.system.url('order')}/orders/${orderId}`);
        return body.status !== 'placed';
      };
      await until(hasEnded, { what: `order ${orderId} ends`, deadline: endsWithin }).then(
        () => this.ended++,
        (error: unknown) => {
          if (!(error instanceof NotInTime)) throw error;
          findings.push({ n: null, text: `order ${orderId} was accepted and has not ended within ${endsWithin / 1_000} s`, bytes: null });
        },
      );
    }
    return findings;
  }
}
