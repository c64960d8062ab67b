import { setTimeout as pause } from 'node:timers/promises';
import { auditAtRest, Books, Databases } from '@duet/audit';
import { unique, until } from '@duet/testbed';
import type { FaultName } from './catalog.mjs';
import { Customers } from './customers';
import { faults } from './faults';
import { type Place, placeOf } from './place';
import type { Fired, Result, Violation } from './result';
import { scheduleOf, type Strike, whom } from './schedule';

/** What a run is to be. */
export interface Plan {
  readonly seed: number;
  /** Of faults, the recoveries from them and the quiet between them; the drain and the audit come on top. */
  readonly seconds: number;
  readonly style: string;
  /** The styles that orders are placed in: one, or all. */
  readonly styles: readonly string[];
  readonly faults: readonly FaultName[];
  /** Orders a second, on average. */
  readonly rate: number;
  readonly apps: readonly string[];
  /** Of its infrastructure. */
  readonly name: string;
}

/** How long things may take after a fault, in milliseconds, before it counts as not recovered. */
const recoversWithin = 120_000;
const drainsWithin = 180_000;
const restsWithin = 60_000;
const firesWithin = 30_000;
/** Before the first fault so many orders have ended: all is well then. */
const ordersBefore = 10;
const stock = { plenty: 1_000_000, scarce: 20 };

/** Runs the whole system under faults, lets it come to rest, and audits it. `say` is told how it goes. @throws where it could not be started or stopped */
export async function nemesis(plan: Plan, say: (text: string) => void): Promise<Result> {
  say(`starting ${plan.apps.join(', ')}, Kafka and PostgreSQL …`);
  const place = await placeOf(plan.name, plan.apps);
  try {
    return await run(plan, place, say);
  } finally {
    await place.drop();
  }
}

async function run(plan: Plan, place: Place, say: (text: string) => void): Promise<Result> {
  const { seed, rate, styles } = plan;
  const skus = { plenty: unique(), scarce: unique() };
  for (const kind of ['plenty', 'scarce'] as const) await place.system.sell(skus[kind], stock[kind]);
  const customers = new Customers(place.system, { seed, rate, styles, skus });
  const violations: Violation[] = [];
  const fired: Fired[] = [];
  await until(() => customers.ended >= ordersBefore, { what: 'orders end before the first fault', deadline: recoversWithin });
  const end = Date.now() + plan.seconds * 1_000;
  for (const [n, strike] of scheduleOf(seed, plan.seconds, plan.faults, plan.apps).entries()) {
    // Every fault comes once, and then the first two at once, however long that takes.
    if (n > plan.faults.length && Date.now() > end) break;
    const together = await fire(strike, place, customers, say);
    fired.push(...together);
    if (together.some(({ recoverySeconds }) => recoverySeconds === null)) {
      const names = together.map(({ name }) => name).join(' and ');
      violations.push({ promise: 'P7', order: null, text: `after ${names} no order has ended within ${recoversWithin / 1_000} s` });
    }
  }
  say('quiet: no new orders, everything comes to its end …');
  await customers.close();
  await customers.leave(drainsWithin);
  await place.system.settled().catch((error: unknown) => say(`not at rest: ${textOf(error)}`));
  say('auditing …');
  violations.push(...(await judged(place, customers, skus)));
  const { orders } = customers;
  const counts = { intended: orders.length, accepted: customers.accepted.length, ended: customers.ended };
  if (violations.length > 0) say(`the services said:\n${place.system.output()}`);
  return { seed, seconds: plan.seconds, style: plan.style, orders: counts, faults: fired, violations };
}

/** What happens at once, from the quiet before it to the recovery after it. */
async function fire(strike: Strike, place: Place, customers: Customers, say: (text: string) => void): Promise<Fired[]> {
  await pause(strike.quietMs);
  // A fault proves something only while work is under way.
  await until(() => customers.inFlight > 0, { what: 'orders are in flight', deadline: firesWithin }).catch(() => undefined);
  const { inFlight } = customers;
  const all = strike.firings.map((firing) => ({ ...firing, whom: whom(firing), fault: faults[firing.name](place, firing) }));
  const names = all.map(({ whom }) => whom).join(' and ');
  say(`${names} for ${all.map(({ lastsMs }) => (lastsMs / 1_000).toFixed(1)).join(' and ')} s, ${inFlight} orders in flight`);
  const succeeds = (what: Promise<void>, otherwise: string): Promise<boolean> =>
    what.then(
      () => true,
      (error: unknown) => (say(`${otherwise}: ${textOf(error)}`), false),
    );
  // Each lasts from when all are seen to have happened: so they are at once.
  const begun = await Promise.all(all.map(({ fault, whom }) => succeeds(fault.begin(), `${whom} did not happen`)));
  const mended = await Promise.all(
    all.map(async ({ fault, whom, lastsMs }) => {
      await pause(lastsMs);
      return succeeds(fault.end(), `${whom} could not be mended`);
    }),
  );
  const ended = Date.now();
  const recovered = await until(() => customers.haveEndedSince(ended), { what: 'orders end again', deadline: recoversWithin }).catch(
    () => false,
  );
  const recoverySeconds = recovered ? Math.round((Date.now() - ended) / 100) / 10 : null;
  say(`${names}: ${recoverySeconds === null ? 'not recovered' : `recovered after ${recoverySeconds} s`}`);
  return all.map(({ name }, n): Fired => {
    const beside = all.find((one) => one.name !== name)?.name;
    return { name, fired: begun[n] ?? false, mended: mended[n] ?? false, ...(beside && { with: beside }), inFlight, recoverySeconds };
  });
}

/** What the books of all services and the outside world's files say. What does not come to be at once may come a little later. */
async function judged({ system, apps }: Place, customers: Customers, skus: Record<'plenty' | 'scarce', string>): Promise<Violation[]> {
  const databases = await Databases.open(Object.fromEntries(apps.map((app) => [app, system.databaseUrl(app)])));
  const answered = { orders: customers.accepted, complete: customers.accepted.length === customers.orders.length };
  const stocked = new Map([
    [skus.plenty, stock.plenty],
    [skus.scarce, stock.scarce],
  ]);
  const books = new Books(databases, system.outsideFolder);
  try {
    const { findings } = await auditAtRest(books, { answered, stocked }, { withinMs: restsWithin });
    return findings.map(({ promise, rule, order, sku, text }) => ({
      promise,
      order: order ?? null,
      text: `${rule}: ${text}${sku ? ` (product ${sku})` : ''}`,
    }));
  } finally {
    await databases.close();
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
