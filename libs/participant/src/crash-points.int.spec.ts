import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { MessageClass } from '@duet/message';
import { ProcessFailed, type RunningProcess, stopAllProcesses, until, workspaceRoot } from '@duet/testbed';
import { Harness } from './fixture/harness.fixture';
import * as messages from './fixture/till.messages.fixture';

const { BasketPacked, BasketPaid, BasketSeen, DropItem, HandOver, HoldItem, KeepBack, ReturnMoney, TakeMoney } = messages;

/** How many of the points are tried, `all` or a number, which ones, and where it is written what came of them: `npm run crash -- --small` says so. */
const { CRASH_POINTS = '2', CRASH_LABEL = '', CRASH_SEED = '1', CRASH_JSON } = process.env;
/** A replica that takes over in the place of one that died, on a busy machine; in milliseconds. */
const patience = 60_000;
jest.setTimeout(CRASH_POINTS === 'all' ? 3_600_000 : 240_000);

/** What a till is told at first, each story about a basket of its own, and on one topic: so that its order is certain. */
const beginnings = {
  held: [[HoldItem, { sku: 'tea', quantity: 2 }]],
  refused: [[HoldItem, { sku: 'rare', quantity: 100 }]],
  dropped: [
    [HoldItem, { sku: 'tea', quantity: 1 }],
    [DropItem, {}],
  ],
  'never held': [
    [DropItem, {}],
    [HoldItem, { sku: 'tea', quantity: 1 }],
  ],
  paid: [[TakeMoney, { amount: 5 }]],
  'paid back': [[TakeMoney, { amount: 5 }]],
  'handed over': [[HandOver, {}]],
  packed: [[BasketPacked, { sku: 'tea', quantity: 1, amount: 5 }]],
  thanked: [[BasketPaid, {}]],
  seen: [[BasketSeen, { by: 'somebody' }]],
} as const;
type Story = keyof typeof beginnings;
const names = Object.keys(beginnings) as Story[];

/** What it is told when it has answered all of that: an undo that comes while its action is under way may overtake it, and that is another story. */
const ends: Partial<Record<Story, MessageClass>> = { 'paid back': ReturnMoney, 'handed over': KeepBack };

/** How many messages it has to say in each chapter; what it only hears it answers with nothing. */
const answers = (name: Story, chapter: 1 | 2): number =>
  (name === 'thanked' || name === 'seen' ? 0 : beginnings[name].length) + (chapter === 2 && ends[name] ? 1 : 0);

/** What came of a round, with stories for ids: the same, whoever dies where. */
interface Outcome {
  readonly said: Readonly<Record<string, readonly string[]>>;
  readonly notes: Readonly<Record<string, readonly string[]>>;
  /** What the bank was asked, each question once: it may be asked again with the same key. */
  readonly asked: readonly string[];
  readonly items: readonly object[];
  readonly seen: number;
  readonly left: object;
}

