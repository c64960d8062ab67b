import { unique, until } from '@duet/testbed';
import { type SagaView, System } from './system.fixture';

jest.setTimeout(120_000);

describe('what a person can do about a saga', () => {
  let system: System;
  let sku: string;
  beforeAll(async () => {
    // A call that fails is parked soon.
    system = await System.start({ orchestrator: 2 }, { RETRY_AFTER: '50ms', PARK_AFTER: '3' });
  });
  afterAll(() => system.stop());
  beforeEach(async () => {
    sku = unique();
    await system.product(sku, 10, 1_000);
  });
  const place = (change: object = {}, wait = 0) =>
    system.place({ style: 'orchestration', lines: [{ sku, quantity: 2 }], ...change }, { wait });
  const sagaIs = async (orderId: string, status: string): Promise<SagaView> => {
    await until(async () => (await system.saga(orderId)).body.status === status, { what: `the saga is ${status}`, deadline: 30_000 });
    return (await system.saga(orderId)).body;
  };
  /** Cancelled while its card is slow, and then the provider is gone: nobody can refund. */
  const stuck = async (): Promise<SagaView> => {
    const { orderId } = (await place({ paymentMethod: 'card_slow' })).body;
    await until(async () => (await system.saga(orderId)).body.step === 'payment.ProcessPayment', { what: 'the payment is asked for' });
    await system.outside.kill();
    await system.cancel(orderId);
    await sagaIs(orderId, 'compensation_failed');
    await until(async () => (await system.saga(orderId)).body.steps[0]?.state === 'undone', {
      what: 'the other undo is carried out all the same',
    });
    expect(await system.stock(sku)).toEqual({ available: 10, reserved: 0, shipped: 0 });
    return (await system.saga(orderId)).body;
  };

  it('an undo that keeps failing is shown as residue; done by hand, with a note, it ends the saga', async () => {
    const { id: orderId, residue } = await stuck();
    expect(residue).toMatchObject([{ command: 'payment.ProcessPayment', service: 'payment', undo: 'payment.RefundPayment' }]);
    const { body: left } = await system.get<{ items: { saga: string }[] }>('orchestrator', '/residue');
    expect(left.items).toMatchObject([{ saga: orderId, command: 'payment.ProcessPayment' }]);
    expect((await system.order(orderId)).status).toBe('placed');

    const wrong = await system.operate(orderId, 'done', {
      command: 'payment.RefundPayment',
      body: { orderId },
      note: 'nothing was charged',
    });
    expect(wrong).toMatchObject({ status: 422 });
    const body = { command: 'payment.RefundPayment', body: { orderId, refunded: 0 }, note: 'nothing was charged, says the bank' };
    expect(await system.operate(orderId, 'done', body)).toMatchObject({ status: 200, body: { sent: [{ ask: 'settled' }] } });
    const ended = await sagaIs(orderId, 'compensated');
    expect(ended.residue).toEqual([]);
    expect(ended.history.find(({ actor }) => actor === 'zoe')?.text).toContain('nothing was charged, says the bank');
    expect(await system.ended(orderId)).toMatchObject({ status: 'cancelled' });
    expect((await system.operate(orderId, 'done', body)).status).toBe(409);
    await system.outside.restart();
  });

  it('an undo that keeps failing is tried again now, once its provider is back', async () => {
    const { id: orderId } = await stuck();
    await system.outside.restart();
    expect(await system.operate(orderId, 'retry', {})).toMatchObject({
      status: 200,
      body: { sent: [{ command: 'payment.RefundPayment', ask: 'now' }] },
    });
    await sagaIs(orderId, 'compensated');
    expect(await system.ended(orderId)).toMatchObject({ status: 'cancelled' });
  });

  it('a paused saga asks for nothing more until it is resumed', async () => {
    const { orderId } = (await place({ paymentMethod: 'card_slow' })).body;
    await until(async () => (await system.saga(orderId)).body.step === 'payment.ProcessPayment', { what: 'the payment is asked for' });
    expect((await system.operate(orderId, 'pause')).body.saga.status).toBe('paused');
    expect((await system.operate(orderId, 'pause')).status).toBe(200);
    expect(await system.operate(orderId, 'retry', {})).toMatchObject({ status: 409, body: { code: 'paused' } });
    await until(async () => (await system.saga(orderId)).body.steps[1]?.state === 'done', { what: 'the payment is heard all the same' });
    expect((await system.saga(orderId)).body.steps[2]?.state).toBe('open');
    expect((await system.operate(orderId, 'resume')).body.saga.status).toBe('running');
    expect(await system.ended(orderId)).toMatchObject({ status: 'confirmed' });
    await sagaIs(orderId, 'completed');
  });

  it('what makes no sense is refused with a reason, and nobody acts without a name', async () => {
    const { orderId } = (await place({}, 20)).body;
    await sagaIs(orderId, 'completed');
    for (const what of ['cancel', 'pause', 'retry'])
      expect((await system.operate(orderId, what, what === 'pause' ? undefined : {})).status).toBe(409);
    expect((await system.operate(orderId, 'cancel', {}, '')).status).toBe(400);
    expect((await system.operate('nothing', 'cancel', {})).status).toBe(404);
  });

  it('sagas are found by state, style, age, step and what they know', async () => {
    const { orderId } = (await place({ customerId: sku }, 20)).body;
    await sagaIs(orderId, 'completed');
    const found = async (query: string) =>
      (await system.get<{ items: { id: string }[] }>('orchestrator', `/sagas?fact=customerId:${sku}${query}`)).body.items?.map(
        ({ id }) => id,
      );
    for (const query of ['', '&status=completed', '&style=orchestration', '&olderThan=1ms', '&fact=shipTo.country:CH']) {
      expect(await found(query)).toEqual([orderId]);
    }
    for (const query of ['&status=running', '&style=hybrid', '&olderThan=1h', '&step=shipping.ShipOrder', '&fact=shipTo.country:DE']) {
      expect(await found(query)).toEqual([]);
    }
    for (const query of ['status=x', 'olderThan=soon', 'fact=x', 'limit=0']) {
      expect((await system.get('orchestrator', `/sagas?${query}`)).status).toBe(400);
    }
  });

  it('the orchestrator documents itself', async () => {
    const { body } = await system.get<{ openapi: string; paths: object }>('orchestrator', '/openapi.json');
    expect(body.openapi).toMatch(/^3\.1/);
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining(['/sagas', '/sagas/{id}', '/sagas/{id}/cancel', '/sagas/{id}/retry', '/sagas/{id}/done', '/residue']),
    );
  });

  it('when one of two orchestrators is killed in the middle of compensating, the other brings every saga to its end', async () => {
    const orders = await Promise.all(
      Array.from({ length: 5 }, () => place({ lines: [{ sku, quantity: 1 }], shipTo: { country: 'AQ', postalCode: '0' } })),
    );
    await until(
      async () =>
        (await Promise.all(orders.map(({ body }) => system.saga(body.orderId)))).some(({ body }) => body.status === 'compensating'),
      { what: 'one is being compensated' },
    );
    await system.kill('orchestrator');
    for (const { body } of orders) {
      expect(await system.ended(body.orderId)).toMatchObject({ status: 'rejected', reason: { code: 'no-carrier' } });
      expect((await sagaIs(body.orderId, 'compensated')).residue).toEqual([]);
    }
    expect(await system.stock(sku)).toEqual({ available: 10, reserved: 0, shipped: 0 });
  });

  it('without any orchestrator choreographed orders go on; orchestrated ones wait, and then finish', async () => {
    await system.kill('orchestrator');
    const waiting = (await place()).body;
    expect((await place({ style: 'choreography' }, 20)).body.status).toBe('confirmed');
    expect((await system.order(waiting.orderId)).status).toBe('placed');
    await system.add('orchestrator');
    expect(await system.ended(waiting.orderId)).toMatchObject({ status: 'confirmed' });
  });
});
