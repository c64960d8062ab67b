import {
  anOrder,
  query,
  type Reply,
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
import { randomUUID } from 'node:crypto';

export const services = ['order', 'inventory', 'payment', 'shipping', 'notification', 'orchestrator'] as const;
export type ServiceName = (typeof services)[number];

/** An order as its service tells it. */
export interface OrderView {
  readonly orderId: string;
  readonly status: 'placed' | 'confirmed' | 'rejected' | 'cancelled';
  readonly reason?: { readonly code: string; readonly text: string };
  readonly style: string;
  readonly total: number;
  readonly history?: readonly { readonly type: string }[];
}
export interface StockView {
  readonly available: number;
  readonly reserved: number;
  readonly shipped: number;
}

/** A saga as the orchestrator tells it. */
export interface SagaView {
  readonly id: string;
  readonly status: string;
  readonly style: string;
  readonly version: number;
  readonly reason?: { readonly code: string; readonly text: string };
  readonly step?: string;
  readonly steps: readonly { readonly command: string; readonly state: string; readonly backState?: string }[];
  readonly next?: { readonly text: string; readonly due: string };
  readonly residue: readonly { readonly command: string }[];
  readonly history: readonly { readonly text: string; readonly actor?: string }[];
}

/** What an operation came to. */
export interface OperationView {
  readonly text: string;
  readonly sent: readonly { readonly command: string; readonly ask?: string }[];
  readonly saga: SagaView;
}

/** The whole system on a broker and databases of its own, with a world outside of its own. */
export class System {
  private constructor(
    readonly prefix: string,
    readonly outside: RunningOutside,
    private readonly databases: Readonly<Record<ServiceName, TestDatabase>>,
    readonly replicas: Map<ServiceName, RunningService[]>,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** Starts everything; `replicas` says of which services there are several, `env` what all of them are told, `wayTo` how shipping reaches the carriers, `server` an administrator's address where the databases are not to be on the server of all tests. */
  static async start(
    replicas: Partial<Record<ServiceName, number>> = {},
    env: Readonly<Record<string, string>> = {},
    wayTo: (carriers: string) => Promise<string> = async (carriers) => carriers,
    server?: string,
  ): Promise<System> {
    const outside = await runningOutside({ CARD_SLOW: '1500ms' });
    const entries = await Promise.all(services.map(async (name) => [name, await testDatabase(name, server)] as const));
    const databases = Object.fromEntries(entries) as Record<ServiceName, TestDatabase>;
    const system = new System(uniquePrefix(), outside, databases, new Map(), { CARRIER_URL: await wayTo(outside.url), ...env });
    // The first of each together; they agree on the topics among themselves.
    await Promise.all(services.map((name) => system.add(name)));
    for (const name of services) {
      await Promise.all(Array.from({ length: (replicas[name] ?? 1) - 1 }, () => system.add(name)));
    }
    return system;
  }

  /** One more replica of a service; `env` is what this one is told beside. */
  async add(name: ServiceName, env: Readonly<Record<string, string>> = {}): Promise<RunningService> {
    const service = await runningService({
      app: name,
      prefix: this.prefix,
      database: this.databases[name],
      env: {
        PROVIDER_URL: this.outside.url,
        SMTP_URL: this.outside.smtpUrl,
        LOG_LEVEL: 'warn',
        CALL_LEASE: '3s',
        RETRY_AFTER: '300ms',
        ...this.env,
        ...env,
      },
      deadline: 60_000,
    });
    this.replicas.set(name, [...(this.replicas.get(name) ?? []), service]);
    return service;
  }

  /** Where each service's database is. */
  get urls(): Record<ServiceName, string> {
    return Object.fromEntries(services.map((name) => [name, this.databases[name].url])) as Record<ServiceName, string>;
  }

  /** What a service has stored: one statement on its database. */
  sql<T extends object>(name: ServiceName, text: string, values: readonly unknown[] = []): Promise<T[]> {
    return query<T>(this.databases[name].url, text, values);
  }

  /** How many rows a service has of this: a table, with a condition if need be. */
  async count(name: ServiceName, rows: string): Promise<number> {
    return Number((await this.sql<{ n: string }>(name, `select count(*) as n from ${rows}`))[0]?.n);
  }

  /** Kills a replica as a power cut would. */
  async kill(name: ServiceName): Promise<void> {
    const [victim, ...others] = this.replicas.get(name) ?? [];
    this.replicas.set(name, others);
    await victim?.process.kill('SIGKILL');
  }

  /** As a deploy does: a new replica comes, the oldest gets no more requests and is told to stop. */
  async replace(name: ServiceName): Promise<void> {
    await this.add(name);
    const [old, ...others] = this.replicas.get(name) ?? [];
    this.replicas.set(name, others);
    await old?.process.kill('SIGTERM');
  }

  url(name: ServiceName): string {
    const [service] = this.replicas.get(name) ?? [];
    return service?.url ?? '';
  }

  get<T>(name: ServiceName, path: string): Promise<Reply<T>> {
    return request<T>('GET', `${this.url(name)}${path}`);
  }

  /** Places an order, with any of its fields changed; waits for its end if told to. */
  place(change: Parameters<typeof anOrder>[0] = {}, { key = randomUUID(), wait = 0 } = {}): Promise<Reply<OrderView>> {
    const headers = { 'Idempotency-Key': key, ...(wait > 0 && { Prefer: `wait=${wait}` }) };
    return request<OrderView>('POST', `${this.url('order')}/orders`, { headers, body: anOrder(change), deadline: (wait + 15) * 1_000 });
  }

  /** What the orchestrator says of an order's saga. */
  saga(orderId: string): Promise<Reply<SagaView>> {
    return this.get<SagaView>('orchestrator', `/sagas/${orderId}`);
  }

  /** What a person does about a saga at the orchestrator. */
  operate<T = OperationView>(orderId: string, what: string, body?: object, actor: string | undefined = 'zoe'): Promise<Reply<T>> {
    const headers = actor === '' ? {} : { 'X-Actor': actor };
    return request<T>('POST', `${this.url('orchestrator')}/sagas/${orderId}/${what}`, { headers, ...(body && { body }) });
  }

  cancel(orderId: string): Promise<Reply<OrderView>> {
    return request<OrderView>('POST', `${this.url('order')}/orders/${orderId}/cancel`);
  }

  async order(orderId: string): Promise<OrderView> {
    return (await this.get<OrderView>('order', `/orders/${orderId}?expand=history`)).body;
  }

  /** Waits until the order has ended, and everybody has heard of it: mails are sent after the end. */
  async ended(orderId: string, deadline = 60_000): Promise<OrderView> {
    await until(async () => (await this.order(orderId)).status !== 'placed', { what: `order ${orderId} ends`, deadline });
    return this.order(orderId);
  }

  /** A product of its own with so much stock. */
  async product(sku: string, available: number, price = 1_000): Promise<void> {
    await request('PUT', `${this.url('order')}/products/${sku}`, { body: { name: sku, price } });
    await request('PUT', `${this.url('inventory')}/stock/${sku}`, { body: { available } });
  }

  async stock(sku: string): Promise<StockView> {
    const { available, reserved, shipped } = (await this.get<StockView>('inventory', `/stock/${sku}`)).body;
    return { available, reserved, shipped };
  }

  async mails(orderId: string): Promise<string[]> {
    const { body } = await this.get<{ items: { kind: string }[] }>('notification', `/notifications?orderId=${orderId}`);
    return body.items.map(({ kind }) => kind).sort();
  }

  /** What the outside world's own file says happened for an order: `charged 1000`, `cancelled`, `shipped`, … */
  async outsideSays(file: 'payments' | 'shipments', orderId: string): Promise<string[]> {
    const lines = await this.outside.lines(file);
    const keys = new Set(lines.filter(({ request }) => request?.reference === orderId).map(({ key }) => key));
    return lines
      .filter(({ key }) => keys.has(key))
      .map(({ what, request, answer }) => {
        const amount = request?.amount ?? (answer?.body['refunded'] as number | undefined);
        return amount === undefined ? String(what) : `${what} ${amount}`;
      });
  }

  async stop(): Promise<void> {
    await Promise.all([...this.replicas.values()].flat().map(({ process }) => process.kill()));
    await this.outside.stop();
    await Promise.all(Object.values(this.databases).map((database) => database.drop()));
  }
}
