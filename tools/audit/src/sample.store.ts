import { type Clients, type DatabaseUrls, process, type Readers, type Service, services } from '@duet/audit';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { row, type Variant } from './sample';

/** Good books for as many orders as are wanted, made with SQL: what the services would have written, without the services. */
export interface Sample {
  /** The numbers of the orders. */
  readonly from: number;
  readonly to: number;
  /** Fills the inboxes too: what each service has received, as these say. */
  readonly readers?: Readers;
  /** Where the outside world's files are to be. */
  readonly outside: string;
}

/** Orders that one statement makes. */
const atOnce = 20_000;
/** Of each product, before the first order. */
export const stocked = 1_000_000_000;
export const skus = Array.from({ length: 36 }, (_, n) => `sample-${n}`);

/** n's order: sixty in a row are of all kinds. */
const id = `overlay(overlay(md5('order ' || n) placing '5' from 13) placing '8' from 17)::uuid`;
const orders = `(select n, ${id} as id, ${id}::text as saga, n % ${row.length} as slot, now() - interval '12 hours' + n * interval '10 milliseconds' as at,
    jsonb_build_array(jsonb_build_object('sku', 'sample-' || n % ${skus.length}, 'quantity', 1 + n % 3, 'price', 1000)) as lines, (1 + n % 3) * 1000 as total
  from generate_series($1::bigint, $2::bigint) as n) as o`;
/** What differs by kind, as a table. */
const plan = (columns: string): string => `jsonb_to_recordset($3::jsonb) as p (slot int, ${columns})`;
const messageId = (type: string): string => `md5(saga || ' ' || ${type})::uuid::text`;
/** As real ones are: as long, and written as the services write them. */
const headers = `replace(replace(json_build_object('ce_specversion', '1.0', 'ce_id', ${messageId('p.type')}, 'ce_source', '/' || p.service, 'ce_type', p.type, 'ce_time', o.at,
  'ce_subject', saga, 'ce_dataschema', '/' || replace(p.type, '.', '/') || '/1', 'content-type', 'application/json', 'ce_correlationid', saga,
  'ce_causationid', saga, 'ce_process', '${process}', 'ce_style', p.style, 'ce_hop', p.seq::text, 'ce_seq', p.seq::text,
  'ce_facts', jsonb_build_object('orderId', saga, 'customerId', 'c-42', 'lines', lines, 'total', total, 'currency', 'CHF', 'paymentMethod', 'card_ok',
    'shipTo', '{"country":"CH","postalCode":"8001"}'::jsonb)::text)::text, '" : "', '":"'), '", "', '","')`;

type Plan = readonly Readonly<Record<string, unknown>>[];
type Fill = (text: string, rows: Plan) => Promise<void>;

/** Fills the books of all services, and writes the outside world's files. Stock is there at the end, for all orders together: `fillStock`. */
export async function fillBooks(clients: Clients, sample: Sample): Promise<void> {
  await Promise.all([...clients].map(([service]) => fillService(clients, service, sample)));
}

async function fillService(clients: Clients, service: Service, { from, to, readers, outside }: Sample): Promise<void> {
  const client = clients.get(service);
  if (!client) return;
  for (let first = from; first < to; first += atOnce) {
    const range = [first, Math.min(first + atOnce, to) - 1];
    const fill: Fill = async (text, rows) => void (rows.length > 0 && (await client.query(text, [...range, JSON.stringify(rows)])));
    await fillRuntime(service, fill);
    if (readers) await fillInbox(service, readers, fill);
    await own[service](fill);
    for (const [file, text] of outsideLines(service)) {
      const { rows } = await client.query<{ line: object }>(text, [...range, JSON.stringify(bySlot((variant) => linesOf(file, variant)))]);
      await appendFile(join(outside, `${file}.jsonl`), rows.map(({ line }) => `${JSON.stringify(line)}\n`).join(''));
    }
  }
}

/** A row of the plan for each slot and each of what a kind has of it. */
const bySlot = <T extends object>(of: (variant: Variant) => readonly T[]): Plan =>
  row.flatMap((variant, slot) => of(variant).map((fields) => ({ slot, ...fields })));

/** What a service says about an order, in its order. */
function saidBy(service: Service, { begun, deeds, asked }: Variant): { type: string; isVoid: boolean }[] {
  const first = service === 'order' ? begun : service === 'orchestrator' ? asked : [];
  // In the order of the commits: what was undone was said before its undo; a refusal for being late comes last.
  const told = (deeds[service] ?? []).flatMap(([, , type, isVoid]) => (type === undefined ? [] : [{ type, isVoid: isVoid === 'void' }]));
  return [...first.map((type) => ({ type, isVoid: false })), ...told];
}

