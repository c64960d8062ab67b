import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { audit, Books, Databases, type Report } from '@duet/audit';
import { cpuIsTold, cpuOf, cpuOfFamily, System } from '@duet/probe';
import { testDatabase } from '@duet/testbed';
import { best, type Cpu, median, resultOf, type Result, type SystemSlice, tellResult } from './figures';
import type { FloorAnswer, FloorRequest } from './floor.store';
import type { Accepted, LoadAnswer, LoadRequest } from './load';
import type { BenchOptions } from './options.mjs';
import { Worker } from './worker';

/** What bench.mjs has prepared. */
export interface Plan {
  readonly options: BenchOptions;
  /** The apps to start. */
  readonly apps: readonly string[];
  /** `host:port` each. */
  readonly brokers: readonly string[];
  /** The broker's and the database server's processes, where they run on this machine. */
  readonly pids: { readonly broker?: number; readonly database?: number };
}

/** Slices of each kind that count. */
const rounds = 3;
/** Slices that do not count. */
const warmUps = { atLeast: 4, atMost: 16 };
/** The part of each slice that is not measured, so that the rest is in full swing; in milliseconds. */
const rampMs = 1_500;
/** Enough products that no row is hot, few enough that their locks are felt. */
const skus = Array.from({ length: 36 }, (_, n) => `bench-${n + 1}`);
/** Of each product, before the first order; and how much an order takes. */
const goods = { before: 1_000_000_000, perOrder: 2 };
/** Of what is wrong. */
const findingsTold = 20;

const say = (text: string): void => void process.stderr.write(`duet: ${text}\n`);

/** Measures, audits, tells. Returns whether every order ended as it should. */
export async function bench({ options, apps, brokers, pids }: Plan): Promise<boolean> {
  const load = new Worker<LoadRequest, LoadAnswer>('load');
  const floor = new Worker<FloorRequest, FloorAnswer>('floor');
  const floorDatabase = await testDatabase('floor');
  say(`starting ${apps.join(', ')} …`);
  const profile = options.profile === undefined ? {} : { profile: resolve(options.profile) };
  const system = await System.start({ apps, brokers, outside: options.outside, ...profile });
  try {
    for (const sku of skus) await system.sell(sku, goods.before);
    const measuredMs = options.seconds * 1_000;
    const common = { skus, quantity: goods.perOrder, rampMs, measuredMs };
    const loads = 'rate' in options.load ? [options.load] : options.load.clients.map((clients) => ({ clients }));
    const accepted: Accepted[] = [];
    const cpu = (): Cpu | undefined => {
      const { broker, database } = pids;
      if (!cpuIsTold || broker === undefined || database === undefined) return undefined;
      return {
        services: cpuOf(...system.pids),
        broker: cpuOf(broker),
        database: cpuOfFamily(database),
        load: cpuOf(load.pid, ...system.outsidePids),
      };
    };
    const floorSlice = async (): Promise<number> => {
      const { ended } = await floor.ask({ ...common, databaseUrl: floorDatabase.url });
      return ended / options.seconds;
    };
    const systemSlice = async (how: LoadRequest['load']): Promise<SystemSlice> => {
      const before = { cpu: cpu(), messages: await system.messages() };
      const answer = await load.ask({ ...common, url: system.url('order'), style: options.style, load: how });
      accepted.push(...answer.accepted);
      await system.settled();
      const after = { cpu: cpu(), messages: await system.messages() };
      return {
        clients: 'clients' in how ? how.clients : undefined,
        perSecond: answer.latencies.length / options.seconds,
        latencies: answer.latencies,
        orders: answer.accepted.length,
        cpu: before.cpu && after.cpu && difference(after.cpu, before.cpu),
        messages: after.messages - before.messages,
      };
    };

    await floorSlice();
    for (const one of loads.slice(-1)) await warmUp(one, systemSlice);
    const floors: number[] = [];
    const slices: SystemSlice[] = [];
    for (let round = 1; round <= rounds; round++) {
      floors.push(await floorSlice());
      say(`round ${round} of ${rounds}, floor: ${floors.at(-1)?.toFixed(0)}/s`);
      for (const one of loads) {
        const slice = await systemSlice(one);
        slices.push(slice);
        say(`round ${round} of ${rounds}, ${nameOf(slice)}: ${slice.perSecond.toFixed(0)}/s, p50 ${median(slice.latencies).toFixed(0)} ms`);
      }
    }

    say(`auditing ${accepted.length} orders …`);
    const { findings, wrong } = await auditOf(system, apps, accepted);
    for (const { rule, order, sku, text } of findings) say(`${rule} ${order ?? sku}: ${text}`);
    const result = resultOf({ style: options.style, slices, floor: floors, orders: accepted.length, wrong });
    await tell(result, best(slices)[0]?.clients, options.json);
    return wrong === 0;
  } finally {
    const output = system.output();
    if (output !== '') say(`the services said:\n${output}`);
    await system.stop();
    load.stop();
    floor.stop();
    await floorDatabase.drop();
  }
}

/** Whether every order that was accepted has ended as its card says, everything that was done for it is in the books, and nothing else is there. */
async function auditOf(system: System, apps: readonly string[], accepted: readonly Accepted[]): Promise<Report> {
  const databases = await Databases.open(Object.fromEntries(apps.map((app) => [app, system.databaseUrl(app)])));
  try {
    const orders = accepted.map(({ orderId, declined }) => ({ orderId, end: declined ? 'payment-declined' : 'confirmed' }));
    return await audit(new Books(databases, system.outsideFolder), {
      as: { is: 'settled' },
      answered: { orders, complete: true },
      stocked: new Map(skus.map((sku) => [sku, goods.before])),
      limit: findingsTold,
    });
  } finally {
    await databases.close();
  }
}

/**
 * Slices that do not count, until they get no faster: the compilers of Node's and of the broker's machine take their time, and both cores, until they have seen enough.
 * Orders that come at a rate get no faster: there, the fewest.
 */
async function warmUp(load: LoadRequest['load'], slice: (load: LoadRequest['load']) => Promise<SystemSlice>): Promise<void> {
  const rates: number[] = [];
  do {
    const { perSecond } = await slice(load);
    say(`warming up: ${perSecond.toFixed(0)}/s`);
    rates.push(perSecond);
  } while (rates.length < warmUps.atLeast || (rates.length < warmUps.atMost && isFaster(rates)));
}

/** Whether one of the last three is faster than all before them, by more than chance. */
const isFaster = (rates: readonly number[]): boolean => Math.max(...rates.slice(-3)) > 1.03 * Math.max(...rates.slice(0, -3));

const nameOf = ({ clients }: SystemSlice): string => (clients === undefined ? 'orders by chance' : `${clients} clients`);

const difference = (after: Cpu, before: Cpu): Cpu => ({
  services: after.services - before.services,
  broker: after.broker - before.broker,
  database: after.database - before.database,
  load: after.load - before.load,
});

async function tell(result: Result, clients: number | undefined, file: string | undefined): Promise<void> {
  process.stdout.write(`\n${tellResult(result, clients)}`);
  if (file === undefined) return;
  await mkdir(dirname(resolve(file)), { recursive: true });
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
}
