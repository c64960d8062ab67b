import { appendFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { type Answered, audit, Books, Databases, type DatabaseUrls, type Finding, NoBooks, type Report } from '@duet/audit';
import { declarations } from '@duet/system';
import { lookAt, type OneOrder, tellOrder } from './one-order';
import type { AuditRequest } from './options.mjs';
import { readersOf } from './readers';
import { number, rulesTable, tellReport } from './report';

/** What audit.mjs has found out: what is wanted, and where the books are; for a measurement, the database server's process. */
export type AuditPlan = AuditRequest & { readonly urls: DatabaseUrls; readonly outside?: string; readonly server?: number };

/** Where the result goes, and progress. */
export interface Output {
  readonly out: (text: string) => void;
  readonly say: (text: string) => void;
}

/** Findings of a report that are written to the file at once. */
const writtenAtOnce = 500;
/** How often it is said how far it is, in milliseconds. */
const sayEvery = 5_000;

/** Does what was asked for. Returns whether all is well. @throws NoBooks where it could not look */
export async function run(plan: AuditPlan, output: Output): Promise<boolean> {
  switch (plan.task) {
    case 'rules':
      output.out(`${rulesTable()}\n`);
      return true;
    case 'measure': {
      // With all that it needs for starting services: an audit needs none of it.
      const { measure } = await import('./measure');
      return measure({ orders: plan.orders, server: plan.server }, output);
    }
    case 'audit':
    case 'order': {
      const databases = await Databases.open(plan.urls);
      const books = new Books(databases, plan.outside);
      try {
        return await (plan.task === 'order' ? tellOne(books, plan, output) : auditAll(books, plan, output));
      } catch (error) {
        throw isOfDatabase(error) ? new NoBooks(`the books cannot be read: ${(error as Error).message}`) : error;
      } finally {
        await databases.close();
      }
    }
  }
}

/** What looks wrong is looked at again: one database may have been read a moment before another. */
async function tellOne(books: Books, { order = '', graceMs, keptMs }: AuditPlan, { out }: Output): Promise<boolean> {
  const look = (): Promise<OneOrder | undefined> => {
    const now = Date.now();
    const times = { sentBefore: (now - graceMs) * 1_000, keptSince: (now - keptMs) * 1_000 };
    return lookAt(books, order, { readers: readersOf(declarations), ...times });
  };
  const first = await look();
  if (first && first.wrong.length > 0) await pause(graceMs);
  const second = first && first.wrong.length > 0 ? await look() : first;
  const one = second && { ...second, wrong: second.wrong.filter((text) => first?.wrong.includes(text)) };
  out(one ? tellOrder(one) : `order ${order}: nobody knows it\n`);
  return one !== undefined && one.wrong.length === 0;
}

async function auditAll(books: Books, plan: AuditPlan, { out, say }: Output): Promise<boolean> {
  const { settled, graceMs, keptMs, stocked, limit, json, outside, without } = plan;
  const began = Date.now();
  const file = json === undefined ? undefined : new JsonFile(json);
  let said = began;
  const report = await audit(books, {
    as: settled ? { is: 'settled' } : { is: 'live', graceMs, readers: readersOf(declarations) },
    ...(plan.answered !== undefined && { answered: { orders: await answeredIn(plan.answered) } }),
    ...{ stocked: new Map(Object.entries(stocked)), keptMs, limit },
    onFinding: (finding) => file?.add(finding),
    onProgress: (orders, id) => {
      if (Date.now() - said < sayEvery) return;
      said = Date.now();
      say(`${number(orders)} orders so far, about ${Math.round((parseInt(id.slice(0, 4), 16) / 0xffff) * 100)} % …`);
    },
  });
  const seconds = (Date.now() - began) / 1_000;
  file?.end({ ...report, seconds });
  out(tellReport(report, { settled, outside, without, seconds }));
  return report.wrong === 0;
}

/** What a customer's side has written down: a line of JSON for each order that was answered. */
async function answeredIn(path: string): Promise<Answered[]> {
  const lines = await readFile(path, 'utf8').catch((error: Error) => {
    throw new NoBooks(`--answered ${path} cannot be read: ${error.message}`);
  });
  return lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Answered);
}

/** All findings, however many, written as they come. */
class JsonFile {
  private waiting: string[] = [];
  private first = true;
  constructor(private readonly path: string) {
    writeFileSync(path, '{ "findings": [');
  }
  add(finding: Finding): void {
    this.waiting.push(`${this.first ? '' : ','}\n  ${JSON.stringify(finding)}`);
    this.first = false;
    if (this.waiting.length >= writtenAtOnce) this.write('');
  }
  end({ findings: _, ...rest }: Report & { readonly seconds: number }): void {
    this.write(`\n], ${JSON.stringify(rest).slice(1)}\n`);
  }
  private write(end: string): void {
    appendFileSync(this.path, this.waiting.join('') + end);
    this.waiting = [];
  }
}

/** What PostgreSQL says has a code of five characters. */
const isOfDatabase = (error: unknown): boolean => error instanceof Error && 'code' in error && /^[0-9A-Z]{5}$/.test(String(error.code));

async function main(): Promise<void> {
  const plan = JSON.parse(process.argv[3] ?? (await text(process.stdin))) as AuditPlan;
  const clean = await run(plan, {
    out: (line) => void process.stdout.write(line),
    say: (line) => void process.stderr.write(`duet: ${line}\n`),
  });
  process.exitCode = clean ? 0 : 1;
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`duet: ${error instanceof NoBooks ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 2;
  });
}
