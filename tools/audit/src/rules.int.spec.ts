import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { audit, type AuditOptions, Books, type Report, ruleTexts } from '@duet/audit';
import { declarations } from '@duet/system';
import { until } from '@duet/testbed';
import { amountOf, type Fault, faults, fine, type Forgery, heldRow, noCarrier, reopened, steps, timerRow } from './faults.fixture';
import { type MigratedDatabases, migratedDatabases } from './migrated';
import { run as runAudit } from './main';
import { parseAudit } from './options.mjs';
import { type Plant, PlantedBooks } from './planted.store';
import { readersOf } from './readers';
import { row } from './sample';
import { fillBooks, fillStock, skus, stocked } from './sample.store';

jest.setTimeout(120_000);

const readers = readersOf(declarations);
const live: AuditOptions['as'] = { is: 'live', graceMs: 50, readers };

let databases: MigratedDatabases;
let books: PlantedBooks;
let outside: string;
beforeAll(async () => {
  databases = await migratedDatabases();
  books = await PlantedBooks.open(databases.urls);
  outside = await mkdtemp(join(tmpdir(), 'duet-books-'));
  await fillBooks(books.clients, { from: 0, to: row.length, outside, readers });
  await fillStock(books.clients);
}, 180_000);
afterAll(async () => {
  await books?.close();
  await databases?.drop();
  await rm(outside, { recursive: true, force: true });
});

async function look({ plant = {}, forgery, options = {} }: Pick<Fault, 'plant' | 'forgery' | 'options'>): Promise<Report> {
  const folder = forgery ? await forged(forgery) : outside;
  try {
    return await books.with(plant, () => audit(new Books(books, folder), { as: { is: 'settled' }, ...options }));
  } finally {
    if (forgery) await rm(folder, { recursive: true });
  }
}

async function forged({ file, order, lines }: Forgery): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'duet-books-'));
  for (const name of ['payments', 'shipments', 'mails']) {
    const all = (await readFile(join(outside, `${name}.jsonl`), 'utf8')).split('\n').slice(0, -1);
    const isIts = (line: string): boolean => name === file && line.includes(order);
    const now = [...all.filter((line) => !isIts(line)), ...(name === file ? lines(all.filter(isIts)) : [])];
    await writeFile(join(folder, `${name}.jsonl`), now.map((line) => `${line}\n`).join(''));
  }
  return folder;
}

const about = ({ order, sku }: Report['findings'][number]): string => order ?? `product ${sku}`;
const known = { stocked: new Map(skus.map((sku) => [sku, stocked])) };

describe('good books', () => {
  it('of all kinds of orders in all styles have nothing wrong with them', async () => {
    const report = await look({ options: known });
    expect(report).toMatchObject({ findings: [], wrong: 0, orders: { confirmed: 42, rejected: 12, cancelled: 6, placed: 0 } });
  });
  it('have nothing wrong with them either without the outside world’s files', async () => {
    expect((await books.with({}, () => audit(new Books(books), { as: { is: 'settled' } }))).findings).toEqual([]);
  });
  it('read by pieces, order by order, are the same', async () => {
    const evidence = new Books(books, outside);
    const all = new Map<string, unknown>();
    const again = await books.with({}, async () => {
      await evidence.sweep((batch) => batch.forEach((dossier) => all.set(dossier.id, dossier)));
      return evidence.of([...all.keys()], readers);
    });
    expect(all.size).toBe(row.length);
    expect(new Map(again.map(({ dossier }) => [dossier.id, dossier]))).toEqual(all);
    expect(again.flatMap(({ unread }) => unread)).toEqual([]);
  });
});

describe.each(faults)('$rules.0: $what', ({ rules, about: subject, evidence, ...fault }) => {
  it('is named, with its order and evidence, and nothing else is', async () => {
    const { findings, wrong } = await look({ ...fault, options: { ...known, ...fault.options } });
    expect([...new Set(findings.map(({ rule }) => rule))].sort()).toEqual([...rules].sort());
    expect(findings.filter(({ rule }) => rule === rules[0]).map(about)).toContain(subject);
    expect(findings.filter(({ rule }) => rule === rules[0]).map(({ text }) => text)).toContainEqual(expect.stringContaining(evidence));
    // A product may be wrong beside the order.
    expect(new Set(findings.map(about)).size).toBe(wrong);
    expect(new Set(findings.flatMap(({ order }) => order ?? [])).size).toBeLessThanOrEqual(1);
  });
});

it('every rule is tried with a fault of its own', () => {
  const tried = new Set<string>(faults.map(({ rules }) => rules[0]));
  expect(ruleTexts.map(({ code }) => code).filter((code) => !tried.has(code))).toEqual([]);
});

