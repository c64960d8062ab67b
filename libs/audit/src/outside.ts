import { createReadStream } from 'node:fs';
import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { process } from './business';
import { NoBooks } from './databases.store';
import type { DeskLine, Dossier } from './dossier';

/** The outside world's own files: what was done, by time. */
const files = ['payments', 'shipments', 'mails'] as const;
type File = (typeof files)[number];

/** Lines of the three files about one order. */
type Lines = Readonly<Record<File, string[]>>;

/** Files that are larger than this together are sorted on the disk. */
const inMemory = 32 * 1024 * 1024;
/** How much is read at once, and how much of a part is written at once. */
const chunk = 64 * 1024;

/** What the outside world has written down itself, in the order of the orders' ids: the files are far larger than the memory that may be used, so they are dealt into parts by the ids' beginnings. */
export class OutsideFiles {
  private constructor(
    /** All of it, or the folder with the parts. */
    private readonly held: Lines | string,
  ) {}

  /** `most`: bytes that may be kept in memory. @throws NoBooks where there is no such folder */
  static async open(folder: string, most = inMemory): Promise<OutsideFiles> {
    const sizes = await sizesIn(folder);
    if (sizes.reduce((sum, size) => sum + size, 0) <= most) {
      const lines = emptyLines();
      for (const file of files) for await (const some of linesOf(folder, file)) lines[file].push(...some);
      return new OutsideFiles(lines);
    }
    const parts = new OutsideFiles(await mkdtemp(join(tmpdir(), 'duet-audit-')));
    try {
      for (const file of files) await deal(folder, file, parts.held as string);
      return parts;
    } catch (error) {
      await parts.close();
      throw error;
    }
  }

  /** All orders that stand there, part by part, sorted. */
  async *sorted(): AsyncGenerator<(readonly [id: string, lines: Lines])[]> {
    const { held } = this;
    if (typeof held !== 'string') {
      yield byOrder(held);
      return;
    }
    for (const name of partNames) {
      const [payments = [], shipments = [], mails = []] = await Promise.all(files.map((file) => partOf(held, file, name)));
      yield byOrder({ payments, shipments, mails });
    }
  }

  async close(): Promise<void> {
    if (typeof this.held === 'string') await rm(this.held, { recursive: true, force: true });
  }
}

/** The lines about some orders, as the files are now. */
export async function outsideOf(folder: string, ids: ReadonlySet<string>): Promise<Map<string, Lines>> {
  const lines = emptyLines();
  for (const file of files) {
    for await (const some of linesOf(folder, file)) lines[file].push(...some.filter((line) => ids.has(orderIn(file, line))));
  }
  return new Map(byOrder(lines));
}

/** Adds what the outside world says about an order to its dossier. */
export function enterOutside(dossier: Dossier, { payments, shipments, mails }: Lines): void {
  for (const line of payments) dossier.money.push(deskLine(line));
  for (const line of shipments) dossier.goods.push(deskLine(line));
  for (const line of mails) dossier.letters.push(parsed<{ messageId?: string | null }>(line).messageId ?? 'a mail without an id');
}

function deskLine(text: string): DeskLine {
  const { what, key, at, request, answer } = parsed<{
    what: string;
    key: string;
    at: string;
    request?: { amount?: number; currency?: string };
    answer?: { body: Readonly<Record<string, unknown>> };
  }>(text);
  const { refunded, chargeId, shipmentId } = answer?.body ?? {};
  const id = chargeId ?? shipmentId;
  return {
    ...{ what, key, at, currency: request?.currency, id: typeof id === 'string' ? id : undefined },
    amount: what === 'cancelled' ? Number(refunded ?? 0) : (request?.amount ?? 0),
  };
}

/** @throws NoBooks */
function parsed<T>(line: string): T {
  try {
    return JSON.parse(line) as T;
  } catch {
    throw new NoBooks(`the outside world's files cannot be read: this line is damaged: ${line.slice(0, 100)}`);
  }
}

const emptyLines = (): Lines => ({ payments: [], shipments: [], mails: [] });

function byOrder(all: Lines): (readonly [string, Lines])[] {
  const orders = new Map<string, Lines>();
  for (const file of files) {
    for (const line of all[file]) {
      const id = orderIn(file, line);
      const lines = orders.get(id) ?? emptyLines();
      lines[file].push(line);
      orders.set(id, lines);
    }
  }
  return [...orders].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What stands before the order's id in a line: the key of the call, the mail's Message-ID. */
const before: Readonly<Record<File, string>> = {
  payments: `"key":"${process}/`,
  shipments: `"key":"${process}/`,
  mails: `"messageId":"<${process}.`,
};
const idLength = 36;

/** The order that a line is about: found without taking the line apart, where it is written as it always is. */
function orderIn(file: File, line: string): string {
  const at = line.indexOf(before[file]);
  if (at >= 0) return line.slice(at + before[file].length, at + before[file].length + idLength);
  const { key, messageId, request } = parsed<{ key?: string; messageId?: string; request?: { reference?: string } }>(line);
  const [, id] = new RegExp(`^<?${process}[/.]([^/.]+)`).exec(key ?? messageId ?? '') ?? [];
  return id ?? request?.reference ?? key ?? messageId ?? 'no order';
}

const hex = [...'0123456789abcdef'];
/** Parts in the order of their names; what begins with no hexadecimal digits has the last one. */
const partNames: readonly string[] = [...hex.flatMap((a) => hex.map((b) => a + b)), 'other'];
const partOfId = (id: string): string => (/^[0-9a-f]{2}/.test(id) ? id.slice(0, 2) : 'other');

async function deal(folder: string, file: File, parts: string): Promise<void> {
  const waiting = new Map<string, { lines: string[]; size: number }>();
  const write = async (name: string, lines: readonly string[]): Promise<void> =>
    appendFile(join(parts, `${file}.${name}`), `${lines.join('\n')}\n`);
  for await (const some of linesOf(folder, file)) {
    for (const line of some) {
      const name = partOfId(orderIn(file, line));
      const part = waiting.get(name) ?? { lines: [], size: 0 };
      part.lines.push(line);
      part.size += line.length;
      waiting.set(name, part);
    }
    for (const [name, { lines, size }] of waiting) {
      if (size < chunk) continue;
      waiting.delete(name);
      await write(name, lines);
    }
  }
  for (const [name, { lines }] of waiting) await write(name, lines);
}

async function partOf(folder: string, file: File, name: string): Promise<string[]> {
  const text = await readFile(join(folder, `${file}.${name}`), 'utf8').catch(noFile);
  return text.split('\n').slice(0, -1);
}

/** Whole lines: the last one may be half written just now. */
async function* linesOf(folder: string, file: File): AsyncGenerator<string[]> {
  let rest = '';
  const stream = createReadStream(join(folder, `${file}.jsonl`), { encoding: 'utf8', highWaterMark: chunk });
  try {
    for await (const text of stream as AsyncIterable<string>) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      yield lines;
    }
  } catch (error) {
    noFile(error as NodeJS.ErrnoException);
  }
}

/** A file that is not there yet is an empty one. */
function noFile(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return '';
  throw error;
}

async function sizesIn(folder: string): Promise<number[]> {
  const there = await stat(folder).catch(() => undefined);
  if (!there?.isDirectory()) throw new NoBooks(`the outside world's files cannot be read: there is no folder ${folder}`);
  return Promise.all(files.map(async (file) => (await stat(join(folder, `${file}.jsonl`)).catch(() => ({ size: 0 }))).size));
}
