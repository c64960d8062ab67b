import { randomUUID } from 'node:crypto';
import type { Style } from '@duet/message';
import { type System } from '@duet/probe';
import { anOrder, fate, request, until } from '@duet/testbed';
import type { Heard, Wire } from './wire';

/** An order did not become what it must: the figures would say nothing. */
export class WrongOrder extends Error {
  override readonly name = 'WrongOrder';
}

/** The product that all orders are of. */
const sku = 'compared';
/** Until an order has ended that can end, in milliseconds: a service that was killed is given up by its group only after ten seconds. */
const patience = 90_000;
/** The events that end an order. */
const ends = ['order.OrderConfirmed', 'order.OrderRejected'];

/** Places orders, and sees how they end. */
export class Shop {
  constructor(
    private readonly system: System,
    private readonly wire: Wire,
  ) {}

  open(): Promise<void> {
    return this.system.sell(sku, 1_000_000);
  }

  /** Places an order that goes well, or is refused at the pivot; returns its id, or undefined where nobody takes it. Waits for its end if told to. */
  async place(style: Style, { refused = false, wait = 0 } = {}): Promise<string | undefined> {
    const body = anOrder({ lines: [{ sku, quantity: 1 }], style, ...(refused && fate.noCarrier) });
    const headers = { 'Idempotency-Key': randomUUID(), ...(wait > 0 && { Prefer: `wait=${wait}` }) };
    const reply = await request<{ orderId: string; status: string }>('POST', `${this.system.url('order')}/orders`, { headers, body }).catch(
      () => undefined,
    );
    if (!reply) return undefined;
    const right = wait === 0 ? reply.status === 202 || reply.status === 201 : reply.body.status === (refused ? 'rejected' : 'confirmed');
    if (!right) throw new WrongOrder(`an order of style ${style} was answered ${reply.status}: ${reply.text.slice(0, 300)}`);
    return reply.body.orderId;
  }

  /** The message that ended an order, if it has ended. */
  endOf(orderId: string): Heard | undefined {
    return this.wire.of(orderId).find(({ type }) => ends.includes(type));
  }

  /** Waits until all of these orders have ended. @throws NotInTime */
  async ended(orderIds: readonly string[], deadline = patience): Promise<void> {
    await until(() => orderIds.every((orderId) => this.endOf(orderId)), { what: 'every order ends', deadline });
  }

  /** Waits until a message of this type was heard for the order. @throws NotInTime */
  async said(orderId: string, type: string): Promise<void> {
    await until(() => this.wire.of(orderId).some((heard) => heard.type === type), { what: `${type} is said`, deadline: patience });
  }

  messagesOf(orderId: string): Heard[] {
    return this.wire.of(orderId);
  }
}