it('what is old enough to have been pruned is not missed', async () => {
  const old = "update duet.outbox set created_at = created_at - interval '8 days'";
  const plant = {
    order: `${old}; update orders set placed_at = placed_at - interval '8 days'`,
    inventory: `${old}; delete from duet.outbox where saga_id = '${fine}' and seq = 1`,
    payment: `delete from duet.outbox where saga_id = '${fine}'`,
    shipping: `delete from duet.outbox where saga_id = '${fine}'; delete from duet.saga where id = '${fine}'`,
  };
  expect((await look({ plant })).findings).toEqual([]);
  expect(Object.keys((await look({ plant, options: { keptMs: 10 * 86_400_000 } })).byRule)).toEqual(['P5-numbers']);
});

it('what a person has done by hand is not held against the tables, and is counted', async () => {
  const settled = `update payment set status = 'declined' where order_id = '${fine}';
    insert into duet.operation (process, saga_id, step, actor, note, did, message_id) values ('place-order', '${fine}', 'payment.ProcessPayment', 'zoe', 'paid in cash', 'settle', 'm')`;
  expect(await look({ plant: { payment: settled } })).toMatchObject({ byHand: 1, findings: [] });
});

describe('a live system', () => {
  /** On its way: payment is in its call. */
  const underWay: Plant = {
    order: `${reopened(fine)}; ${timerRow(fine)}; delete from duet.outbox where saga_id = '${fine}' and seq = 2; update duet.saga set next_seq = 2 where id = '${fine}'`,
    inventory: `update reservation set state = 'reserved' where order_id = '${fine}'; update stock set reserved = reserved + 1, shipped = shipped - 1 where sku = 'sample-0';
      delete from duet.outbox where saga_id = '${fine}' and seq = 2;
      update duet.saga set next_seq = 2, steps = (steps::jsonb - 'inventory.IssueStock')::json where id = '${fine}'`,
    payment: `delete from payment where order_id = '${fine}'; delete from duet.outbox where saga_id = '${fine}';
      update duet.saga set next_seq = 1, steps = '{"payment.ProcessPayment":["calling",null]}' where id = '${fine}';
      ${heldRow(fine, { state: 'calling', due: `now() + interval '10 seconds'`, code: 'null' })}`,
    shipping: `delete from shipment where order_id = '${fine}'; delete from duet.outbox where saga_id = '${fine}'; delete from duet.saga where id = '${fine}'`,
    notification: `delete from mail where order_id = '${fine}'; delete from duet.saga where id = '${fine}'`,
  };
  const none: Forgery = { file: 'shipments', order: fine, lines: () => [] };

  it('may have orders on their way; where everything must have come to rest they are named', async () => {
    expect(await look({ plant: underWay, forgery: none, options: { as: live } })).toMatchObject({
      findings: [],
      orders: { placed: 1 },
      moving: 0,
    });
    const { byRule } = await look({ plant: underWay, forgery: none });
    expect(Object.keys(byRule)).toEqual(expect.arrayContaining(['P1-ended', 'P1-rest', 'P2-payment-known']));
  });

  /** Rejected, and payment has done nothing about it. */
  const keptMoney: Plant = {
    payment: `update payment set status = 'charged', refunded = 0 where order_id = '${noCarrier}';
      delete from duet.outbox where saga_id = '${noCarrier}' and seq = 2;
      update duet.saga set next_seq = 2, steps = (steps::jsonb - 'payment.RefundPayment')::json where id = '${noCarrier}';
      ${steps(noCarrier, 'payment.ProcessPayment', 'done')}`,
    notification: `delete from mail where order_id = '${noCarrier}' and kind = 'refund'`,
  };
  const notRefunded: Forgery = { file: 'payments', order: noCarrier, lines: (lines) => lines.slice(0, 1) };

  it('has nothing wrong with it where the message that will put it right has not been read yet', async () => {
    const payment = `${keptMoney.payment}; delete from duet.inbox where saga_id = '${noCarrier}'`;
    const report = await look({ plant: { ...keptMoney, payment }, forgery: notRefunded, options: { as: live } });
    expect(report).toMatchObject({ findings: [], awaited: 1 });
  });

  it('is named where all messages have been read and money is kept', async () => {
    const { findings } = await look({ plant: keptMoney, forgery: notRefunded, options: { as: live } });
    expect(findings.map(({ text }) => text)).toContain(
      `the order is rejected (no-carrier), and payment keeps ${amountOf(noCarrier)} of it`,
    );
  });

  it('has nothing wrong with it when one database was read a moment before another', async () => {
    // As if shipping had been read before it committed, and the order after: at the second look it is there.
    const snapshot = { shipping: `update shipment set status = 'refused' where order_id = '${fine}'` };
    const report = await books.with(snapshot, async () => {
      const looking = audit(new Books(books, outside), { as: { ...live, graceMs: 300 }, onProgress: () => (looked = true) });
      let looked = false;
      await until(() => looked, { what: 'the first look' });
      await books.plant('shipping', `update shipment set status = 'shipped' where order_id = '${fine}'`);
      return looking;
    });
    expect(report.findings).toEqual([]);
  });

  it('is wrong where what must always hold is broken, however much moves beside it', async () => {
    const report = await books.with({ shipping: `delete from shipment where order_id = '${fine}'` }, async () => {
      const looking = audit(new Books(books, outside), { as: { ...live, graceMs: 300 }, onProgress: () => (looked = true) });
      let looked = false;
      await until(() => looked, { what: 'the first look' });
      await books.plant('notification', `insert into mail (message_id, order_id, kind) values ('<late>', '${fine}', 'refund')`);
      return looking;
    });
    expect(report.findings.map(({ rule }) => rule)).toContain('P3-confirmed');
  });
});

