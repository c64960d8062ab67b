import { type Broker, kafkaBroker } from '@duet/kafka';
import {
  request,
  type RunningOutside,
  runningOutside,
  type RunningService,
  runningService,
  testDatabase,
  type TestDatabase,
  uniquePrefix,
  until,
} from '@duet/testbed';
import { unfinishedAt } from './unfinished.store';

/** What a running system is made of. */
export interface SystemOptions {
  /** The apps, one process each. */
  readonly apps: readonly string[];
  /** `host:port` each. */
  readonly brokers: readonly string[];
  readonly outside: 'inline' | 'http';
  /** What services are told beside that, and the world outside, by their environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly outsideEnv?: Readonly<Record<string, string>>;
  /** A folder for CPU profiles. */
  readonly profile?: string;
  /** An administrator's address, where the databases are not to be on the server of all tests. */
  readonly server?: string;
  /** What a service is told beside its settings: another address for its database, by way of something that stands between. */
  readonly envOf?: (app: string, databaseUrl: string) => Promise<Readonly<Record<string, string>>>;
}

/** How long what is left to do may take after the last order has ended, in milliseconds. */
const settleWithin = 60_000;
/** Of each service's output. */
const linesTold = 10;

/** Every service, with production settings, and with databases and topics of its own. */
export class System {
  private constructor(
    /** Of its topics' names. */
    readonly prefix: string,
    readonly broker: Broker,
    private readonly services: Map<string, RunningService>,
    private readonly databases: ReadonlyMap<string, TestDatabase>,
    private readonly outside: RunningOutside | undefined,
    private readonly begin: (app: string) => Promise<RunningService>,
    /** Replicas that have joined beside the first. */
    private readonly joined = new Set<RunningService>(),
  ) {}

