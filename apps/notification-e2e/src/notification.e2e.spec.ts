import { randomUUID } from 'node:crypto';
import * as contracts from '@duet/contracts';
import { OrderConfirmed, OrderRejected, PaymentRefunded } from '@duet/contracts';
import { Probe } from '@duet/probe';
import { type RunningOutside, runningOutside, type RunningService, runningService, uniquePrefix, until } from '@duet/testbed';

jest.setTimeout(60_000);

describe('notification', () => {
  let outside: RunningOutside;
  let notification: RunningService;
  let probe: Probe;
  let orderId: string;
  beforeAll(async () => {
    const prefix = uniquePrefix();
    outside = await runningOutside();
    probe = await Probe.start({ prefix, process: 'place-order', service: 'notification', messages: contracts });
    notification = await runningService({ app: 'notification', prefix, env: { SMTP_URL: outside.smtpUrl, RETRY_AFTER: '200ms' } });
  });
  afterAll(async () => {
    await probe.stop();
    await notification.stop();
    await outside.stop();
  });
  beforeEach(() => (orderId = randomUUID()));
  const facts = { customerId: 'c-42' };
  const reason = (code: string) => ({ code, text: `because of ${code}` });
  const kinds = async () =>
    (await notification.request<{ items: { kind: string }[] }>('GET', `/notifications?orderId=${orderId}`)).body.items.map(
      ({ kind }) => kind,
    );
  const delivered = async () => (await outside.lines('mails')).filter(({ subject }) => String(subject).includes(orderId));
  const mailed = (expected: string[]) =>
    until(async () => JSON.stringify(await kinds()) === JSON.stringify(expected), {
      what: `mails ${expected.join(', ')} about ${orderId}`,
    });

  it('confirms an order, to the customer’s own address', async () => {
    await probe.tell(OrderConfirmed, orderId, { orderId }, { facts });
    await mailed(['confirmation']);
    expect((await delivered()).map(({ to }) => to)).toEqual([['c-42@customers.example']]);
  });

  it('says that an order could not be carried out, and why', async () => {
    await probe.tell(OrderRejected, orderId, { orderId, reason: reason('no-stock') }, { facts });
    await mailed(['rejection']);
    expect(JSON.stringify(await delivered())).toContain('because of no-stock');
  });

  it('says that an order is cancelled', async () => {
    await probe.tell(OrderRejected, orderId, { orderId, reason: reason('cancelled') }, { facts });
    await mailed(['cancellation']);
  });

  it('says that money was given back, and nothing where none was', async () => {
    await probe.tell(PaymentRefunded, orderId, { orderId, refunded: 0 }, { facts });
    await probe.tell(PaymentRefunded, orderId, { orderId, refunded: 1_250 }, { facts });
    await mailed(['refund']);
    expect(await delivered()).toHaveLength(1);
  });

  it('mails once about an event that comes twice', async () => {
    const message = probe.message(OrderConfirmed, orderId, { orderId }, { facts });
    await probe.send([message, message]);
    await probe.send([message, probe.message(OrderRejected, orderId, { orderId, reason: reason('test') }, { facts })]);
    await until(async () => (await kinds()).length === 2, { what: 'two mails' });
    expect((await kinds()).sort()).toEqual(['confirmation', 'rejection']);
    expect(await delivered()).toHaveLength(2);
  });

  it('keeps trying while the mail server is away', async () => {
    await outside.kill();
    await probe.tell(OrderConfirmed, orderId, { orderId }, { facts });
    const held = async () =>
      (await notification.request<{ items: { saga: string; reason: { code: string } | null }[] }>('GET', '/held')).body.items;
    await until(async () => (await held()).some(({ saga, reason }) => saga === orderId && reason?.code === 'MailServerUnavailable'), {
      what: 'the mail waits, with the reason',
    });
    expect(await kinds()).toEqual([]);
    await outside.restart();
    await mailed(['confirmation']);
  });

  it('mails nothing about a void refusal', async () => {
    await probe.tell(OrderRejected, orderId, { orderId, reason: reason('undone') }, { facts, void: true });
    await probe.tell(OrderConfirmed, orderId, { orderId }, { facts });
    await mailed(['confirmation']);
  });

  it('asks whose mails', async () => {
    expect((await notification.request('GET', '/notifications')).status).toBe(400);
    expect((await notification.request('GET', `/notifications?orderId=${randomUUID()}`)).body).toEqual({ items: [] });
  });
});
