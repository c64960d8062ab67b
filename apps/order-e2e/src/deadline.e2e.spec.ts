import { randomUUID } from 'node:crypto';
import * as contracts from '@duet/contracts';
import { ConfirmOrder, OrderShipped, RejectOrder, ShipmentCancelled } from '@duet/contracts';
import { MessageFreed, MessageParked, type Style, styles } from '@duet/message';
import { Probe } from '@duet/probe';
import { anOrder, query, type RunningService, runningService, testDatabase, type TestDatabase, uniquePrefix, until } from '@duet/testbed';

jest.setTimeout(60_000);

interface OrderView {
  readonly orderId: string;
  readonly status: string;
  readonly reason?: { readonly code: string };
  readonly history: readonly { readonly type: string; readonly reason?: { readonly code: string; readonly text: string } }[];
}

const deadlineMs = 1_000;
const env = { ORDER_DEADLINE: `${deadlineMs}ms`, TIMER_EVERY: '100ms', RETRY_AFTER: '200ms' };
const placed = 'order.OrderPlaced';
const asked = 'order.OrderCancelRequested';

describe("an order's own deadline", () => {
  let order: RunningService;
  let probe: Probe;
  let database: TestDatabase;
  const prefix = uniquePrefix();
  beforeAll(async () => {
    probe = await Probe.start({ prefix, process: 'place-order', service: 'order', messages: contracts });
    database = await testDatabase('order');
    order = await runningService({ app: 'order', prefix, database, env });
  });
  afterAll(async () => {
    await probe.stop();
    await order.stop();
    await database.drop();
  });
  const place = async (style: Style = 'choreography'): Promise<string> => {
    const headers = { 'Idempotency-Key': randomUUID() };
    return (await order.request<OrderView>('POST', '/orders', { body: anOrder({ style }), headers })).body.orderId;
  };
  const get = async (orderId: string): Promise<OrderView> =>
    (await order.request<OrderView>('GET', `/orders/${orderId}?expand=history`)).body;
  const noted = async (orderId: string): Promise<string[]> => (await get(orderId)).history.map(({ type }) => type);
  const timersOf = (orderId: string): Promise<unknown[]> => query(database.url, 'select 1 from duet.timer where saga_id = $1', [orderId]);
  const timeout = { code: 'timeout', text: expect.stringMatching(/^the order had not ended \d+ s after it was placed$/) as string };

  it('asks for it to be cancelled, with all that the saga knows, and tells its customer', async () => {
    const orderId = await place();
    const [start, request] = await probe.hears(orderId, [placed, asked]);
    expect(request).toMatchObject({ style: 'choreography', body: { orderId, reason: timeout }, facts: start?.body });
    expect(Date.parse(request?.time ?? '') - Date.parse(start?.time ?? '')).toBeGreaterThanOrEqual(deadlineMs);
    await until(async () => (await noted(orderId)).includes(asked), { what: 'the request is in its history' });
    expect((await get(orderId)).history.find(({ type }) => type === asked)?.reason).toEqual(timeout);
    await probe.tell(ShipmentCancelled, orderId, { orderId, reason: { code: 'timeout', text: 'too late' } });
    await probe.hears(orderId, [placed, asked, 'order.OrderRejected']);
    expect(await get(orderId)).toMatchObject({ status: 'rejected', reason: { code: 'timeout' } });
    expect(await timersOf(orderId)).toEqual([]);
  });

  it('passes again and again, ever later, until the order has ended: each request is a message of its own', async () => {
    const orderId = await place();
    const [start, ...requests] = await probe.hears(orderId, [placed, asked, asked, asked]);
    expect(requests.map(({ ask }) => ask)).toEqual([undefined, 'again', 'again']);
    const times = [start, ...requests].map((event) => Date.parse(event?.time ?? ''));
    const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    for (const [index, wait] of waits.entries()) expect(wait).toBeGreaterThanOrEqual(deadlineMs * 2 ** index);
    expect(await timersOf(orderId)).toHaveLength(1);
    await probe.tell(ConfirmOrder, orderId, { orderId });
    await until(async () => (await timersOf(orderId)).length === 0, { what: 'the deadline ends with the order' });
  });

  it('that has passed does not end it: what was shipped all the same is confirmed, and then nothing more is asked', async () => {
    const orderId = await place();
    await probe.hears(orderId, [placed, asked]);
    await probe.tell(OrderShipped, orderId, { orderId, shipmentId: 's', carrier: 'c' });
    await until(async () => (await get(orderId)).status === 'confirmed', { what: 'it is confirmed' });
    expect(await timersOf(orderId)).toEqual([]);
    await probe.hears(orderId, [placed, asked, 'order.OrderConfirmed']);
  });

  it('asks also when its customer has asked before: the one is not taken for the other', async () => {
    const orderId = await place();
    await order.request('POST', `/orders/${orderId}/cancel`);
    const [, customers, own] = await probe.hears(orderId, [placed, asked, asked]);
    expect([customers?.body, own?.body]).toMatchObject([{ reason: { code: 'cancelled' } }, { reason: timeout }]);
  });

  it('ends with the order: nothing is asked of one that has ended in time', async () => {
    const [confirmed, rejected] = [await place(), await place()];
    await probe.tell(ConfirmOrder, confirmed, { orderId: confirmed });
    await probe.tell(RejectOrder, rejected, { orderId: rejected, reason: { code: 'no-stock', text: 'for a test' } });
    await probe.hears(confirmed, [placed, 'order.OrderConfirmed']);
    await probe.hears(rejected, [placed, 'order.OrderRejected']);
    for (const orderId of [confirmed, rejected]) expect(await timersOf(orderId)).toEqual([]);
    await probe.hears(await place(), [placed, asked]);
    await probe.hears(confirmed, [placed, 'order.OrderConfirmed']);
    await probe.hears(rejected, [placed, 'order.OrderRejected']);
  });

  it.each(['orchestration', 'hybrid'] as const)('is none where the orchestrator holds the deadline: %s', async (style) => {
    const led = await place(style);
    expect(await timersOf(led)).toEqual([]);
    await probe.hears(await place(), [placed, asked]);
    await probe.hears(led, [placed]);
  });

  it('passes also while the service is down; it hears first what was said meanwhile', async () => {
    const [silent, shipped] = [await place(), await place()];
    await probe.hears(shipped, [placed]);
    await order.process.kill('SIGKILL');
    await probe.tell(OrderShipped, shipped, { orderId: shipped, shipmentId: 's', carrier: 'c' });
    await until(async () => (await query(database.url, 'select 1 from duet.timer having max(due_at) < clock_timestamp()')).length === 1, {
      what: 'both are overdue',
      deadline: 30_000,
    });
    order = await runningService({ app: 'order', prefix, database, env });
    await probe.hears(silent, [placed, asked]);
    await probe.hears(shipped, [placed, 'order.OrderConfirmed']);
  });
});