  /** @throws ProcessFailed when a service does not start */
  static async start({ apps, brokers, outside, profile, server, envOf, ...more }: SystemOptions): Promise<System> {
    const prefix = uniquePrefix();
    const world = outside === 'http' ? await runningOutside(more.outsideEnv) : undefined;
    const databases = new Map<string, TestDatabase>();
    const beside = new Map<string, Readonly<Record<string, string>>>();
    for (const app of apps) {
      const database = await testDatabase(app, server);
      databases.set(app, database);
      if (envOf) beside.set(app, await envOf(app, database.url));
    }
    const env = {
      KAFKA_BROKERS: brokers.join(','),
      NODE_ENV: 'production',
      LOG_LEVEL: 'warn',
      PROVIDER_URL: world?.url ?? 'inline',
      CARRIER_URL: world?.url ?? 'inline',
      SMTP_URL: world?.smtpUrl ?? 'inline',
      ...more.env,
    };
    const profiled = (app: string) =>
      profile === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profile} --cpu-prof-name=${app}.cpuprofile` };
    const begin = (app: string): Promise<RunningService> => {
      const database = databases.get(app);
      const told = { ...env, ...profiled(app), ...beside.get(app) };
      return runningService({ app, prefix, ...(database && { database }), env: told, deadline: 60_000 });
    };
    const services = await Promise.all(apps.map(async (app): Promise<[string, RunningService]> => [app, await begin(app)]));
    return new System(prefix, kafkaBroker({ brokers, clientId: 'system' }), new Map(services), databases, world, begin);
  }

  /** Ends a service as a power cut would. */
  async kill(app: string): Promise<void> {
    await this.services.get(app)?.process.kill('SIGKILL');
  }

  /** Starts a service again that has ended, at another address. @throws ProcessFailed when it does not start */
  async restart(app: string): Promise<void> {
    this.services.set(app, await this.begin(app));
  }

  /** One more replica of a service, until `leave`. @throws ProcessFailed when it does not start */
  async join(app: string): Promise<RunningService> {
    const replica = await this.begin(app);
    this.joined.add(replica);
    return replica;
  }

  /** Ends a replica that has joined, as a deploy does. */
  async leave(replica: RunningService): Promise<void> {
    this.joined.delete(replica);
    await replica.process.kill();
  }

  /** Lets a replica that has joined take the place of the service, which ends as in a deploy. */
  async replace(app: string, replica: RunningService): Promise<void> {
    const old = this.services.get(app);
    this.joined.delete(replica);
    this.services.set(app, replica);
    await old?.process.kill();
  }

  /** Stops a service's clock, and lets it go on. */
  pause(app: string): void {
    this.services.get(app)?.process.pause();
  }
  resume(app: string): void {
    this.services.get(app)?.process.resume();
  }

  url(app: string): string {
    return this.services.get(app)?.url ?? '';
  }

  /** A service's process. */
  pid(app: string): number {
    return this.services.get(app)?.process.pid ?? 0;
  }

  databaseUrl(app: string): string {
    return this.databases.get(app)?.url ?? '';
  }

  /** Where the world outside writes down what it does, if there is one. */
  get outsideFolder(): string | undefined {
    return this.outside?.folder;
  }

  /** How many messages a service has still to read, to do or to send. */
  async leftAt(app: string): Promise<number> {
    const lags = await Promise.all(
      this.topics().map(async (topic) => {
        const [ends, committed] = [await this.broker.endOffsets(topic), await this.broker.committedOffsets(this.prefix + app, topic)];
        return [...committed].reduce((sum, [partition, offset]) => sum + Number((ends.get(partition) ?? 0n) - offset), 0);
      }),
    );
    return lags.reduce((sum, lag) => sum + lag, 0) + (await unfinishedAt(this.databaseUrl(app)));
  }

  /** The processes of the services. */
  get pids(): number[] {
    return [...this.services.values()].map(({ process }) => process.pid);
  }

  /** The process of the world outside, if there is one. */
  get outsidePids(): number[] {
    return this.outside ? [this.outside.pid] : [];
  }

  /** Puts a product on sale, with so much stock. */
  async sell(sku: string, available: number): Promise<void> {
    await request('PUT', `${this.url('order')}/products/${sku}`, { body: { name: sku, price: 1_000 } });
    await request('PUT', `${this.url('inventory')}/stock/${sku}`, { body: { available } });
  }

  /** Messages that have gone over Kafka so far. */
  async messages(): Promise<number> {
    const ends = await Promise.all(this.topics().map((topic) => this.broker.endOffsets(topic)));
    return ends.reduce((total, offsets) => total + [...offsets.values()].reduce((sum, end) => sum + Number(end), 0), 0);
  }

  /** Waits until everything has been read, done and sent. @throws NotInTime */
  async settled(): Promise<void> {
    const nothingLeft = async () => (await this.allRead()) && (await this.allDone()) && (await this.allRead());
    await until(nothingLeft, { what: 'the services have read and done everything', deadline: settleWithin });
  }

  /** What the services have said of themselves: warnings and errors, the last of each. */
  output(): string {
    return [...this.services]
      .flatMap(([app, { process }]) => {
        const lines = process.output().split('\n');
        return lines
          .filter((line) => line !== '' && !line.includes('"level":"info"'))
          .slice(-linesTold)
          .map((line) => `${app}: ${line}\n`);
      })
      .join('');
  }

  async stop(): Promise<void> {
    await this.broker.close();
    await Promise.all([...this.services.values(), ...this.joined].map(({ process }) => process.kill()));
    await this.outside?.stop();
    await Promise.all([...this.databases.values()].map((database) => database.drop()));
  }

  /** The names of its topics: commands and events of each service. */
  topics(): string[] {
    return [...this.services.keys()].flatMap((app) => [`${this.prefix}${app}.commands`, `${this.prefix}${app}.events`]);
  }

  /** No group lags behind, in what it reads at all: where it has committed nothing it does not read, or has nothing to read. */
  private async allRead(): Promise<boolean> {
    const lags = await Promise.all(
      this.topics().map(async (topic) => {
        const ends = await this.broker.endOffsets(topic);
        const groups = await Promise.all([...this.services.keys()].map((app) => this.broker.committedOffsets(this.prefix + app, topic)));
        return groups.some((committed) => [...committed].some(([partition, offset]) => offset < (ends.get(partition) ?? 0n)));
      }),
    );
    return !lags.includes(true);
  }

  private async allDone(): Promise<boolean> {
    const unfinished = await Promise.all([...this.databases.values()].map(({ url }) => unfinishedAt(url)));
    return unfinished.every((count) => count === 0);
  }
}