describe('npm run audit', () => {
  const said: string[] = [];
  const output = { out: (text: string) => void said.push(text), say: () => undefined };
  const run = async (...args: string[]): Promise<{ clean: boolean; text: string }> => {
    said.length = 0;
    const request = parseAudit(args, {});
    if (request === 'help') throw new Error('help is no plan');
    const clean = await runAudit({ ...request, urls: databases.urls, outside }, output);
    return { clean, text: said.join('') };
  };
  const broken = `update payment set status = 'charged', refunded = 0 where order_id = '${noCarrier}'`;
  const mended = `update payment set status = 'refunded', refunded = amount where order_id = '${noCarrier}'`;
  const payment = (text: string) => books.plant('payment', text);

  it('says that all is well', async () => {
    const { clean, text } = await run('--settled', '--stocked', `${skus[0]}=${stocked}`);
    expect({ clean, text }).toEqual({
      clean: true,
      text: expect.stringContaining('60 orders: 42 confirmed, 12 rejected, 6 cancelled, 0 open'),
    });
    expect(text).toMatch(/^clean \(\d+\.\d s\)$/m);
  });

  it('names what is wrong, as much as is wanted, and keeps all of it', async () => {
    const json = join(outside, 'findings.json');
    await payment(broken);
    try {
      const { clean, text } = await run('--settled', '--limit', '1', '--json', json);
      expect(clean).toBe(false);
      expect(text).toContain(`order ${noCarrier}: `);
      expect(text).toContain('more: --limit prints more, --json keeps all');
      expect(text).toContain('WRONG: 1 orders or products');
      const kept = JSON.parse(await readFile(json, 'utf8')) as Report;
      expect(kept.wrong).toBe(1);
      expect(new Set(kept.findings.map(({ rule }) => rule))).toEqual(new Set(Object.keys(kept.byRule)));
      expect(await run('--order', noCarrier)).toEqual({
        clean: false,
        text: expect.stringMatching(/WRONG P3-rejected-undone: .*payment keeps/),
      });
    } finally {
      await payment(mended);
    }
  });

  it('tells everything about one order, also when nothing is wrong with it', async () => {
    const { clean, text } = await run('--order', noCarrier);
    expect(clean).toBe(true);
    for (const part of [
      'rejected (no-carrier), choreography',
      'did   payment.ProcessPayment: undone',
      'payment.PaymentRefunded',
      'the provider ',
      'nothing is wrong with it',
    ])
      expect(text).toContain(part);
  });

  it('says that nobody knows an order', async () => {
    expect(await run('--order', 'nobody')).toEqual({ clean: false, text: 'order nobody: nobody knows it\n' });
  });

  it('says why it could not look', async () => {
    const request = parseAudit([], {});
    if (request === 'help') throw new Error('help is no plan');
    const urls = { ...databases.urls, payment: 'postgres://nobody@127.0.0.1:1/payment' };
    await expect(runAudit({ ...request, urls, outside }, output)).rejects.toThrow('the database of payment cannot be reached');
    const { payment: _, ...rest } = databases.urls;
    await expect(runAudit({ ...request, urls: rest, outside }, output)).rejects.toThrow('nothing can be said without the books of payment');
    const swapped = { ...databases.urls, payment: databases.urls.shipping };
    await expect(runAudit({ ...request, urls: swapped, outside }, output)).rejects.toThrow(
      'the books cannot be read: relation "payment" does not exist',
    );
    await expect(runAudit({ ...request, urls: databases.urls, outside: '/nowhere' }, output)).rejects.toThrow(
      'there is no folder /nowhere',
    );
  });
});
