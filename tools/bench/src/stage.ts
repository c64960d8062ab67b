import { resolve } from 'node:path';
import { auditAtRest, Books, Databases, type Report } from '@duet/audit';
import {
  type Accepted,
  cpuIsTold,
  cpuOf,
  cpuOfFamily,
  type LoadAnswer,
  type LoadRequest,
  System,
  type SystemOptions,
  Worker,
} from '@duet/probe';
import type { Cpu, SystemSlice } from './figures';
import type { BenchOptions } from './options.mjs';

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

/** The part of each slice that is not measured, so that the rest is in full swing; in milliseconds. */
export const rampMs = 1_500;
/** Enough products that no row is hot, few enough that their locks are felt. */
export const skus = Array.from({ length: 36 }, (_, n) => `bench-${n + 1}`);
/** Of each product, before the first order; and how much an order takes. */
export const goods = { before: 1_000_000_000, perOrder: 2 };
/** Of what is wrong. */
const findingsTold = 20;
/** Slices that do not count. */
const warmUps = { atLeast: 4, atMost: 16 };

/** Tells the person who waits. */
export const say = (text: string): void => void process.stderr.write(`duet: ${text}\n`);

/** How a slice differs from another. */
export type SliceOptions = Partial<Pick<LoadRequest, 'rampMs' | 'trouble'>>;

/** The running system, who places orders, and every order that was accepted so far. */
export class Stage {
  readonly accepted: Accepted[] = [];

  private constructor(
    readonly system: System,
    private readonly plan: Plan,
    private readonly load: Worker<LoadRequest, LoadAnswer>,
  ) {}

  /** Starts it, with enough of every product. @throws ProcessFailed when a service does not start */
  static async open(plan: Plan, more: Partial<SystemOptions> = {}): Promise<Stage> {
    const { options, apps, brokers } = plan;
    say(`starting ${apps.join(', ')} …`);
    const load = new Worker<LoadRequest, LoadAnswer>('load');
    const profile = options.profile === undefined ? {} : { profile: resolve(options.profile) };
    const system = await System.start({ apps, brokers, outside: options.outside, ...profile, ...more });
    const stage = new Stage(system, plan, load);
    for (const sku of skus) await system.sell(sku, goods.before);
    return stage;
  }

  /** Orders for as long as a slice lasts. What is left to do after it is left to do. */
  async place(how: LoadRequest['load'], options: SliceOptions = {}): Promise<LoadAnswer> {
    const { style, seconds } = this.plan.options;
    const request = { url: this.system.url('order'), style, load: how, skus, quantity: goods.perOrder, rampMs, trouble: false, ...options };
    const answer = await this.load.ask({ ...request, measuredMs: seconds * 1_000 });
    this.accepted.push(...answer.accepted);
    return answer;
  }

  /** A slice, until the last effect of its last order. */
  async slice(how: LoadRequest['load']): Promise<SystemSlice> {
    const { system } = this;
    const before = { cpu: this.cpu(), messages: await system.messages() };
    const answer = await this.place(how);
    await system.settled();
    const after = { cpu: this.cpu(), messages: await system.messages() };
    return {
      clients: 'clients' in how ? how.clients : undefined,
      perSecond: answer.latencies.length / this.plan.options.seconds,
      latencies: answer.latencies,
      orders: answer.accepted.length,
      cpu: before.cpu && after.cpu && difference(after.cpu, before.cpu),
      messages: after.messages - before.messages,
    };
  }

  /**
   * Slices that do not count, until they get no faster: the compilers of Node's and of the broker's machine take their time, and both cores, until they have seen enough.
   * Orders that come at a rate get no faster: there, the fewest.
   */
  async warmUp(how: LoadRequest['load']): Promise<void> {
    const rates: number[] = [];
    do {
      const { perSecond } = await this.slice(how);
      say(`warming up: ${perSecond.toFixed(0)}/s`);
      rates.push(perSecond);
    } while (rates.length < warmUps.atLeast || (rates.length < warmUps.atMost && isFaster(rates)));
  }

  /** How many orders or products something is wrong with: every order that was accepted has ended as its card says, everything that was done for it is in the books, and nothing else is there. */
  async wrong(): Promise<number> {
    say(`auditing ${this.accepted.length} orders …`);
    const { findings, wrong } = await this.audit();
    for (const { rule, order, sku, text } of findings) say(`${rule} ${order ?? sku}: ${text}`);
    return wrong;
  }

  private async audit(): Promise<Report> {
    const { system, plan, accepted } = this;
    const databases = await Databases.open(Object.fromEntries(plan.apps.map((app) => [app, system.databaseUrl(app)])));
    try {
      const stocked = new Map(skus.map((sku) => [sku, goods.before]));
      const expected = { answered: { orders: accepted, complete: true }, stocked, limit: findingsTold };
      return await auditAtRest(new Books(databases, system.outsideFolder), expected, { withinMs: restsWithinMs });
    } finally {
      await databases.close();
    }
  }

  async close(): Promise<void> {
    const output = this.system.output();
    if (output !== '') say(`the services said:\n${output}`);
    await this.system.stop();
    this.load.stop();
  }

  private cpu(): Cpu | undefined {
    const { broker, database } = this.plan.pids;
    if (!cpuIsTold || broker === undefined || database === undefined) return undefined;
    return {
      services: cpuOf(...this.system.pids),
      broker: cpuOf(broker),
      database: cpuOfFamily(database),
      load: cpuOf(this.load.pid, ...this.system.outsidePids),
    };
  }
}

/** How long the last effects of orders whose end has been told may take, in milliseconds. */
const restsWithinMs = 30_000;

/** Whether one of the last three is faster than all before them, by more than chance. */
const isFaster = (rates: readonly number[]): boolean => Math.max(...rates.slice(-3)) > 1.03 * Math.max(...rates.slice(0, -3));

const difference = (after: Cpu, before: Cpu): Cpu => ({
  services: after.services - before.services,
  broker: after.broker - before.broker,
  database: after.database - before.database,
  load: after.load - before.load,
});
