import { randomUUID } from 'node:crypto';
import { Books, Databases, type Dossier } from '@duet/audit';
import { System } from '@duet/probe';
import {
  anOrder,
  fate,
  openBrowser,
  type OrderRequest,
  type OwnBroker,
  ownBroker,
  request,
  type RunningService,
  runningService,
  testDatabase,
  unique,
  until,
} from '@duet/testbed';
import type { Browser } from 'playwright-core';
import { differencesOf, isParked, saidOf, type Told } from './agreement.fixture';
import { openPage } from './reader.fixture';

/**
 * P12. So many orders: fewer than the thousand that are promised, so that all tests together stay short; `AGREEMENT_ORDERS=1000 npx jest -c apps/console-e2e/jest.config.cjs agreement` places all of them.
 */
const orders = Number(process.env['AGREEMENT_ORDERS'] ?? 240);
const styles = ['choreography', 'orchestration', 'hybrid'] as const;
const apps = ['order', 'inventory', 'payment', 'shipping', 'notification', 'orchestrator'] as const;
const goods = { plenty: unique(), scarce: unique() };
/** What becomes of them, in turns. */
const kinds: readonly (Partial<OrderRequest> | 'scarce' | 'cancelled')[] = [
  ...[{}, {}, {}, fate.cardDeclined, fate.noCarrier, fate.cardReview, {}, {}, fate.cardDeclined, fate.cardFlaky],
  ...(['scarce', 'cancelled'] as const),
];
/** A leader gives up on a charge that waits for a person: those of the first round have been turned back when all others have ended. */
const kindOf = (n: number, style: string): (typeof kinds)[number] | undefined => {
  const round = Math.floor(n / styles.length);
  const kind = kinds[round % kinds.length];
  return kind === fate.cardReview && style !== 'choreography' && round >= kinds.length ? fate.cardDeclined : kind;
};
const together = 12;

jest.setTimeout(60_000 + orders * 600);

interface Overview {
  readonly caughtUp: boolean;
  readonly now: {
    readonly running: number;
    readonly compensating: number;
    readonly parked: number;
    readonly undoIncomplete: number;
    readonly loop: number;
  };
  readonly outcomes: readonly { readonly style: string; readonly state: string; readonly reason?: string; readonly count: number }[];
  readonly minutes: readonly {
    readonly style: string;
    readonly started: number;
    readonly completed: number;
    readonly compensated: number;
  }[];
}