describe('an order that waits for a person', () => {
  let order: RunningService;
  let probe: Probe;
  beforeAll(async () => {
    const prefix = uniquePrefix();
    probe = await Probe.start({ prefix, process: 'place-order', service: 'order', messages: contracts });
    order = await runningService({ app: 'order', prefix, env: { RETRY_AFTER: '200ms' } });
  });
  afterAll(async () => {
    await probe.stop();
    await order.stop();
  });
  const place = async (style: Style): Promise<string> => {
    const headers = { 'Idempotency-Key': randomUUID() };
    return (await order.request<OrderView>('POST', '/orders', { body: anOrder({ style }), headers })).body.orderId;
  };
  const history = async (orderId: string): Promise<OrderView['history']> =>
    (await order.request<OrderView>('GET', `/orders/${orderId}?expand=history`)).body.history;
  const about = { service: 'payment', command: 'payment.RefundPayment', messageId: 'm' };
  const parked = { ...about, role: 'undo' as const, code: 'ProviderUnavailable', text: 'nobody answers' };

  it.each(styles)('says so in its history, and when it does not any more: %s', async (style) => {
    const orderId = await place(style);
    await probe.tell(MessageParked, orderId, parked, { style });
    await probe.tell(MessageFreed, orderId, { ...about, by: 'redrive' }, { style });
    await until(async () => (await history(orderId)).length === 3, { what: 'both are noted' });
    expect((await history(orderId)).slice(1)).toMatchObject([
      {
        type: 'duet.MessageParked',
        reason: {
          code: 'needs-a-person',
          text: 'needs a person: payment.RefundPayment waits at payment (GET /held?state=parked), since ProviderUnavailable: nobody answers',
        },
      },
      { type: 'duet.MessageFreed', reason: { code: 'redrive' } },
    ]);
  });

  it('says so also where it is this service that waits', async () => {
    const orderId = await place('choreography');
    await probe.tell(ConfirmOrder, orderId, { orderId });
    await probe.tell(RejectOrder, orderId, { orderId, reason: { code: 'no-stock', text: 'for a test' } });
    const entry = async () => (await history(orderId)).find(({ type }) => type === 'duet.MessageParked');
    await until(async () => (await entry()) !== undefined, { what: 'it is noted' });
    expect((await entry())?.reason?.text).toContain('order.RejectOrder waits at order');
  });

  it('is none of another process, and no order at all', async () => {
    const orderId = await place('choreography');
    const heard = async () =>
      (await order.request('GET', '/metrics')).text.match(/^duet_handled_total\{task="duet.MessageParked".*\} (\d+)$/m)?.[1];
    const before = Number(await heard());
    await probe.tell(MessageParked, orderId, parked, { process: 'return-order' });
    await probe.tell(MessageParked, 'no-order', parked);
    await until(async () => Number(await heard()) === before + 2, { what: 'both are heard' });
    expect((await history(orderId)).map(({ type }) => type)).toEqual([placed]);
  });
});

it('a deadline that is none stops the start with a sentence', async () => {
  await expect(runningService({ app: 'order', env: { ORDER_DEADLINE: '0s' } })).rejects.toThrow(
    "ORDER_DEADLINE must be a time from 100ms to 30d with its unit, like 250ms, 10s, 5m, 1h or 7d, but is '0s'.",
  );
});
