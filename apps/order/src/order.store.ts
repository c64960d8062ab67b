import { OrderCancelRequested, OrderConfirmed, OrderPlaced, OrderRejected } from '@duet/contracts';
import { type Reason, type Style, wireName } from '@duet/message';
import { UnitOfWork } from '@duet/participant';
import { Injectable } from '@nestjs/common';
import { type Generated, type Kysely, sql } from 'kysely';
import { type Order, type OrderEnd, type OrderLine, type OrderRequest, type OrderStatus, place, type PlacementRefusal } from './order';

interface Tables {
  product: { sku: string; name: string; price: string };
  orders: OrderRow;
  history: {
    message_id: string;
    order_id: string;
    n: Generated<string>;
    type: string;
    at: Date;
    reason: Reason | null;
    actor: string | null;
  };
}
interface OrderRow {
  id: string;
  n: Generated<string>;
  request_hash: string;
  customer_id: string;
  style: Style;
  status: OrderStatus;
  reason: Reason | null;
  lines: OrderLine[];
  total: string;
  currency: string;
  payment_method: string;
  ship_to: { country: string; postalCode: string };
  placed_at: Date;
  ended_at: Date | null;
  overdue: number;
}

export interface Placement {
  readonly orderId: string;
  /** Tells whether two requests are the same. */
  readonly requestHash: string;
  readonly request: OrderRequest;
}
export type Placed =
  | { readonly is: 'placed'; readonly order: Order }
  | { readonly is: 'existing'; readonly order: Order }
  | { readonly is: 'other-request' }
  | PlacementRefusal;

export interface Product {
  readonly sku: string;
  readonly name: string;
  /** In minor units. */
  readonly price: number;
}

/** Something that happened to an order. */
export interface Note {
  /** Of the message that said so; of what this service says itself, any id that is the same whenever it is said. */
  readonly messageId: string;
  readonly orderId: string;
  /** The event's wire name. */
  readonly type: string;
  /** ISO 8601. */
  readonly at: string;
  readonly reason: Reason | undefined;
  /** Who of those that operate the system did it. */
  readonly actor?: string;
}

/** Somebody has asked for the order to be cancelled; `time`: how often its deadline has, by now. */
export const cancelNote = (
  orderId: string,
  reason: Reason,
  { time = 0, actor }: { time?: number; actor?: string | undefined } = {},
): Note => {
  const type = wireName(OrderCancelRequested);
  return {
    ...{ messageId: `${orderId}/${type}/${time}`, orderId, type, at: new Date().toISOString(), reason },
    ...(actor !== undefined && { actor }),
  };
};

/** What somebody who operates the system did to an order. */
export interface OrderOperation {
  readonly orderId: string;
  readonly actor: string;
  readonly at: string;
  readonly reason?: Reason;
  /** How the order stands by now. */
  readonly status: OrderStatus;
  readonly cursor: number;
}

/** Something that happened to an order, for its history. */
export interface HistoryEntry {
  readonly type: string;
  readonly at: string;
  readonly reason?: Reason;
}

interface OperationFilter {
  readonly actor?: string;
  readonly orderId?: string;
  readonly before?: number;
  readonly limit: number;
}

@Injectable()
export class OrderStore {
  constructor(private readonly unit: UnitOfWork<Tables>) {}

  /** Places orders under the ids that their keys name; an order that is there already is given back as it stands. */
  readonly place = this.unit.joined(async (db, placements: readonly Placement[]): Promise<Placed[]> => {
    const rows = await db
      .selectFrom('orders')
      .selectAll()
      .where('id', '=', any(placements.map(({ orderId }) => orderId)))
      .execute();
    const known = new Map(rows.map((row) => [row.id, { requestHash: row.request_hash, order: orderOf(row) }]));
    const skus = new Set(placements.flatMap(({ request }) => request.lines.map(({ sku }) => sku)));
    const products = await db
      .selectFrom('product')
      .select(['sku', 'price'])
      .where('sku', '=', any([...skus]))
      .execute();
    const prices = new Map(products.map(({ sku, price }) => [sku, Number(price)]));
    const fresh: { requestHash: string; order: Order }[] = [];
    const now = new Date();
    const results = placements.map(({ orderId, requestHash, request }): Placed => {
      const there = known.get(orderId);
      if (there) return there.requestHash === requestHash ? { is: 'existing', order: there.order } : { is: 'other-request' };
      const order = place(orderId, request, prices, now);
      if ('is' in order) return order;
      known.set(orderId, { requestHash, order });
      fresh.push({ requestHash, order });
      return { is: 'placed', order };
    });
    await insertOrders(db, fresh);
    return results;
  });

