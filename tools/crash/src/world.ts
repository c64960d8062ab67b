import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Databases } from '@duet/audit';
import { request, type RunningOutside, runningOutside, testDatabase, type TestDatabase, unique, uniquePrefix } from '@duet/testbed';
import { Victim } from './victim';

export const apps = ['order', 'inventory', 'payment', 'shipping', 'notification', 'orchestrator'] as const;

/** So much is there of the product that can be had, and nothing of the other. */
const stock = 1_000_000;

/** Of each service's output. */
const linesTold = 15;

/** The whole system, each service of which can be told where to die. */
export class World {
  /** What can be had. */
  readonly sku = unique();
  /** What cannot. */
  readonly scarce = unique();
  readonly stocked: ReadonlyMap<string, number> = new Map([
    [this.sku, stock],
    [this.scarce, 0],
  ]);

  private constructor(
    readonly victims: ReadonlyMap<string, Victim>,
    readonly outside: RunningOutside,
    readonly books: Databases,
    private readonly databases: readonly TestDatabase[],
    private readonly folder: string,
  ) {}

  /** `twin`: the planted bug, in all services. @throws ProcessFailed */
  static async start(env: Readonly<Record<string, string>> = {}): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), 'duet-crash-'));
    const outside = await runningOutside();
    const prefix = uniquePrefix();
    const all = {
      ...{ NODE_ENV: 'production', LOG_LEVEL: 'warn' },
      ...{ PROVIDER_URL: outside.url, CARRIER_URL: outside.url, SMTP_URL: outside.smtpUrl },
      // What a death costs is waiting: short enough for the tool, and the same rules.
      ...{ CALL_LEASE: '2s', RETRY_AFTER: '300ms' },
      ...env,
    };
    const made = await Promise.all(apps.map(async (name) => [name, await testDatabase(name)] as const));
    const victims = new Map(made.map(([name, database]) => [name, new Victim({ name, prefix, database, env: all, folder })]));
    await Promise.all([...victims.values()].map((victim) => victim.start()));
    const books = await Databases.open(Object.fromEntries(made.map(([name, { url }]) => [name, url])));
    const world = new World(
      victims,
      outside,
      books,
      made.map(([, database]) => database),
      folder,
    );
    await world.stockUp();
    return world;
  }

  victim(name: string): Victim {
    const victim = this.victims.get(name);
    if (!victim) throw new TypeError(`there is no service ${name}`);
    return victim;
  }

  /** The end of what each service has said in its present life, warnings and errors. */
  output(): string {
    return [...this.victims.values()]
      .map(({ name, output }) => `${name}: ${output.split('\n').slice(-linesTold).join(`\n${name}: `)}\n`)
      .join('');
  }

  async stop(): Promise<void> {
    await Promise.all([...this.victims.values()].map((victim) => victim.stop()));
    await this.books.close();
    await this.outside.stop();
    await Promise.all(this.databases.map((database) => database.drop()));
    await rm(this.folder, { recursive: true, force: true });
  }

  private async stockUp(): Promise<void> {
    for (const [sku, available] of this.stocked) {
      await request('PUT', `${this.victim('order').url}/products/${sku}`, { body: { name: sku, price: 1_000 } });
      await request('PUT', `${this.victim('inventory').url}/stock/${sku}`, { body: { available } });
    }
  }
}