async function fillRuntime(service: Service, fill: Fill): Promise<void> {
  const said = bySlot((variant) =>
    saidBy(service, variant).map((message, n) => ({ ...message, seq: n + 1, style: variant.style, service })),
  );
  await fill(
    `insert into duet.outbox (process, saga_id, seq, topic, value, headers, created_at, sent_at)
      select '${process}', saga, p.seq, p.service || '.events', jsonb_build_object('orderId', saga),
        (case when p."isVoid" then left(${headers}, -1) || ',"ce_void":"1"}' else ${headers} end)::json,
        o.at + p.seq * interval '20 milliseconds', o.at + p.seq * interval '21 milliseconds'
      from ${orders} join ${plan('type text, "isVoid" boolean, seq int, style text, service text')} using (slot) order by n, p.seq`,
    said,
  );
  const met = bySlot((variant) => {
    const steps = (variant.deeds[service] ?? []).map(([step, state, outcome]) => ({ step, state, outcome }));
    const hears = service === 'notification' ? variant.mails.map(({ about }) => ({ step: `hears:${about}:`, state: 'done', about })) : [];
    const nextSeq = saidBy(service, variant).length + 1;
    return nextSeq > 1 || hears.length > 0 ? [{ nextSeq, steps: [...steps, ...hears] }] : [];
  });
  await fill(
    `insert into duet.saga (process, id, next_seq, steps, sender)
      select '${process}', saga, p."nextSeq", (select coalesce(json_object_agg(
        case when s.about is null then s.step else s.step || ${messageId('s.about')} end,
        json_build_array(s.state, case when s.outcome is not null then ${messageId('s.outcome')} end)), '{}')
        from jsonb_to_recordset(p.steps) as s (step text, state text, outcome text, about text)), 'sample'
      from ${orders} join ${plan('"nextSeq" int, steps jsonb')} using (slot) order by n`,
    met,
  );
}

async function fillInbox(service: Service, readers: Readers, fill: Fill): Promise<void> {
  const read = bySlot((variant) =>
    services
      .flatMap((from) => saidBy(from, variant))
      .filter(({ type, isVoid }) => readers({ type, style: variant.style, void: isVoid }).includes(service)),
  );
  await fill(
    `insert into duet.inbox (message_id, process, saga_id, received_at)
      select ${messageId('p.type')}, '${process}', saga, o.at from ${orders} join ${plan('type text')} using (slot) order by n`,
    read,
  );
}

/** The services' own tables. */
const own: Readonly<Record<Service, (fill: Fill) => Promise<void>>> = {
  order: (fill) =>
    fill(
      `insert into orders (id, request_hash, customer_id, style, status, reason, lines, total, currency, payment_method, ship_to, placed_at, ended_at)
        select id, md5(saga) || md5(saga), 'c-42', p.style, p.status, case when p.reason is not null then jsonb_build_object('code', p.reason, 'text', p.reason) end,
          lines, total, 'CHF', 'card_ok', '{"country":"CH","postalCode":"8001"}', o.at, o.at + interval '1 second'
        from ${orders} join ${plan('style text, status text, reason text')} using (slot) order by n`,
      bySlot(({ style, status, reason }) => [{ style, status, reason }]),
    ),
  inventory: (fill) =>
    fill(
      `insert into reservation (order_id, lines, state) select id, lines, p.state from ${orders} join ${plan('state text')} using (slot) order by n`,
      bySlot(({ reservation }) => (reservation ? [{ state: reservation }] : [])),
    ),
  payment: (fill) =>
    fill(
      `insert into payment (order_id, status, amount, refunded, payment_id)
        select id, p.status, total, case when p.status = 'refunded' then total else 0 end, case when p.status <> 'declined' then ${messageId(`'charge'`)} end
        from ${orders} join ${plan('status text')} using (slot) order by n`,
      bySlot(({ payment }) => (payment ? [{ status: payment }] : [])),
    ),
  shipping: (fill) =>
    fill(
      `insert into shipment (order_id, status, shipment_id, carrier)
        select id, p.status, case when p.status = 'shipped' then ${messageId(`'shipment'`)} end, case when p.status = 'shipped' then 'Alpenpost' end
        from ${orders} join ${plan('status text')} using (slot) order by n`,
      bySlot(({ shipment }) => (shipment ? [{ status: shipment }] : [])),
    ),
  notification: (fill) =>
    fill(
      `insert into mail (message_id, order_id, kind) select ${mailId}, id, p.kind from ${orders} join ${plan('kind text, about text')} using (slot) order by n`,
      bySlot(({ mails }) => mails),
    ),
  orchestrator: (fill) =>
    fill(
      `insert into instance (process, saga_id, version, style, status, hop, entries, residue, state, started_at, ended_at)
        select '${process}', saga, 1, p.style, p.status, 8, 5, '{}', jsonb_build_object('saga', saga, 'status', p.status, 'facts', ${headers}::json), o.at, o.at + interval '1 second'
        from ${orders} join ${plan('style text, status text, service text, type text, seq int')} using (slot) order by n`,
      bySlot(({ style, status }) =>
        style === 'choreography'
          ? []
          : [{ style, status: status === 'confirmed' ? 'completed' : 'compensated', service: 'orchestrator', type: 'instance', seq: 1 }],
      ),
    ),
};