describe(`${orders} mixed orders under faults`, () => {
  let broker: OwnBroker;
  let system: System;
  let observer: RunningService;
  let browser: Browser;
  const memory = testDatabase('observer');
  const look = async (): Promise<RunningService> => {
    const services = apps.map((app) => `${app}=${system.url(app)}`).join(',');
    const env = { KAFKA_BROKERS: broker.brokers, LOG_LEVEL: 'error', SERVICES: services };
    return runningService({ app: 'observer', prefix: system.prefix, database: await memory, env, deadline: 60_000 });
  };
  beforeAll(async () => {
    browser = await openBrowser();
    broker = await ownBroker('agreement-kafka');
    const env = { LOG_LEVEL: 'error', RETRY_AFTER: '300ms', ORDER_DEADLINE: '1h' };
    system = await System.start({ apps, brokers: [broker.brokers], outside: 'http', env });
    observer = await look();
    await system.sell(goods.plenty, 1_000_000);
    await system.sell(goods.scarce, 5);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await observer?.stop();
    await system?.stop();
    await broker?.drop();
    await (await memory).drop();
  }, 60_000);

  const placed: string[] = [];
  /** Asks until it is answered: services come and go. */
  const insist = async (path: string, options: Parameters<typeof request>[2]): Promise<{ orderId: string }> =>
    until(
      async () => {
        const { status, body } = await request<{ orderId: string }>('POST', system.url('order') + path, { ...options, deadline: 5_000 });
        return status < 300 || status === 409 ? body : undefined;
      },
      { what: `POST ${path} is answered`, deadline: 120_000 },
    );
  const place = async (n: number): Promise<void> => {
    const style = styles[n % styles.length]!;
    const kind = kindOf(n, style);
    const sku = kind === 'scarce' ? goods.scarce : goods.plenty;
    const body = anOrder({ style, lines: [{ sku, quantity: 1 }], ...(typeof kind === 'object' && kind) });
    const { orderId } = await insist('/orders', { headers: { 'Idempotency-Key': randomUUID() }, body });
    placed.push(orderId);
    if (kind === 'cancelled') await insist(`/orders/${orderId}/cancel`, {});
  };
  const placeAll = async (): Promise<void> => {
    let next = 0;
    const customer = async (): Promise<void> => {
      while (next < orders) await place(next++);
    };
    await Promise.all(Array.from({ length: together }, customer));
  };
  const havePlaced = (share: number) =>
    until(() => placed.length >= orders * share, { what: `${share} of all orders are placed`, deadline: 60_000 + orders * 300 });

  /** Everything that stands in the services' own tables. */
  const books = async (): Promise<Dossier[]> => {
    const databases = await Databases.open(Object.fromEntries(apps.map((app) => [app, system.databaseUrl(app)])));
    try {
      const all: Dossier[] = [];
      await new Books(databases).sweep((batch) => void all.push(...batch));
      return all;
    } finally {
      await databases.close();
    }
  };
  const isAtRest = (dossier: Dossier): boolean => {
    const services = Object.values(dossier.runtime);
    const sent = services.every(({ outbox }) => outbox.every((message) => message.sent));
    if (!sent) return false;
    if (isParked(dossier) && dossier.order?.style === 'choreography') return true;
    const led = dossier.order?.style === 'choreography' || ['completed', 'compensated'].includes(dossier.instance?.status ?? '');
    return dossier.order !== undefined && dossier.order.status !== 'placed' && led && services.every(({ held }) => held.length === 0);
  };
  const get = async <T>(path: string): Promise<T> => (await observer.request<T>('GET', path)).body;

  it('are told by the observer and shown by the console as they stand in the tables of the services', async () => {
    const placing = placeAll();
    await havePlaced(0.2);
    await system.kill('inventory');
    await system.restart('inventory');
    await havePlaced(0.4);
    await observer.process.kill('SIGKILL');
    await havePlaced(0.5);
    observer = await look();
    await havePlaced(0.6);
    await broker.stop();
    await broker.start();
    await havePlaced(0.8);
    await system.kill('payment');
    await system.restart('payment');
    await placing;

    const heard = async (): Promise<number> =>
      (await get<{ items: { messages: number }[] }>('/api/services')).items.reduce((sum, { messages }) => sum + messages, 0);
    const saidIn = (all: readonly Dossier[]): number => all.reduce((sum, dossier) => sum + saidOf(dossier), 0);
    // An order that is turned back may be told so before all of it is undone: nothing is said any more when all that was said has been heard, and all has been done.
    const dossiers = await until(
      async () => {
        const all = await books();
        const [said, known] = [saidIn(all), await heard()];
        const isQuiet = all.length === orders && all.every(isAtRest) && (await get<Overview>('/api/overview')).caughtUp;
        return isQuiet && said === known && saidIn(await books()) === said ? all : undefined;
      },
      {
        what: 'all orders have ended, or wait for a person, and the observer has heard all that was said',
        deadline: 60_000 + orders * 200,
      },
    );

    const differences = [];
    for (const dossier of dossiers) differences.push(...differencesOf(dossier, await get<Told>(`/api/sagas/place-order/${dossier.id}`)));
    expect(differences).toEqual([]);

    const count = (of: (dossier: Dossier) => boolean): number => dossiers.filter(of).length;
    const ended = (style: string, ...status: string[]): number =>
      count(({ order }) => order?.style === style && status.includes(order.status));
    const parked = count(isParked);
    // Each fate has befallen somebody, or nothing would be shown.
    const reasons = new Set(dossiers.map(({ order }) => order?.reason ?? order?.status));
    expect([...reasons]).toEqual(
      expect.arrayContaining(['confirmed', 'payment-declined', 'no-carrier', 'no-stock', 'cancelled', 'placed']),
    );
    const overview = await get<Overview>('/api/overview');
    const { running, compensating } = overview.now;
    expect({ ...overview.now, running: running + compensating, compensating: 0 }).toMatchObject({
      ...{ running: count(({ order }) => order?.status === 'placed'), parked, loop: 0, undoIncomplete: 0 },
    });
    for (const style of styles) {
      const sum = (what: 'started' | 'completed' | 'compensated'): number =>
        overview.minutes.filter((one) => one.style === style).reduce((total, one) => total + one[what], 0);
      expect({ style, started: sum('started'), completed: sum('completed'), compensated: sum('compensated') }).toEqual({
        ...{ style, started: ended(style, 'placed', 'confirmed', 'rejected', 'cancelled') },
        ...{ completed: ended(style, 'confirmed'), compensated: ended(style, 'rejected', 'cancelled') },
      });
    }
    const byReason = new Map<string, number>();
    for (const { order } of dossiers)
      if (order && ['rejected', 'cancelled'].includes(order.status))
        byReason.set(order.reason ?? '', (byReason.get(order.reason ?? '') ?? 0) + 1);
    const outcomes = new Map<string, number>();
    for (const { reason, count: times } of overview.outcomes) if (reason) outcomes.set(reason, (outcomes.get(reason) ?? 0) + times);
    expect(outcomes).toEqual(byReason);

    const complaints: string[] = [];
    const page = await openPage(browser, observer.url, complaints);
    await page.goto('/');
    const hour = page.getByRole('region', { name: 'Last hour' });
    for (const style of styles)
      await hour
        .getByRole('img', { name: `${style}: ${ended(style, 'placed', 'confirmed', 'rejected', 'cancelled')} begun, by minute` })
        .waitFor();
    for (const [reason, times] of byReason)
      await hour
        .getByRole('listitem')
        .filter({ hasText: reason })
        .filter({ hasText: String(times) })
        .waitFor();
    const now = page.getByRole('region', { name: 'Now', exact: true });
    await now.getByRole('row', { name: `${parked} with a parked message` }).waitFor();
    await page.goto('/parked');
    await page.getByRole('link', { name: `${parked} messages` }).waitFor();
    await page.goto('/sagas?state=parked');
    const ids = new Set(dossiers.filter(isParked).map(({ id }) => id));
    const table = page.getByRole('table', { name: 'Sagas, the newest first' });
    await table.waitFor();
    const shown = await table.getByRole('link').evaluateAll((links) => links.map((link) => link.getAttribute('title') ?? ''));
    expect(shown.length).toBe(Math.min(parked, 50));
    expect(shown.filter((id) => !ids.has(id))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('are touched by no page of somebody else in the browser of who may operate them', async () => {
    const id = placed[0]!;
    const cancel = (headers: Record<string, string>) =>
      observer.request<{ code?: string }>('POST', `/services/order/orders/${id}/cancel`, { headers: { 'X-Actor': 'test', ...headers } });
    const refused = { status: 403, body: { code: 'foreign-page' } };
    for (const site of ['cross-site', 'same-site']) expect(await cancel({ 'Sec-Fetch-Site': site })).toMatchObject(refused);
    expect(await cancel({ Origin: 'http://localhost:8080' })).toMatchObject(refused);
    for (const headers of [{}, { 'Sec-Fetch-Site': 'same-origin' }, { Origin: observer.url }])
      expect([200, 202, 409]).toContain((await cancel(headers as Record<string, string>)).status);
  });

  it('are shown to whoever takes anything, and a program that asks for what is not there is told so', async () => {
    for (const path of ['/', '/sagas', '/sagas/place-order/nobody']) {
      const { status, headers } = await observer.request('GET', path);
      expect({ path, status, type: headers.get('content-type') }).toEqual({
        path,
        status: 200,
        type: expect.stringMatching(/^text\/html/),
      });
    }
    for (const path of ['/api', '/api/nothing', '/services/nobody/x', '/assets/of-an-older-build.js'])
      expect({ path, status: (await observer.request('GET', path)).status }).toEqual({ path, status: 404 });
    expect(await observer.request('GET', '/', { headers: { Accept: 'application/json' } })).toMatchObject({ status: 404 });
  });
});