  /** Ends an order that is open; undefined where it is not open, or not there. */
  readonly end = this.unit.joined(async (db, ends: readonly OrderEnd[]): Promise<(OrderStatus | undefined)[]> => {
    const ids = ends.map(({ orderId }) => orderId);
    const statuses = ends.map(({ status }) => status);
    const types = ends.map(({ status }) => wireName(status === 'confirmed' ? OrderConfirmed : OrderRejected));
    const reasons = ends.map(({ reason }) => (reason ? JSON.stringify(reason) : null));
    const { rows } = await sql<{
      id: string;
      status: OrderStatus;
    }>`with ended as (
        update orders set status = e.status, reason = e.reason, ended_at = clock_timestamp()
          from unnest(${ids}::uuid[], ${statuses}::text[], ${types}::text[], ${reasons}::jsonb[]) as e (id, status, type, reason)
          where orders.id = e.id and orders.status = 'placed' returning orders.id, orders.status, e.type, orders.reason),
      noted as (
        insert into history (message_id, order_id, type, at, reason) select id || '/' || type, id, type, clock_timestamp(), reason from ended)
      select id, status from ended`.execute(db);
    const ended = new Map(rows.map(({ id, status }) => [id, status]));
    return ends.map(({ orderId }) => ended.get(orderId));
  });

  /** Counts that an open order's deadline has passed: the order and how often by now; undefined where it is not open. */
  readonly overdue = this.unit.joined(async (db, orderIds: readonly string[]): Promise<({ order: Order; times: number } | undefined)[]> => {
    const rows = await db
      .updateTable('orders')
      .set({ overdue: sql`overdue + 1` })
      .where('id', '=', any(orderIds))
      .where('status', '=', 'placed')
      .returningAll()
      .execute();
    const overdue = new Map(rows.map((row) => [row.id, { order: orderOf(row), times: row.overdue }]));
    return orderIds.map((orderId) => overdue.get(orderId));
  });

  /** Takes note of what happened; the same note twice is one. Whether anything of it was new. */
  readonly note = this.unit.joined(async (db, calls: readonly (readonly Note[])[]): Promise<boolean[]> => {
    const notes = calls.flat();
    const ids = notes.map(({ messageId }) => messageId);
    const orders = notes.map(({ orderId }) => orderId);
    const types = notes.map(({ type }) => type);
    const times = notes.map(({ at }) => at);
    const reasons = notes.map(({ reason }) => (reason ? JSON.stringify(reason) : null));
    const actors = notes.map(({ actor }) => actor ?? null);
    const { rows } = await sql<{
      message_id: string;
    }>`insert into history (message_id, order_id, type, at, reason, actor)
        select * from unnest(${ids}::text[], ${orders}::uuid[], ${types}::text[], ${times}::timestamptz[], ${reasons}::jsonb[], ${actors}::text[])
        on conflict (order_id, message_id) do nothing returning message_id`.execute(db);
    const fresh = new Set(rows.map(({ message_id }) => message_id));
    return calls.map((call) => call.filter(({ messageId }) => fresh.delete(messageId)).length > 0);
  });

  async find(orderId: string): Promise<Order | undefined> {
    const row = await this.unit.db.selectFrom('orders').selectAll().where('id', '=', orderId).executeTakeFirst();
    return row && orderOf(row);
  }

  /** Those of these orders that have ended. */
  async endedOf(orderIds: readonly string[]): Promise<Order[]> {
    const rows = await this.unit.db
      .selectFrom('orders')
      .selectAll()
      .where('id', '=', any(orderIds))
      .where('status', '<>', 'placed')
      .execute();
    return rows.map(orderOf);
  }

