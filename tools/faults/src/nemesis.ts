import { setTimeout as pause } from 'node:timers/promises';
import { auditAtRest, Books, Databases } from '@duet/audit';
import { unique, until } from '@duet/testbed';
import { catalog, type FaultName } from './catalog.mjs';
import { Customers } from './customers';
import { faults } from './faults';
import { type Place, placeOf } from './place';
import type { Fired, Result, Violation } from './result';
import { type Firing, scheduleOf } from './schedule';

/** What a run is to be. */
export interface Plan {
  readonly seed: number;
  /** Of faults and the quiet between them; recoveries, the drain and the audit come on top. */
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
  for (const firing of scheduleOf(seed, plan.seconds, plan.faults, plan.apps)) {
    const one = await fire(firing, place, customers, say);
    fired.push(one);
    if (one.recoverySeconds === null)
      violations.push({ promise: 'P7', order: null, text: `after ${one.name} no order has ended within ${recoversWithin / 1_000} s` });
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

/** One fault, from the quiet before it to the recovery after it. */
async function fire(firing: Firing, place: Place, customers: Customers, say: (text: string) => void): Promise<Fired> {
  const { name, service, quietMs, lastsMs } = firing;
  const fault = faults[name](place, firing);
  await pause(quietMs);
  // A fault proves something only while work is under way.
  await until(() => customers.inFlight > 0, { what: 'orders are in flight', deadline: firesWithin }).catch(() => undefined);
  const { inFlight } = customers;
  const whom = catalog[name].of === 'service' ? `${name} (${service})` : name;
  say(`${whom} for ${(lastsMs / 1_000).toFixed(1)} s, ${inFlight} orders in flight`);
  const hasFired = await fault.begin().then(
    () => true,
    (error: unknown) => (say(`${name} did not happen: ${textOf(error)}`), false),
  );
  await pause(lastsMs);
  await fault.end().catch((error: unknown) => say(`${name} could not be mended: ${textOf(error)}`));
  const ended = Date.now();
  const recovered = await until(() => customers.haveEndedSince(ended), { what: 'orders end again', deadline: recoversWithin }).catch(
    () => false,
  );
  const recoverySeconds = recovered ? Math.round((Date.now() - ended) / 100) / 10 : null;
  say(`${name}: ${recoverySeconds === null ? 'not recovered' : `recovered after ${recoverySeconds} s`}`);
  return { name, fired: hasFired, inFlight, recoverySeconds };
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