const mailId = `'<${process}.' || saga || '.hears.' || p.about || '.' || ${messageId('p.about')} || '@notification.duet.example>'`;

type File = 'payments' | 'shipments' | 'mails';

function linesOf(file: File, { provider, carriers, mails }: Variant): readonly object[] {
  if (file === 'mails') return mails;
  return (file === 'payments' ? provider : carriers).map((what, n) => ({ what, n }));
}

/** The statements that make the lines of the outside world's files, each with the service whose work they are about. */
function outsideLines(service: Service): (readonly [File, string])[] {
  const desk = (step: string, request: string, answer: string, nothing: string) =>
    `select json_build_object('at', o.at, 'what', p.what, 'key', '${process}/' || saga || '/${step}', 'request', ${request},
        'answer', json_build_object('status', case p.what when '${nothing}' then 402 else 201 end, 'body', case p.what when '${nothing}' then '{}'::jsonb else ${answer} end)) as line
      from ${orders} join ${plan('what text, n int')} using (slot) order by o.n, p.n`;
  if (service === 'payment') {
    const request = `case when p.what <> 'cancelled' then jsonb_build_object('amount', total, 'currency', 'CHF', 'method', 'card_ok', 'reference', saga) end`;
    const answer = `case p.what when 'cancelled' then jsonb_build_object('refunded', total) else jsonb_build_object('chargeId', ${messageId(`'charge'`)}) end`;
    return [['payments', desk('payment.ProcessPayment', request, answer, 'declined')]];
  }
  if (service === 'shipping') {
    const request = `jsonb_build_object('country', 'CH', 'postalCode', '8001', 'reference', saga)`;
    const answer = `jsonb_build_object('shipmentId', ${messageId(`'shipment'`)}, 'carrier', 'Alpenpost')`;
    return [['shipments', desk('shipping.ShipOrder', request, answer, 'refused')]];
  }
  if (service !== 'notification') return [];
  const mail = `select json_build_object('at', o.at, 'messageId', ${mailId}, 'from', 'orders@duet.example', 'to', json_build_array('c-42@customers.example'),
      'subject', p.kind, 'reference', null, 'source', repeat('a line of a mail', 20)) as line
    from ${orders} join ${plan('kind text, about text')} using (slot) order by n, p.kind`;
  return [['mails', mail]];
}

/** Counts the stock of the products from all reservations. */
export async function fillStock(clients: Clients): Promise<void> {
  await clients.get('inventory')?.query(
    `insert into stock (sku, available, reserved, shipped)
      select sku, $2::bigint - coalesce(sum(quantity), 0), coalesce(sum(quantity) filter (where state = 'reserved'), 0), coalesce(sum(quantity) filter (where state = 'issued'), 0)
      from unnest($1::text[]) as s (sku) left join (
        select line ->> 'sku' as sku, (line ->> 'quantity')::bigint as quantity, state from reservation, jsonb_array_elements(lines) as line where state in ('reserved', 'issued')
      ) as r using (sku) group by sku`,
    [skus, stocked],
  );
}

/** Connections for making books: what is read is opened elsewhere, and read only. */
export async function openClients(urls: DatabaseUrls): Promise<Map<Service, Client>> {
  const clients = new Map<Service, Client>();
  for (const service of services) {
    const client = new Client({ connectionString: urls[service] });
    await client.connect();
    clients.set(service, client);
  }
  return clients;
}

/** What PostgreSQL does by itself in the long run. */
export async function vacuum(clients: Clients): Promise<void> {
  for (const client of clients.values()) await client.query('vacuum (analyze)');
}

/** How large the databases are. */
export async function bytesIn(clients: Clients): Promise<number> {
  let sum = 0;
  for (const client of clients.values()) {
    const { rows } = await client.query<{ size: string }>('select pg_database_size(current_database()) as size');
    sum += Number(rows[0]?.size);
  }
  return sum;
}
