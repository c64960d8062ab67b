import { randomUUID } from 'node:crypto';
import * as contracts from '@duet/contracts';
import { OrderConfirmed, OrderPlaced, OrderRejected } from '@duet/contracts';
import type { Style } from '@duet/message';
import { Probe } from '@duet/probe';
import { aPlacedOrder, type RunningService, runningService, uniquePrefix, until } from '@duet/testbed';

jest.setTimeout(60_000);

interface Count {
  readonly style: Style;
  readonly what: string;
  readonly reason?: string;
  readonly orders: number;
  readonly revenue?: string;
  readonly currency?: string;
}

describe('analytics', () => {
  let analytics: RunningService;
  let probe: Probe;
  beforeAll(async () => {
    const prefix = uniquePrefix();
    probe = await Probe.start({ prefix, process: 'place-order', service: 'analytics', messages: contracts });
    analytics = await runningService({ app: 'analytics', prefix });
  });
  afterAll(async () => {
    await probe.stop();
    await analytics.stop();
  });

  const order = (total: number) => {
    const orderId = randomUUID();
    return { orderId, facts: aPlacedOrder({ orderId, total, currency: 'CHF' }) };
  };
  /** Whatever the minute, for a minute may end while the test runs. */
  const counts = async (): Promise<Record<string, { orders: number; revenue: number }>> => {
    const { body } = await analytics.request<{ items: Count[] }>('GET', '/minutes?last=60');
    const sums: Record<string, { orders: number; revenue: number }> = {};
    for (const { style, what, reason, orders, revenue = '0' } of body.items) {
      const key = [style, what, reason].filter(Boolean).join(' ');
      const before = sums[key] ?? { orders: 0, revenue: 0 };
      sums[key] = { orders: before.orders + orders, revenue: before.revenue + Number(revenue) };
    }
    return sums;
  };

  it('counts orders as they come and end, by style, and what they bring', async () => {
    for (const total of [1_000, 250]) {
      const { orderId, facts } = order(total);
      await probe.tell(OrderPlaced, orderId, facts, { style: 'hybrid', facts });
      await probe.tell(OrderConfirmed, orderId, { orderId }, { style: 'hybrid', facts });
    }
    const turnedBack = order(77);
    const reason = { code: 'no-stock', text: 'none left' };
    await probe.tell(OrderRejected, turnedBack.orderId, { orderId: turnedBack.orderId, reason }, { facts: turnedBack.facts });
    const cancelled = order(78);
    const wish = { code: 'cancelled', text: 'by the customer' };
    await probe.tell(OrderRejected, cancelled.orderId, { orderId: cancelled.orderId, reason: wish }, { facts: cancelled.facts });
    const expected = {
      'hybrid placed': { orders: 2, revenue: 0 },
      'hybrid confirmed': { orders: 2, revenue: 1_250 },
      'choreography rejected no-stock': { orders: 1, revenue: 0 },
      'choreography cancelled cancelled': { orders: 1, revenue: 0 },
    };
    await until(async () => Object.keys(await counts()).length === 4 && (await counts())['hybrid confirmed']?.orders === 2, {
      what: 'everything is counted',
    });
    expect(await counts()).toEqual(expected);
  });

  it('counts an event once, however often it comes', async () => {
    const { orderId, facts } = order(5);
    const before = (await counts())['hybrid confirmed'] ?? { orders: 0, revenue: 0 };
    for (const id of ['again', 'again', 'other'].map((name) => `${orderId}-${name}`))
      await probe.tell(OrderConfirmed, orderId, { orderId }, { style: 'hybrid', facts, id });
    await until(async () => ((await counts())['hybrid confirmed']?.orders ?? 0) >= before.orders + 2, { what: 'both are counted' });
    expect((await counts())['hybrid confirmed']).toEqual({ orders: before.orders + 2, revenue: before.revenue + 10 });
  });

  it('documents what it answers', async () => {
    const { body } = await analytics.request<{ paths: object }>('GET', '/openapi.json');
    expect(body.paths).toHaveProperty('/minutes');
  });

  it.each(['0', 'many', '1441'])('refuses to look back %s minutes, with what to say', async (last) => {
    const { status, text } = await analytics.request('GET', `/minutes?last=${last}`);
    expect({ status, text }).toEqual({ status: 400, text: expect.stringContaining('from 1 to 1440') });
  });
});
