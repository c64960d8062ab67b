import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { audit, Books, Databases } from '@duet/audit';
import { cpuIsTold, cpuOf, cpuOfFamily } from '@duet/probe';
import type { Output } from './main';
import { migratedDatabases } from './migrated';
import { number } from './report';
import { bytesIn, fillBooks, fillStock, openClients, skus, stocked, vacuum } from './sample.store';

/** Orders that are made between two words about it. */
const saidEvery = 100_000;
const gib = 2 ** 30;
const mib = 2 ** 20;

/** What is to be measured. */
export interface Measurement {
  readonly orders: number;
  /** The database server's process, where it runs on this machine. */
  readonly server: number | undefined;
}

/** Says how long an audit takes on so many orders that have ended, of all kinds and styles, in databases and files made for it. Returns whether it was clean. */
export async function measure({ orders, server }: Measurement, { out, say }: Output): Promise<boolean> {
  say('each service makes its tables …');
  const databases = await migratedDatabases();
  const outside = await mkdtemp(join(tmpdir(), 'duet-measure-'));
  try {
    const clients = await openClients(databases.urls);
    for (let from = 0; from < orders; from += saidEvery) {
      await fillBooks(clients, { from, to: Math.min(from + saidEvery, orders), outside });
      say(`${number(Math.min(from + saidEvery, orders))} of ${number(orders)} orders are made …`);
    }
    await fillStock(clients);
    await vacuum(clients);
    const tables = await bytesIn(clients);
    const files = await Promise.all(
      ['payments', 'shipments', 'mails'].map(async (file) => (await stat(join(outside, `${file}.jsonl`))).size),
    );
    await Promise.all([...clients.values()].map((client) => client.end()));
    say('auditing …');
    const opened = await Databases.open(databases.urls);
    const cpu = () => ({ audit: cpuOf(process.pid), database: server === undefined ? 0 : cpuOfFamily(server) });
    const before = cpu();
    const began = performance.now();
    let most = 0;
    const report = await audit(new Books(opened, outside), {
      as: { is: 'settled' },
      stocked: new Map(skus.map((sku) => [sku, stocked])),
      limit: 20,
      onProgress: () => (most = Math.max(most, process.memoryUsage.rss())),
    });
    const seconds = (performance.now() - began) / 1_000;
    const used = cpu();
    await opened.close();
    const size = files.reduce((sum, bytes) => sum + bytes, 0);
    const inSeconds = (value: number) => `${value.toFixed(0)} s`;
    out(
      `${number(orders)} orders, ${(tables / gib).toFixed(1)} GiB of tables and ${(size / gib).toFixed(1)} GiB of files: audited in ${inSeconds(seconds)}, ` +
        `${number(Math.round(orders / seconds))} orders a second, ${number(Math.round(most / mib))} MiB of memory at most, ${number(report.wrong)} wrong` +
        (cpuIsTold
          ? `; CPU: ${inSeconds(used.audit - before.audit)} of the audit, ${inSeconds(used.database - before.database)} of PostgreSQL`
          : '') +
        '\n',
    );
    return report.wrong === 0;
  } finally {
    await rm(outside, { recursive: true, force: true });
    await databases.drop();
  }
}
