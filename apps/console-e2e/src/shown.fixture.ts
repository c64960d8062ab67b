import { randomUUID } from 'node:crypto';
import {
  anOrder,
  request,
  type RunningOutside,
  runningOutside,
  type RunningService,
  runningService,
  type TestDatabase,
  testDatabase,
  uniquePrefix,
} from '@duet/testbed';

const services = ['order', 'inventory', 'payment', 'shipping', 'notification', 'orchestrator', 'analytics'] as const;
export type ServiceName = (typeof services)[number];

/** The whole system with an observer that serves the console, on a broker's topics and databases of its own. */
export class Shown {
  private constructor(
    readonly outside: RunningOutside,
    private readonly databases: readonly TestDatabase[],
    private readonly running: ReadonlyMap<ServiceName, RunningService>,
    readonly observer: RunningService,
    /** TOPIC_PREFIX of all of them. */
    readonly prefix: string,
  ) {}

  /** `settings`: of every service; `without`: those that do not run. */
  static async start({
    settings = {},
    without = [],
  }: { settings?: Record<string, string>; without?: readonly ServiceName[] } = {}): Promise<Shown> {
    const outside = await runningOutside();
    const prefix = uniquePrefix();
    const env = {
      PROVIDER_URL: outside.url,
      CARRIER_URL: outside.url,
      SMTP_URL: outside.smtpUrl,
      LOG_LEVEL: 'warn',
      RETRY_AFTER: '300ms',
      ...settings,
    };
    const wanted = services.filter((name) => !without.includes(name));
    const databases = await Promise.all(wanted.map((name) => testDatabase(name)));
    const started = await Promise.all(
      wanted.map(
        async (name, n) => [name, await runningService({ app: name, prefix, database: databases[n]!, env, deadline: 60_000 })] as const,
      ),
    );
    const addresses = started.map(([name, { url }]) => `${name}=${url}`).join(',');
    const observer = await runningService({ app: 'observer', prefix, env: { LOG_LEVEL: 'warn', SERVICES: addresses }, deadline: 60_000 });
    return new Shown(outside, databases, new Map(started), observer, prefix);
  }

  service(name: ServiceName): RunningService {
    return this.running.get(name)!;
  }

  /** Places an order, with any of its fields changed; waits so many seconds for its end. */
  async place(change: Parameters<typeof anOrder>[0] = {}, wait = 0): Promise<string> {
    const headers = { 'Idempotency-Key': randomUUID(), ...(wait > 0 && { Prefer: `wait=${wait}` }) };
    const url = `${this.observer.url}/services/order/orders`;
    return (await request<{ orderId: string }>('POST', url, { headers, body: anOrder(change) })).body.orderId;
  }

  /** `--url` for each service, as the command lines take it. */
  get urls(): string[] {
    return [...this.running, ['observer', this.observer] as const].flatMap(([name, { url }]) => ['--url', `${name}=${url}`]);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.running.values()].map(({ process }) => process.kill()));
    await this.observer.stop();
    await this.outside.stop();
    await Promise.all(this.databases.map((database) => database.drop()));
  }
}
