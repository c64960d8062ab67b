import { audit, type Outcome, stockViolations, type Violation } from './audit';
import { beginAnew, booksOf, stockOf } from './books.store';
import { Chance } from './chance';
import { Customer } from './customer';
import { type Random, takeOver } from './machine';
import type { Fault } from './options.mjs';
import type { Plan } from './plan';
import { planOf } from './plan';
import { Postgres } from './postgres.store';
import { type ServiceName, serviceNames } from './services';
import { NotInTime, World } from './world';

/** What a run has come to. */
export interface Report {
  readonly plan: Plan;
  readonly violations: readonly Violation[];
  readonly outcomes: readonly Outcome[];
  readonly happened: ReadonlyMap<Fault, number>;
  /** How much time passed in the simulated world, in milliseconds. */
  readonly simulatedMs: number;
  /** The same for the same plan. */
  readonly digest: string;
  readonly trace: readonly string[];
}

/** After so long in the simulated world, in milliseconds, what has not come to rest never will. */
const patienceMs = 30 * 60_000;
/** How often it is looked whether all is at rest, and whether stock is conserved, in milliseconds. */
const lookEveryMs = 5_000;

/** Runs plans, one after the other, on the same databases. */
export class Simulation {
  private constructor(private readonly databases: ReadonlyMap<ServiceName, Postgres>) {}

  /** Takes some seconds: six databases. */
  static async create(): Promise<Simulation> {
    const databases = (await Postgres.createAll(serviceNames)) as ReadonlyMap<ServiceName, Postgres>;
    const simulation = new Simulation(databases);
    // The services make their tables when they start for the first time.
    await simulation.within(planOf({ seed: 0, orders: 0, style: 'mix', replicas: 1 }), (world) => world.start());
    return simulation;
  }

  /** Gives the databases' memory back. */
  async close(): Promise<void> {
    for (const database of this.databases.values()) await database.close();
  }

  async run(plan: Plan): Promise<Report> {
    await beginAnew(this.databases);
    return this.within(plan, async (world) => {
      const customers = plan.orders.map((order) => new Customer(world, order));
      const violations: Violation[] = [];
      const uncaught = (error: Error): void => {
        violations.push({ promise: 'P7', order: undefined, text: `an error that nobody catches ends a process: ${error.stack}` });
      };
      process.on('uncaughtException', uncaught);
      try {
        await world.start();
        world.weather.begin();
        await this.live(world, customers, violations);
      } catch (error) {
        if (!(error instanceof NotInTime)) throw error;
        violations.push({ promise: 'P7', order: undefined, text: error.message });
      } finally {
        process.off('uncaughtException', uncaught);
      }
      const found = audit(await booksOf(this.databases), world.outside, world.kafka, customers);
      violations.push(...found.violations);
      for (const { promise, order, text } of violations) world.trace.say(`${promise} ${order ?? ''} ${text}`);
      return {
        ...{ plan, violations, outcomes: found.outcomes, happened: world.weather.happened },
        simulatedMs: world.clock.time - world.dawn,
        digest: world.trace.digest(),
        trace: world.trace.lines,
      };
    });
  }

  /** Orders come, things go wrong, all comes to rest; then what was said before is said again, and all comes to rest again. */
  private async live(world: World, customers: readonly Customer[], violations: Violation[]): Promise<void> {
    let acting = customers.length;
    for (const customer of customers) void customer.act().then(() => acting--);
    const rest = async (): Promise<void> => {
      for (let waited = 0; ; waited += lookEveryMs) {
        await world.clock.pass(lookEveryMs);
        const found = stockViolations(await stockOf(this.databases));
        violations.push(...found);
        if (acting === 0 && !world.weather.isRough && (await world.kafka.isRead()) && (await this.isAtRest())) return;
        if (waited > patienceMs || found.length > 0) throw new NotInTime('not all has come to rest');
      }
    };
    await rest();
    world.kafka.repeat();
    await rest();
  }

  private async isAtRest(): Promise<boolean> {
    const { orders, unrest } = await booksOf(this.databases);
    return unrest.length === 0 && orders.every(({ status }) => status !== 'placed');
  }

  private async within<R>(plan: Plan, work: (world: World) => Promise<R>): Promise<R> {
    const world = new World(plan, this.databases);
    const [machine, making, ids] = ['machine', 'making', 'ids'].map((purpose) => new Chance(plan.seed, purpose).next) as [
      Random,
      Random,
      Random,
    ];
    // When an app is made, Nest draws numbers in advance, now and then, for all apps of this process.
    const giveBack = takeOver(world.clock, () => (world.clock.isHeld ? making : machine)(), ids);
    try {
      return await work(world);
    } finally {
      await world.end();
      giveBack();
    }
  }
}
