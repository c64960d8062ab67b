import type { Broker, IncomingMessage } from '@duet/kafka';

/** One message of an order, as it was on the wire. */
export interface Heard {
  /** `inventory.StockReserved` */
  readonly type: string;
  /** How many messages lie between the start of the saga and this one. */
  readonly hop: number;
  /** The code of the reason that it gives, if it gives one. */
  readonly reason?: string;
}

/** Hears every message of every order. */
export class Wire {
  private readonly orders = new Map<string, Map<string, Heard>>();

  /** @throws UnknownTopic */
  static async on(broker: Broker, prefix: string, topics: readonly string[]): Promise<Wire> {
    const wire = new Wire();
    await broker.consume({
      group: `${prefix}compare`,
      topics,
      onMessages: async (messages) => {
        for (const message of messages) wire.note(message);
      },
    });
    return wire;
  }

  /** The messages of an order, in the order in which they were heard; a repetition of one counts once. */
  of(orderId: string): Heard[] {
    return [...(this.orders.get(orderId)?.values() ?? [])];
  }

  private note({ headers, value }: IncomingMessage): void {
    const header = (name: string): string => String(headers[name] ?? '');
    const messages = this.orders.get(header('ce_subject')) ?? new Map<string, Heard>();
    this.orders.set(header('ce_subject'), messages);
    if (messages.has(header('ce_id'))) return;
    const { reason } = JSON.parse(value?.toString() ?? '{}') as { reason?: { code?: string } };
    messages.set(header('ce_id'), {
      type: header('ce_type'),
      hop: Number(header('ce_hop')),
      ...(reason?.code !== undefined && { reason: reason.code }),
    });
  }
}
