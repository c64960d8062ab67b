import { auditRun, type Outcome, stockViolations, type Violation } from './audit';
import { beginAnew, stockOf, unrestOf, withoutDeadline } from './books.store';
import { Chance } from './chance';
import { Customer } from './customer';
import { type Random, takeOver } from './machine';
import type { Fault } from './options.mjs';
import { type Plan, planOf } from './plan';
import { Postgres } from './postgres.store';
import { type ServiceName, serviceNames, type Twin } from './services';
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

/** How often it is looked whether all is at rest, and whether stock is conserved and every open order has a deadline, in milliseconds. */
const lookEveryMs = 5_000;

/** Runs plans, one after the other, on the same databases. */
export class Simulation {
  private constructor(private readonly databases: ReadonlyMap<ServiceName, Postgres>) {}

  /** Takes some seconds: six databases. */
  static async create(): Promise<Simulation> {
    const databases = (await Postgres.createAll(serviceNames)) as ReadonlyMap<ServiceName, Postgres>;
    const simulation = new Simulation(databases);
    // The services make their tables when they start for the first time.
    await simulation.within(planOf({ seed: 0, orders: 0, style: 'mix', replicas: 1 }), undefined, (world) => world.start());
    return simulation;
  }

  /** Gives the databases' memory back. */
  async close(): Promise<void> {
    for (const database of this.databases.values()) await database.close();
  }

  /** `twin`: with a bug that is planted, for tests of the simulation. */
  async run(plan: Plan, twin?: Twin): Promise<Report> {
    await beginAnew(this.databases);
    return this.within(plan, twin, async (world) => {
      const customers = plan.orders.map((order) => new Customer(world, order));
      const violations: Violation[] = [];
      const uncaught = (error: Error): void => {
        violations.push({ promise: 'P7', order: undefined, text: `an error that nobody catches ends a process: ${error.stack}` });
      };
      process.on('uncaughtException', uncaught);
      try {
        await world.start();
        world.weather.begin();
        await this.live(world, customers, violations, plan.patienceMs);
      } catch (error) {
        if (!(error instanceof NotInTime)) throw error;
        violations.push({ promise: 'P7', order: undefined, text: error.message });
      } finally {
        process.off('uncaughtException', uncaught);
      }
      const found = await world.finish(
        auditRun({
          servers: this.databases,
          outside: world.outside.lines,
          customers,
          log: world.kafka.log,
          timesAreWrong: [...this.databases.values()].some(({ host }) => host.skewMs !== 0),
        }),
      );
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
  private async live(world: World, customers: readonly Customer[], violations: Violation[], patienceMs: number): Promise<void> {
    let acting = customers.length;
    for (const customer of customers) void customer.act().then(() => acting--);
    const rest = async (): Promise<void> => {
      for (let waited = 0; ; waited += lookEveryMs) {
        await world.clock.pass(lookEveryMs);
        const found = stockViolations(await stockOf(this.databases));
        for (const text of await withoutDeadline(this.databases)) found.push({ promise: 'P7', order: undefined, text });
        violations.push(...found);
        if (acting === 0 && !world.weather.isRough && (await world.kafka.isRead()) && (await unrestOf(this.databases)).length === 0) return;
        if (waited > patienceMs || found.length > 0) throw new NotInTime('not all has come to rest');
      }
    };
    await rest();
    world.kafka.repeat();
    await rest();
  }

  private async within<R>(plan: Plan, twin: Twin | undefined, work: (world: World) => Promise<R>): Promise<R> {
    const world = new World(plan, this.databases, twin);
    const numbers = (purpose: string): Random => new Chance(plan.seed, purpose).next;
    const [running, making] = [numbers('running'), numbers('making')];
    // When an app is made, Nest draws numbers in advance, now and then, for all apps of this process.
    const random = (): number => (world.clock.isHeld ? making() : running());
    const giveBack = takeOver(world.clock, { random, ids: numbers('ids') });
    try {
      return await work(world);
    } finally {
      await world.end();
      giveBack();
    }
  }
}
