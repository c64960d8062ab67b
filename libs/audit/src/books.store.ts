import type { Client } from 'pg';
import { process, refusals, type Service } from './business';
import type { StockRecord } from './dossier';

/**
 * What a service's tables say, as one text for each order, sorted by the orders' ids. Every row is a line that begins with the letter of its table; a line's fields are separated, or JSON.
 * One sorted pass over each table whatever its size, and a tenth of the rows to take apart: the database gathers what belongs together.
 */

/** Between the lines of an order, and between the fields of a line: JSON has them only in disguise, and no other text that is read here has them. */
export const lineEnd = '\u001e';
export const fieldEnd = '\u001f';

/** The letters of the tables. */
export const letter = { row: 'd', saga: 'n', outbox: 'o', held: 'h', timer: 'w', operation: 'p' } as const;

/** One order: its id, and all lines about it. */
export type BookRow = readonly [id: string, text: string];

const fields = (...values: readonly string[]): string => values.join(` || e'\\x1f' || `);

/** A service's own table about orders. */
const own: Readonly<Record<Service, { readonly table: string; readonly id: string; readonly columns: string }>> = {
  order: { table: 'orders', id: 'id', columns: `style, status, reason ->> 'code', lines, total, currency, placed_at` },
  inventory: { table: 'reservation', id: 'order_id', columns: 'state, lines' },
  payment: { table: 'payment', id: 'order_id', columns: 'status, amount, refunded, payment_id' },
  shipping: { table: 'shipment', id: 'order_id', columns: 'status, shipment_id' },
  notification: { table: 'mail', id: 'order_id', columns: 'kind, message_id' },
  orchestrator: { table: 'instance', id: 'saga_id', columns: 'status, style, awaits, due_at is not null, residue' },
};

/** `some`: only the orders in `$1`, their ids as text; `$2` are those of them that are UUIDs. */
function statement(service: Service, some: boolean): string {
  const ofSaga = (id = 'saga_id'): string => `process = '${process}'${some ? ` and ${id} = any($1::text[])` : ''}`;
  const { table, id, columns } = own[service];
  const ofOrder = id === 'saga_id' ? ofSaga() : some ? `${id} = any($2::uuid[])` : 'true';
  const branches = [
    `select ${id}::text collate "C", '${letter.row}' || json_build_array(${columns}) from ${table} where ${ofOrder}`,
    `select id collate "C", '${letter.saga}' || ${fields('next_seq', 'held', 'steps::text')} from duet.saga where ${ofSaga('id')}`,
    `select saga_id collate "C", '${letter.outbox}' || ${fields('seq', header('ce_id', 'head', 6), 'type', isVoid, microseconds('created_at'), '(sent_at is not null)::int')}
      from duet.outbox cross join lateral (select left(headers::text, 200) as head offset 0) as h
        cross join lateral (select ${header('ce_type', 'head', 14)} as type offset 0) as t where ${ofSaga()}`,
    `select saga_id collate "C", '${letter.held}' || json_build_array(n, task, message_id, state, due_at is not null, code) from duet.held where ${ofSaga()}`,
    `select saga_id collate "C", '${letter.timer}' || name from duet.timer where ${ofSaga()}`,
    `select saga_id collate "C", '${letter.operation}' || json_build_array(did, step, actor) from duet.operation where ${ofSaga()}`,
  ];
  return `select id, string_agg(line, e'\\x1e') as text from (${branches.join(' union all ')}) as rows (id, line) group by id order by id`;
}

/**
 * A header of a message, from the beginning of the text that its headers are: where it stands there as it is written today, the whole of it need not be taken apart, which
 * costs three times as much. `place`: of its name between the quotation marks.
 */
const header = (name: string, head: string, place: number): string =>
  `case when split_part(${head}, '"', ${place}) = '${name}' then split_part(${head}, '"', ${place + 2}) else headers ->> '${name}' end`;

/** Only a refusal can be void. */
const isVoid = `(type = any(array[${refusals.map((type) => `'${type}'`).join(', ')}]) and headers ->> 'ce_void' is not null)::int`;

const microseconds = (column: string): string => `(date_part('epoch', ${column}) * 1e6)::bigint`;

/** Rows that are fetched at once. */
const fetched = 1_000;

/** Reads a service's books in the order of the ids; the next rows are on their way while the last ones are looked at. */
export class BookCursor {
  private coming: Promise<BookRow[]>;

  private constructor(private readonly client: Client) {
    this.coming = this.fetch();
  }

  /** `ids`: only these orders. */
  static async open(client: Client, service: Service, ids?: readonly string[]): Promise<BookCursor> {
    const values = ids && [ids, ...(own[service].id === 'saga_id' ? [] : [ids.filter((id) => uuid.test(id))])];
    await client.query(`declare books no scroll cursor for ${statement(service, ids !== undefined)}`, values);
    return new BookCursor(client);
  }

  /** The next rows; none at the end. */
  async next(): Promise<BookRow[]> {
    const rows = await this.coming;
    if (rows.length > 0) this.coming = this.fetch();
    return rows;
  }

  async close(): Promise<void> {
    await this.coming;
    await this.client.query('close books');
  }

  private fetch(): Promise<BookRow[]> {
    const rows = this.client
      .query<[string, string]>({ text: `fetch ${fetched} from books`, rowMode: 'array' })
      .then((result) => result.rows);
    // Whoever wants them hears of a failure; until then it is nobody's.
    rows.catch(() => undefined);
    return rows;
  }
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** All products. */
export async function stockOf(client: Client): Promise<StockRecord[]> {
  const { rows } = await client.query<Record<keyof StockRecord, string>>('select sku, available, reserved, shipped from stock');
  return rows.map(({ sku, available, reserved, shipped }) => ({
    sku,
    available: Number(available),
    reserved: Number(reserved),
    shipped: Number(shipped),
  }));
}

/** Which of these messages the service has received. */
export async function receivedOf(client: Client, messageIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await client.query<{ message_id: string }>('select message_id from duet.inbox where message_id = any($1::text[])', [
    messageIds,
  ]);
  return new Set(rows.map(({ message_id }) => message_id));
}
