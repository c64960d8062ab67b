import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Answered } from '@duet/audit';
import type { System } from '@duet/probe';
import { anOrder, chance, fate, type OrderRequest, pick, request } from '@duet/testbed';

/** Who places which orders. */
export interface Trade {
  readonly seed: number;
  /** Orders a second, on average; they come by chance. */
  readonly rate: number;
  readonly styles: readonly string[];
  /** A product of which there is enough, and one that runs out. */
  readonly skus: { readonly plenty: string; readonly scarce: string };
}

/** An order as its customer knows it. Times in milliseconds since 1970. */
interface Order {
  readonly key: string;
  readonly style: string;
  readonly placedAt: number;
  orderId?: string;
  endedAt?: number;
}

/** What becomes of orders, in about this mixture. */
const kinds: readonly (Partial<OrderRequest> | 'scarce' | 'cancelled')[] = [
  ...[{}, {}, {}, {}, {}],
  ...[fate.cardDeclined, fate.noCarrier, fate.cardFlaky, fate.cardSlow, fate.cardSlow],
  ...(['scarce', 'cancelled'] as const),
];
const againMs = 200;
/** How long one request may take: a service that is paused answers nothing. */
const deadlineMs = 5_000;
const waitSeconds = 2;
/** After which a customer who cancels thinks better of it, at most. */
const regretMs = 3_000;

/** Place orders by chance, ask again with the same key until they are answered and until the order has ended. */
export class Customers {
  readonly orders: Order[] = [];
  private readonly all = new Set<Promise<void>>();
  private isOpen = true;
  private hasGivenUp = false;
  private readonly placing: Promise<void>;

  constructor(
    private readonly system: System,
    private readonly trade: Trade,
  ) {
    this.placing = this.place();
  }

  /** Orders that have been accepted and have not ended. */
  get inFlight(): number {
    return this.orders.filter(({ orderId, endedAt }) => orderId !== undefined && endedAt === undefined).length;
  }

  get accepted(): Answered[] {
    return this.orders.flatMap(({ orderId, key }) => (orderId === undefined ? [] : [{ orderId, key }]));
  }

  get ended(): number {
    return this.orders.filter(({ endedAt }) => endedAt !== undefined).length;
  }

  /** Whether an order in each style that was placed since then has ended. */
  haveEndedSince(time: number): boolean {
    return this.trade.styles.every((style) =>
      this.orders.some((order) => order.style === style && order.placedAt >= time && order.endedAt),
    );
  }

  /** No more new orders. */
  async close(): Promise<void> {
    this.isOpen = false;
    await this.placing;
  }

  /** Waits until every order has ended, at most so long; who still waits then gives up. */
  async leave(withinMs: number): Promise<void> {
    const timer = setTimeout(() => (this.hasGivenUp = true), withinMs);
    await Promise.all(this.all);
    clearTimeout(timer);
  }

  private async place(): Promise<void> {
    const next = chance(this.trade.seed);
    let due = Date.now();
    while (this.isOpen) {
      due += (-Math.log(1 - next()) * 1_000) / this.trade.rate;
      await pause(Math.max(0, due - Date.now()));
      const kind = pick(kinds, next);
      const regretAfter = kind === 'cancelled' ? next() * regretMs : undefined;
      const sku = kind === 'scarce' ? this.trade.skus.scarce : this.trade.skus.plenty;
      const style = pick(this.trade.styles, next);
      const body = anOrder({ style, lines: [{ sku, quantity: 1 }], ...(typeof kind === 'object' && kind) });
      const one = this.follow(body, regretAfter).finally(() => this.all.delete(one));
      this.all.add(one);
    }
  }

  /** Sees one order to its end. */
  private async follow(body: OrderRequest, regretAfter: number | undefined): Promise<void> {
    const order: Order = { key: randomUUID(), style: body.style, placedAt: Date.now() };
    this.orders.push(order);
    const headers = { 'Idempotency-Key': order.key, Prefer: `wait=${waitSeconds}` };
    let regret: Promise<void> | undefined;
    while (!this.hasGivenUp && order.endedAt === undefined) {
      const reply = await this.ask<{ orderId: string; status: string }>('/orders', { headers, body });
      if (reply && reply.status < 300) {
        order.orderId = reply.body.orderId;
        if (reply.body.status !== 'placed') order.endedAt = Date.now();
        else if (regretAfter !== undefined) regret ??= this.cancel(order.orderId, regretAfter);
      } else await pause(againMs);
    }
    await regret;
  }

  private async cancel(orderId: string, afterMs: number): Promise<void> {
    await pause(afterMs);
    while (!this.hasGivenUp) {
      const reply = await this.ask(`/orders/${orderId}/cancel`, {});
      // It may be too late.
      if (reply && (reply.status < 300 || reply.status === 409)) return;
      await pause(againMs);
    }
  }

  /** Undefined where nobody answers: what was asked for may have happened or not. */
  private ask<T>(path: string, { headers, body }: { headers?: Record<string, string>; body?: OrderRequest }) {
    const options = { ...(headers && { headers }), ...(body && { body }), deadline: deadlineMs };
    return request<T>('POST', this.system.url('order') + path, options).catch(() => undefined);
  }
}
