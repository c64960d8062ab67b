import { randomUUID } from 'node:crypto';
import {
  anOrder,
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

const services = ['order', 'inventory', 'payment', 'shipping', 'notification', 'orchestrator'] as const;
export type ServiceName = (typeof services)[number];

/** A saga as the observer tells it: what is looked at here. */
export interface Detail {
  readonly state: string;
  readonly concerns: readonly string[];
  readonly text: string;
  readonly waiting?: { readonly service: string; readonly command?: string; readonly overdue: boolean };
  readonly reason?: { readonly code: string };
  readonly customer?: string;
  readonly messages: number;
  readonly steps: readonly {
    readonly command: string;
    readonly state: string;
    readonly service: string;
    readonly by: string;
    readonly forward: boolean;
    readonly tookMs?: number;
    readonly undo?: { readonly state: string };
  }[];
  readonly remaining: readonly string[];
  readonly notUndone: readonly string[];
  readonly ifCancelled: { readonly possible: boolean; readonly text: string; readonly undos: readonly string[]; readonly asks?: string };
  readonly lanes: readonly string[];
  readonly loop?: {
    readonly text: string;
    readonly round: readonly string[];
    readonly stopped: boolean;
    readonly lineage: readonly { readonly hop: number; readonly type: string }[];
  };
  readonly log: readonly {
    readonly id: string;
    readonly type: string;
    readonly service: string;
    readonly cause?: string;
    readonly hop: number;
    readonly position: string;
  }[];
}

export interface Row {
  readonly process: string;
  readonly id: string;
  readonly state: string;
  readonly concerns: readonly string[];
  readonly text: string;
}
export interface Rows {
  readonly items: readonly Row[];
  readonly next?: string;
}

/** The whole system with an observer beside it, on a broker's topics and databases of its own. */
export class Observed {
  private constructor(
    readonly prefix: string,
    private readonly outside: RunningOutside,
    private readonly databases: Readonly<Record<ServiceName, TestDatabase>>,
    private readonly running: Map<ServiceName, RunningService>,
    public observer: RunningService,
  ) {}

  static async start(): Promise<Observed> {
    const outside = await runningOutside();
    const prefix = uniquePrefix();
    const entries = await Promise.all(services.map(async (name) => [name, await testDatabase(name)] as const));
    const observer = await runningService({ app: 'observer', prefix, env: { LOG_LEVEL: 'warn' } });
    const observed = new Observed(prefix, outside, Object.fromEntries(entries) as Record<ServiceName, TestDatabase>, new Map(), observer);
    await Promise.all(services.map((name) => observed.start(name)));
    return observed;
  }

  async start(name: ServiceName): Promise<void> {
    const { prefix, outside } = this;
    const env = { PROVIDER_URL: outside.url, CARRIER_URL: outside.url, SMTP_URL: outside.smtpUrl, LOG_LEVEL: 'warn', RETRY_AFTER: '300ms' };
    this.running.set(name, await runningService({ app: name, prefix, database: this.databases[name], env, deadline: 60_000 }));
  }

  /** As a power cut would. */
  async kill(name: ServiceName): Promise<void> {
    await this.running.get(name)?.process.kill('SIGKILL');
  }

  /** Another observer, which has heard nothing yet. */
  async another(): Promise<RunningService> {
    const other = await runningService({ app: 'observer', prefix: this.prefix, env: { LOG_LEVEL: 'warn' } });
    await until(async () => (await other.request<{ caughtUp: boolean }>('GET', '/api/overview')).body.caughtUp, {
      what: 'the other observer has heard everything',
      deadline: 60_000,
    });
    return other;
  }

  /** Places an order, with any of its fields changed; waits so many seconds for its end. */
  async place(change: Parameters<typeof anOrder>[0] = {}, wait = 0): Promise<string> {
    const { url } = this.running.get('order')!;
    const headers = { 'Idempotency-Key': randomUUID(), ...(wait > 0 && { Prefer: `wait=${wait}` }) };
    const { body } = await request<{ orderId: string }>('POST', `${url}/orders`, { headers, body: anOrder(change) });
    return body.orderId;
  }

  async cancel(orderId: string): Promise<void> {
    await request('POST', `${this.running.get('order')!.url}/orders/${orderId}/cancel`);
  }

  get<T>(path: string): Promise<Reply<T>> {
    return this.observer.request<T>('GET', path);
  }

  async saga(id: string, process = 'place-order'): Promise<Detail> {
    return (await this.get<Detail>(`/api/sagas/${process}/${id}`)).body;
  }

  /** Waits until the observer tells a saga so. */
  async sees(id: string, how: (saga: Detail) => boolean, what: string, deadline = 30_000): Promise<Detail> {
    let last: Detail | undefined;
    await until(
      async () => {
        last = await this.saga(id);
        return how(last);
      },
      { what, deadline },
    ).catch((error: unknown) => {
      throw new NotSeen(`${what}: ${JSON.stringify(last, undefined, 1)}`, { cause: error });
    });
    return last!;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.running.values()].map(({ process }) => process.kill()));
    await this.observer.stop();
    await this.outside.stop();
    await Promise.all(Object.values(this.databases).map((database) => database.drop()));
  }
}

/** The observer does not tell what was waited for. */
export class NotSeen extends Error {
  override readonly name = 'NotSeen';
}
