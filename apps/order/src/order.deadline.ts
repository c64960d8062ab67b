import { OrderCancelRequested } from '@duet/contracts';
import { type Publish, type TimerDue, Timers } from '@duet/participant';
import { factsOf, type Order } from './order';
import { cancelNote, OrderStore } from './order.store';

/** The process that an order starts. */
export const process = 'place-order';
const timer = 'deadline';
/** The longest time between two requests, in milliseconds, unless the first was longer already. */
const longestWaitMs = 3_600_000;

/**
 * The deadline of an order that nobody leads. The order service made the promise to the customer, so when the whole dance takes too long, it asks for it to be cancelled; as with the
 * customer's own wish, the pivot's owner decides whether there is still a way back. It asks again, ever less often, until the order has ended.
 * An order that is led has none: its orchestrator has a deadline for each step.
 */
export class OrderDeadline {
  /** `withinMs`: how long a choreographed order may take, in milliseconds. */
  constructor(
    private readonly timers: Timers,
    private readonly store: OrderStore,
    private readonly withinMs: number,
  ) {
    timers.on(timer, (due, publish) => this.overdue(due, publish));
  }

  /** Begins with the order: in the unit of work that places it. */
  async begin({ orderId, style }: Order): Promise<void> {
    if (style === 'choreography') await this.set(orderId, this.withinMs);
  }

  /** Ends with the order: in the unit of work that ends it. */
  end(orderId: string): Promise<void> {
    return this.timers.clear({ process, saga: orderId }, timer);
  }

  private async overdue({ saga: orderId }: TimerDue, publish: Publish): Promise<void> {
    const overdue = await this.store.overdue(orderId);
    if (!overdue) return;
    const { order, times } = overdue;
    const reason = { code: 'timeout', text: `the order had not ended ${secondsSince(order.placedAt)} s after it was placed` };
    // The saga's first request is the customer's, whether or not there ever is one: a deadline that came by its id would not be heard.
    publish(OrderCancelRequested.of({ orderId, reason }), { facts: factsOf(order), time: times + 1, ...(times > 1 && { ask: 'again' }) });
    await Promise.all([this.store.note([cancelNote(orderId, reason, { time: times })]), this.set(orderId, waitMs(this.withinMs, times))]);
  }

  private set(orderId: string, inMs: number): Promise<void> {
    return this.timers.set({ process, saga: orderId }, timer, { inMs, withinMs: this.withinMs });
  }
}

/** How long to wait after so many requests, in milliseconds: doubling. */
export const waitMs = (withinMs: number, times: number): number => Math.min(withinMs * 2 ** times, Math.max(withinMs, longestWaitMs));

const secondsSince = (time: string): number => Math.round((Date.now() - Date.parse(time)) / 1_000);
