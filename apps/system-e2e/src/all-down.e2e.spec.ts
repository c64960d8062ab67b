import { type Style, styles } from '@duet/message';
import { fate, unique, until } from '@duet/testbed';
import { audit } from './audit.fixture';
import { Line } from './line.fixture';
import { type OrderView, services, System } from './system.fixture';

jest.setTimeout(120_000);

/** What becomes of an order where nothing else happens to it; two kinds are in their outside calls when everything goes down. */
const kinds = {
  fine: {},
  declined: fate.cardDeclined,
  'in a payment': fate.cardSlow,
  'where no carrier goes': fate.noCarrier,
  'in a shipment that the carriers have not heard of': { shipTo: { country: 'CH', postalCode: '1000' } },
  'in a shipment that has been made': { shipTo: { country: 'CH', postalCode: '2000' } },
} as const;
const wave = Object.values(kinds).flatMap((kind) => styles.flatMap((style) => [0, 1, 2].map(() => ({ ...kind, style }))));
const stock = 2 * wave.length;
/** Long enough for orders to come to shipping, and short enough to wait for. */
const deadline = '8s';

describe('when everything was down over the deadlines', () => {
  let system: System;
  let line: Line;
  let sku: string;
  const placed: { readonly style: Style; readonly orderId: string }[] = [];
  const place = () =>
    Promise.all(
      wave.map(async (order) => {
        const { body } = await system.place({ ...order, lines: [{ sku, quantity: 1 }] });
        placed.push({ style: order.style, orderId: body.orderId });
      }),
    );
  /** How many deadlines are set that are still to come, and that have passed. */
  const deadlines = async (): Promise<{ coming: number; passed: number }> => {
    const query = 'select due_at > clock_timestamp() as coming from duet.timer';
    const timers = (
      await Promise.all((['order', 'orchestrator'] as const).map((name) => system.sql<{ coming: boolean }>(name, query)))
    ).flat();
    const coming = timers.filter((timer) => timer.coming).length;
    return { coming, passed: timers.length - coming };
  };

  beforeAll(async () => {
    const env = { WITHIN_AT_MOST: deadline, ORDER_DEADLINE: deadline, TIMER_EVERY: '100ms' };
    system = await System.start({}, env, async (carriers) => (line = await Line.start(carriers)).url);
    sku = unique();
    await system.product(sku, stock);
    line.rule('1000', 'unheard');
    line.rule('2000', 'unanswered');
    // Two waves: the first has come as far as it can, the second is on its way, when all is cut off.
    await place();
    await until(() => line.kept.size === 2 * 3 * styles.length, { what: 'shipping is in its calls' });
    await place();
    await Promise.all(services.map((name) => system.kill(name)));
    await until(async () => (await deadlines()).coming === 0, { what: 'all deadlines have passed', deadline: 30_000 });
    expect((await deadlines()).passed).toBeGreaterThan(wave.length / 2);
    for (const postalCode of ['1000', '2000']) line.rule(postalCode, 'open');
    await Promise.all(services.map((name) => system.add(name)));
  }, 120_000);
  afterAll(async () => {
    await system.stop();
    await line.stop();
  });

  it.each(styles)('each order ends, for a reason that there was: %s', async (style) => {
    const ended: OrderView[] = [];
    for (const { orderId } of placed.filter((order) => order.style === style)) ended.push(await system.ended(orderId));
    expect(new Set(ended.map(({ status }) => status))).toEqual(new Set(['confirmed', 'rejected']));
    const reasons = ended.flatMap(({ reason }) => (reason ? [reason.code] : []));
    for (const code of reasons) expect(['timeout', 'payment-declined', 'no-carrier']).toContain(code);
  });

  it('each is shipped and paid, or neither, in all books, and nothing waits any more', async () => {
    await audit(system, { sku, stock, orders: placed.map(({ orderId }) => orderId) });
  });
});