  async historyOf(orderId: string): Promise<HistoryEntry[]> {
    const rows = await this.unit.db.selectFrom('history').selectAll().where('order_id', '=', orderId).orderBy('at').orderBy('n').execute();
    return rows.map(({ type, at, reason }) => ({ type, at: at.toISOString(), ...(reason && { reason }) }));
  }

  /** What those who operate the system did, the latest first; `before` is the cursor that the page before ended with. */
  async operations({ actor, orderId, before, limit }: OperationFilter): Promise<OrderOperation[]> {
    let query = this.unit.db
      .selectFrom('history')
      .innerJoin('orders', 'orders.id', 'history.order_id')
      .select(['order_id', 'history.n', 'at', 'history.reason', 'actor', 'status'])
      .where('actor', 'is not', null)
      .orderBy('history.n', 'desc')
      .limit(limit);
    if (actor !== undefined) query = query.where('actor', '=', actor);
    if (orderId !== undefined) query = query.where('order_id', '=', orderId);
    if (before !== undefined) query = query.where('history.n', '<', String(before));
    return (await query.execute()).map((row) => ({
      ...{ orderId: row.order_id, actor: row.actor ?? '', at: row.at.toISOString(), status: row.status, cursor: Number(row.n) },
      ...(row.reason && { reason: row.reason }),
    }));
  }

  /** Newest first; `before` is the cursor that the page before ended with. */
  async list(filter: {
    status?: OrderStatus;
    style?: string;
    before?: number;
    limit: number;
  }): Promise<{ order: Order; cursor: number }[]> {
    let query = this.unit.db.selectFrom('orders').selectAll().orderBy('n', 'desc').limit(filter.limit);
    if (filter.status) query = query.where('status', '=', filter.status);
    if (filter.style) query = query.where('style', '=', filter.style as Style);
    if (filter.before !== undefined) query = query.where('n', '<', String(filter.before));
    return (await query.execute()).map((row) => ({ order: orderOf(row), cursor: Number(row.n) }));
  }

  async products(): Promise<Product[]> {
    const rows = await this.unit.db.selectFrom('product').selectAll().orderBy('sku').execute();
    return rows.map((row) => ({ ...row, price: Number(row.price) }));
  }

  async putProduct({ sku, name, price }: Product): Promise<void> {
    await this.unit.db
      .insertInto('product')
      .values({ sku, name, price: String(price) })
      .onConflict((conflict) => conflict.column('sku').doUpdateSet({ name, price: String(price) }))
      .execute();
  }
}

async function insertOrders(db: Kysely<Tables>, orders: readonly { requestHash: string; order: Order }[]): Promise<void> {
  if (orders.length === 0) return;
  const rows = orders.map(({ requestHash, order }) => ({
    id: order.orderId,
    request_hash: requestHash,
    customer_id: order.customerId,
    style: order.style,
    status: order.status,
    lines: order.lines,
    total: order.total,
    currency: order.currency,
    payment_method: order.paymentMethod,
    ship_to: order.shipTo,
    placed_at: order.placedAt,
  }));
  const type = wireName(OrderPlaced);
  await sql`with placed as (
      insert into orders (id, request_hash, customer_id, style, status, lines, total, currency, payment_method, ship_to, placed_at)
        select id, request_hash, customer_id, style, status, lines, total, currency, payment_method, ship_to, placed_at
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as o (id uuid, request_hash text, customer_id text, style text, status text, lines jsonb,
          total bigint, currency text, payment_method text, ship_to jsonb, placed_at timestamptz)
        returning id, placed_at)
    insert into history (message_id, order_id, type, at) select id || '/' || ${type}::text, id, ${type}::text, placed_at from placed`.execute(
    db,
  );
}

/** One of many in one parameter: a statement with a parameter for each is another one for every number of them, to be made and planned anew. */
const any = (values: readonly string[]) => sql<string>`any(${values})`;

const orderOf = (row: Omit<OrderRow, 'n'>): Order => ({
  orderId: row.id,
  status: row.status,
  ...(row.reason && { reason: row.reason }),
  style: row.style,
  customerId: row.customer_id,
  lines: row.lines,
  total: Number(row.total),
  currency: row.currency,
  paymentMethod: row.payment_method,
  shipTo: row.ship_to,
  placedAt: row.placed_at.toISOString(),
});
