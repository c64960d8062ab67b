import { UnitOfWork } from '@duet/participant';
import { Injectable } from '@nestjs/common';
import { type Kysely, sql } from 'kysely';

interface Tables {
  stock: StockRow;
  reservation: { order_id: string; lines: string; state: ReservationState };
}
type ReservationState = 'reserved' | 'refused' | 'released' | 'issued';
interface StockRow {
  sku: string;
  available: string;
  reserved: string;
  shipped: string;
}

/** Goods of one kind, in units. */
export interface Stock {
  readonly sku: string;
  readonly available: number;
  readonly reserved: number;
  readonly shipped: number;
}
export interface Line {
  readonly sku: string;
  readonly quantity: number;
}
/** Why an order could not be reserved: the first line for which there is too little. */
export interface Shortage {
  readonly sku: string;
  readonly wanted: number;
  readonly available: number;
}

/** A change to one sku's three counts. */
interface Change {
  available: number;
  reserved: number;
  shipped: number;
}

@Injectable()
export class InventoryStore {
  constructor(private readonly unit: UnitOfWork<Tables>) {}

  /**
   * Reserves all lines of an order or none. Many orders at once: the rows of all their skus are locked in order, the orders are decided in memory
   * in the order of arrival, and each sku is written once.
   */
  readonly reserve = this.unit.joined(
    async (db, orders: readonly { orderId: string; lines: readonly Line[] }[]): Promise<(Shortage | undefined)[]> => {
      const stock = await lockStock(
        db,
        orders.flatMap(({ lines }) => lines),
      );
      const changes = new Map<string, Change>();
      const results = orders.map(({ lines }): Shortage | undefined => {
        for (const [sku, wanted] of totals(lines)) {
          const available = (stock.get(sku) ?? 0) + (changes.get(sku)?.available ?? 0);
          if (available < wanted) return { sku, wanted, available };
        }
        for (const { sku, quantity } of lines) change(changes, sku, { available: -quantity, reserved: quantity });
        return undefined;
      });
      await writeChanges(db, changes);
      const ids = orders.map(({ orderId }) => orderId);
      const lines = orders.map((order) => JSON.stringify(order.lines));
      const states = results.map((shortage): ReservationState => (shortage ? 'refused' : 'reserved'));
      await sql`insert into reservation (order_id, lines, state)
      select * from unnest(${ids}::uuid[], ${lines}::jsonb[], ${states}::text[])`.execute(db);
      return results;
    },
  );

  /** Gives back what the orders have reserved; true where there was something. */
  readonly release = this.unit.joined((db, orderIds: readonly string[]) => endReservations(db, orderIds, 'released'));

  /** What the orders have reserved has left the house; false where nothing was reserved. */
  readonly issue = this.unit.joined((db, orderIds: readonly string[]) => endReservations(db, orderIds, 'issued'));

  async find(sku: string): Promise<Stock | undefined> {
    const row = await this.unit.db.selectFrom('stock').selectAll().where('sku', '=', sku).executeTakeFirst();
    return row && shown(row);
  }

  /** Says how many units are available from now on; reserved and shipped ones stay what they are. */
  async setAvailable(sku: string, available: number): Promise<Stock> {
    const row = await this.unit.db
      .insertInto('stock')
      .values({ sku, available: String(available), reserved: '0', shipped: '0' })
      .onConflict((conflict) => conflict.column('sku').doUpdateSet({ available: String(available) }))
      .returningAll()
      .executeTakeFirstOrThrow();
    return shown(row);
  }
}

const shown = (row: StockRow): Stock => ({
  sku: row.sku,
  available: Number(row.available),
  reserved: Number(row.reserved),
  shipped: Number(row.shipped),
});

function totals(lines: readonly Line[]): Map<string, number> {
  const wanted = new Map<string, number>();
  for (const { sku, quantity } of lines) wanted.set(sku, (wanted.get(sku) ?? 0) + quantity);
  return wanted;
}

function change(changes: Map<string, Change>, sku: string, by: Partial<Change>): void {
  const sum = changes.get(sku) ?? { available: 0, reserved: 0, shipped: 0 };
  changes.set(sku, {
    available: sum.available + (by.available ?? 0),
    reserved: sum.reserved + (by.reserved ?? 0),
    shipped: sum.shipped + (by.shipped ?? 0),
  });
}

/** Locks the rows of the skus in order, so that two units that want the same ones cannot deadlock; what is available of each. */
async function lockStock(db: Kysely<Tables>, lines: readonly Line[]): Promise<Map<string, number>> {
  const skus = [...new Set(lines.map(({ sku }) => sku))];
  const { rows } = await sql<StockRow>`select * from stock where sku = any(${skus}) order by sku for update`.execute(db);
  return new Map(rows.map((row) => [row.sku, Number(row.available)]));
}

async function writeChanges(db: Kysely<Tables>, changes: ReadonlyMap<string, Change>): Promise<void> {
  if (changes.size === 0) return;
  const all = [...changes.values()];
  await sql`update stock set available = stock.available + c.available, reserved = stock.reserved + c.reserved, shipped = stock.shipped + c.shipped
    from unnest(${[...changes.keys()]}::text[], ${all.map((c) => c.available)}::bigint[], ${all.map((c) => c.reserved)}::bigint[], ${all.map((c) => c.shipped)}::bigint[])
      as c (sku, available, reserved, shipped) where stock.sku = c.sku`.execute(db);
}

async function endReservations(db: Kysely<Tables>, orderIds: readonly string[], state: 'released' | 'issued'): Promise<boolean[]> {
  const { rows } = await sql<{ order_id: string; lines: Line[] }>`update reservation set state = ${state}
    where order_id = any(${orderIds}::uuid[]) and state = 'reserved' returning order_id, lines`.execute(db);
  const lines = rows.flatMap((row) => row.lines);
  await lockStock(db, lines);
  const changes = new Map<string, Change>();
  for (const { sku, quantity } of lines) {
    change(changes, sku, state === 'released' ? { reserved: -quantity, available: quantity } : { reserved: -quantity, shipped: quantity });
  }
  await writeChanges(db, changes);
  const ended = new Set(rows.map((row) => row.order_id));
  return orderIds.map((orderId) => ended.has(orderId.toLowerCase()));
}