/** Tells a till the stories before it begins, so that it works on them at once, and lets it die at a point. It starts again until it lives; then what came of the stories is looked at. */
async function round(point?: Point): Promise<{ outcome: Outcome; met: readonly Point[]; recoverySeconds?: number }> {
  const till = await Harness.start();
  const folder = await mkdtemp(join(tmpdir(), 'till-crash-'));
  const file = (kind: string): string => join(folder, `till.${kind}`);
  const preload = `--require ${resolve(workspaceRoot, 'tools/crash/src/preload.cjs')}`;
  const env = { NODE_OPTIONS: preload, CRASH_FOLDER: folder, CRASH_NAME: 'till' };
  try {
    const baskets = Object.fromEntries(names.map((name) => [name, randomUUID()])) as Record<Story, string>;
    await till.tellAll(
      names.flatMap((name) => beginnings[name].map(([cls, data]) => [cls, { ...data, basketId: baskets[name] }] as const)),
    );
    const first = await till
      .child({ ...env, ...(point !== undefined && { CRASH_AT: point.label, CRASH_NTH: String(point.nth) }) }, patience)
      .catch((error: unknown) => {
        if (existsSync(file('fired'))) return undefined;
        throw error;
      });
    const dead = async (): Promise<boolean> => existsSync(file('fired'));
    let chapter: 1 | 2 = 1;
    const done = async (): Promise<boolean> => {
      if (!isAtRest(await outcomeOf(till, baskets), chapter)) return false;
      if (chapter === 2) return true;
      chapter = 2;
      await till.tellAll(names.flatMap((name) => (ends[name] ? [[ends[name], { basketId: baskets[name] }] as const] : [])));
      return false;
    };
    let living = first;
    let died: number | undefined;
    if (point !== undefined) {
      await until(async () => (await dead()) || (await done()), {
        what: `the till dies at ${nameOf(point)}, or has done everything`,
        deadline: patience,
      });
      if (await dead()) {
        await first?.exited;
        died = Date.now();
        living = await till.child(env, patience);
      }
    }
    await until(done, { what: `the till has done everything${point === undefined ? '' : ` after ${nameOf(point)}`}`, deadline: patience });
    const met = living && point === undefined ? await metBy(living, file) : [];
    const recovery = died === undefined ? {} : { recoverySeconds: (Date.now() - died) / 1_000 };
    return { outcome: await outcomeOf(till, baskets), met, ...recovery };
  } catch (error) {
    throw error instanceof ProcessFailed
      ? new ProcessFailed(`${point === undefined ? 'nobody dies' : nameOf(point)}: ${error.message}`)
      : error;
  } finally {
    await stopAllProcesses();
    await till.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Where it may die: at its nth meeting of what has this label, from its start on. */
interface Point {
  readonly label: string;
  readonly nth: number;
}
const nameOf = ({ label, nth }: Point): string => (nth === 1 ? label : `${label}, meeting ${nth}`);

/** Of every label that it has met since it began, the first meeting, which is often one of its start, and one in the middle, which is one of its work. */
async function metBy({ pid }: RunningProcess, file: (kind: string) => string): Promise<readonly Point[]> {
  await writeFile(file('order'), JSON.stringify({ id: 1 }));
  process.kill(pid, 'SIGUSR2');
  await until(async () => existsSync(file('answer')), { what: 'the till tells what it has met' });
  const { met } = JSON.parse(await readFile(file('answer'), 'utf8')) as { met: Record<string, number> };
  return Object.entries(met).flatMap(([label, count]) => [...new Set([1, Math.floor(count / 2) + 1])].map((nth) => ({ label, nth })));
}

/** No rows where there is no such table: before its first start the till has none. */
async function rowsOf<T extends object>(till: Harness, query: string): Promise<T[]> {
  try {
    return await till.sql<T>(query);
  } catch (error) {
    if ((error as { code?: unknown }).code === undefinedTable) return [];
    throw error;
  }
}

/** PostgreSQL's code. */
const undefinedTable = '42P01';

async function outcomeOf(till: Harness, baskets: Readonly<Record<Story, string>>): Promise<Outcome> {
  const story = (text: string): string =>
    names.reduce((all, name) => all.replaceAll(baskets[name], name), text).replace(/[0-9a-f-]{36}/, 'id');
  const byStory = <T>(of: (basketId: string) => T): Record<string, T> => Object.fromEntries(names.map((name) => [name, of(baskets[name])]));
  const rows = await rowsOf<{ basket_id: string; what: string }>(till, 'select basket_id, what from note order by n');
  const [left] = await rowsOf(
    till,
    'select (select count(*) from duet.held) as held, (select count(*) from duet.outbox where sent_at is null) as unsent',
  );
  return {
    said: byStory((basketId) => till.said(basketId)),
    notes: byStory((basketId) => rows.filter((row) => row.basket_id === basketId).map(({ what }) => what)),
    asked: [...new Set(till.bank.asked.map(({ what, key, of }) => story(`${what} ${key} ${of ?? ''}`)))].sort(),
    items: await rowsOf(till, 'select * from item order by sku'),
    seen: (await rowsOf(till, 'select * from sight')).length,
    left: left ?? {},
  };
}

/** Whether every story has come to the end of a chapter: by how many messages each is told, and nothing waits. */
const isAtRest = ({ said, seen, notes, left }: Outcome, chapter: 1 | 2): boolean =>
  names.every((name) => (said[name]?.length ?? 0) >= answers(name, chapter)) &&
  (notes['thanked']?.length ?? 0) > 0 &&
  seen > 0 &&
  JSON.stringify(left) === JSON.stringify({ held: '0', unsent: '0' });

/** What became of a point, as `npm run crash` writes it. */
interface Tried {
  readonly style: string;
  readonly service: string;
  readonly label: string;
  readonly nth: number;
  readonly fired: boolean;
  readonly recoverySeconds?: number;
}

/** Some of them, as the seed decides: always the same of the same. */
function sampleOf(points: readonly Point[]): readonly Point[] {
  if (CRASH_POINTS === 'all') return points;
  const step = 7_919;
  return Array.from({ length: Number(CRASH_POINTS) }, (_, n) => points[(Number(CRASH_SEED) * 31 + n * step) % points.length]).filter(
    (point) => point !== undefined,
  );
}

it('a service that dies at any point at which it meets its database, the broker or the outside, in its start or at its work, does everything once when it is back', async () => {
  const { met, outcome: expected } = await round();
  // Before a start: tables and topics are made; at its work: whatever a unit does, and calls.
  expect(met.map(({ label }) => label)).toEqual(
    expect.arrayContaining(['before:db:begin', 'after:db:commit', 'after:broker:produce', 'before:outside:POST /take']),
  );
  const tried: Tried[] = [];
  const wanted = met.filter(({ label }) => label.includes(CRASH_LABEL)).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  for (const point of sampleOf(wanted)) {
    const { outcome, recoverySeconds } = await round(point);
    expect({ point, ...outcome }).toEqual({ point, ...expected });
    const fired = recoverySeconds !== undefined;
    tried.push({ style: 'a small service', service: 'till', ...point, fired, ...(fired && { recoverySeconds }) });
    if (CRASH_JSON === undefined) continue;
    process.stderr.write(
      `${nameOf(point)}: ${fired ? `died, and had done everything once ${recoverySeconds.toFixed(1)} s later` : 'did not die'}\n`,
    );
    await writeFile(CRASH_JSON, JSON.stringify({ outcomes: tried, violations: [] }));
  }
  // A point can be met only sometimes: a wait for a lock, a second fetch.
  expect(tried.filter(({ fired }) => fired).length).toBeGreaterThan(tried.length / 2);
});
