import { OrderController } from '@duet/order/controller';
import { PlaceOrder } from '@duet/order/request';
import { Problem } from '@duet/platform';
import type { Response } from 'express';
import type { OrderPlan } from './plan';
import type { World } from './world';

/** How long a customer waits before asking again, in milliseconds. */
const againMs = 700;

/** Places an order, perhaps twice, perhaps cancels it; asks again until the service has answered. Speaks to the controller: HTTP itself is not simulated. */
export class Customer {
  /** The ids that the service's answers have named: one, if all is well. */
  readonly orderIds = new Set<string>();
  /** Answers that nobody should get. */
  readonly refusals: string[] = [];

  constructor(
    private readonly world: World,
    readonly plan: OrderPlan,
  ) {}

  /** Resolves when all that the customer wanted has been answered. */
  async act(): Promise<void> {
    const { atMs, againAfterMs, cancelAtMs } = this.plan;
    const placed = this.place(atMs);
    await Promise.all([
      placed,
      againAfterMs === undefined ? undefined : this.place(atMs + againAfterMs),
      cancelAtMs === undefined ? undefined : this.cancel(cancelAtMs, placed),
    ]);
  }

  private async place(atMs: number): Promise<void> {
    await this.world.clock.pause(atMs);
    const { style, lines, paymentMethod, country, key } = this.plan;
    const { twin } = this.world;
    const body = { customerId: 'c-42', lines, paymentMethod, shipTo: { country, postalCode: '8001' }, style };
    const answer = await this.ask('places', (orders) =>
      orders.place(Object.assign(new PlaceOrder(), body), response, twin?.key?.(key) ?? key),
    );
    if (answer instanceof Problem) this.refusals.push(answer.message);
    else this.orderIds.add(answer.orderId);
  }

  private async cancel(atMs: number, placed: Promise<void>): Promise<void> {
    await this.world.clock.pause(atMs);
    await placed;
    const [orderId = ''] = this.orderIds;
    const answer = await this.ask('cancels', (orders) => orders.cancel(orderId, response));
    // It may be too late.
    if (answer instanceof Problem && answer.status !== 409) this.refusals.push(answer.message);
  }

  /** Asks until there is an answer: a replica that dies, or has no database, gives none. */
  private async ask<R>(what: string, request: (orders: OrderController) => Promise<R>): Promise<R | Problem> {
    for (;;) {
      const running = this.world.appOf('order');
      if (running) {
        const { app, process } = running;
        this.world.trace.say(`${what} order ${this.plan.n} (${this.plan.style})`, 'customer');
        const answer = process.run(() => request(app.get(OrderController)));
        const got = await Promise.race([process.answer(answer).then((value) => ({ value }), refusalOf), process.death]);
        if (got) return got.value;
      }
      await this.world.clock.pause(againMs);
    }
  }
}

/** Undefined where the request is to be sent again. */
const refusalOf = (error: unknown): { value: Problem } | undefined =>
  error instanceof Problem && !error.message.includes('being stored right now') ? { value: error } : undefined;

/** What express would give: nobody looks at it. */
const response = { setHeader: () => undefined, status: () => undefined } as unknown as Response;
