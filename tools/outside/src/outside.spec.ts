import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { DamagedJournal } from './journal';
import { startOutside, type Outside } from './outside';

/** Jest's matchers are `any`; in an expected value they are nobody's type. */
const anyText: unknown = expect.any(String);

describe('the outside world', () => {
  let dataDir: string;
  let outside: Outside;
  const notes: string[] = [];
  const start = async (slow = 150) => {
    outside = await startOutside({ host: '127.0.0.1', port: 0, smtpPort: 0, dataDir, slow, log: (_, text) => void notes.push(text) });
  };

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'outside-'));
    notes.length = 0;
    await start();
  });
  afterEach(async () => {
    await outside.stop().catch(() => undefined);
    await rm(dataDir, { recursive: true });
  });

  const ask = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const answer = await fetch(outside.url + path, {
      method,
      headers,
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const said = (await answer.json()) as Record<string, unknown> & { items: Record<string, unknown>[] };
    return {
      status: answer.status,
      replayed: answer.headers.get('idempotent-replayed') === 'true',
      body: said,
      type: answer.headers.get('content-type'),
    };
  };
  const order = (more: object = {}) => ({ amount: 1250, currency: 'CHF', method: 'card_ok', reference: 'order-1', ...more });
  const charge = (key: string, more: object = {}) => ask('POST', '/payment/charges', order(more), { 'Idempotency-Key': key });
  const refund = (key: string) => ask('POST', '/payment/refunds/by-key', { key });
  const charges = async (reference = 'order-1') => (await ask('GET', `/payment/charges?reference=${reference}`)).body.items;
  const ship = (key: string, more: object = {}) =>
    ask('POST', '/carriers/shipments', { country: 'CH', postalCode: '8001', reference: 'order-1', ...more }, { 'Idempotency-Key': key });
  const cancel = (key: string) => ask('POST', '/carriers/cancellations/by-key', { key });
  const lines = async (file: string) =>
    (await readFile(join(dataDir, file), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('says that it is ready', async () => {
    expect(await ask('GET', '/health/ready')).toMatchObject({ status: 200, body: { status: 'ready' } });
  });

  describe('the payment provider', () => {
    it('charges card_ok, and can be asked for it', async () => {
      const { status, body } = await charge('k');
      expect(status).toBe(201);
      expect(body).toEqual({ chargeId: anyText, amount: 1250, currency: 'CHF' });
      expect(await charges()).toEqual([{ chargeId: body['chargeId'], key: 'k', ...order(), status: 'charged', refunded: 0, at: anyText }]);
      expect(await charges('order-2')).toEqual([]);
    });

    it.each([['card_declined'], ['card_of_a_dream']])('declines %s, also the second time', async (method) => {
      expect(await charge('k', { method })).toMatchObject({
        status: 402,
        body: { code: 'declined' },
        replayed: false,
        type: 'application/problem+json',
      });
      expect(await charge('k', { method })).toMatchObject({ status: 402, replayed: true });
      expect(await charges()).toMatchObject([{ status: 'declined', refunded: 0 }]);
    });

    it('takes its time with card_slow', async () => {
      const began = performance.now();
      expect((await charge('k', { method: 'card_slow' })).status).toBe(201);
      expect(performance.now() - began).toBeGreaterThan(140);
    });

    it('fails twice for each key of card_flaky, then charges once', async () => {
      const statuses = [];
      for (let n = 0; n < 4; n++) statuses.push((await charge('k', { method: 'card_flaky' })).status);
      expect(statuses).toEqual([503, 503, 201, 201]);
      expect((await charge('other', { method: 'card_flaky' })).status).toBe(503);
      expect(await charges()).toHaveLength(1);
    });

    it('wants to be talked to about card_review, however often it is asked, and keeps nothing of it', async () => {
      for (let n = 0; n < 2; n++)
        expect(await charge('k', { method: 'card_review' })).toMatchObject({ status: 403, body: { code: 'review' } });
      expect(await charges()).toHaveLength(0);
    });

    it('charges once for a key, however often it is asked', async () => {
      const first = await charge('k');
      expect(await charge('k')).toMatchObject({ status: 201, replayed: true, body: first.body });
      expect(await charges()).toHaveLength(1);
      expect(await lines('payments.jsonl')).toHaveLength(1);
    });

    it('answers a key that is in progress when the first is done, with the same answer', async () => {
      const both = await Promise.all([charge('k', { method: 'card_slow' }), charge('k', { method: 'card_slow' })]);
      expect(both.map(({ status }) => status)).toEqual([201, 201]);
      expect(both[0].body).toEqual(both[1].body);
      expect(both.filter(({ replayed }) => replayed)).toHaveLength(1);
      expect(await charges()).toHaveLength(1);
    });

    it('refuses a key with another request, done or in progress', async () => {
      const running = charge('slow', { method: 'card_slow' });
      expect(await charge('slow', { method: 'card_ok' })).toMatchObject({ status: 422, body: { code: 'key-reused' } });
      await charge('k');
      expect(await charge('k', { amount: 1 })).toMatchObject({ status: 422, body: { code: 'key-reused' } });
      await running;
    });

    it.each([
      [{ amount: 12.5 }],
      [{ amount: 0 }],
      [{ amount: '12' }],
      [{ currency: 'chf' }],
      [{ reference: '' }],
      [{ method: undefined }],
      [{ more: 1 }],
    ])('refuses a request with %j', async (more) => {
      expect(await charge('k', more)).toMatchObject({ status: 422, body: { code: 'invalid' } });
      expect(await charges()).toEqual([]);
    });

    it('refuses a request without a key, or that is no JSON', async () => {
      expect(await ask('POST', '/payment/charges', order())).toMatchObject({ status: 400, body: { code: 'no-key' } });
      expect(await ask('POST', '/payment/charges', '{', { 'Idempotency-Key': 'k' })).toMatchObject({
        status: 400,
        body: { code: 'not-json' },
      });
      expect(
        await ask('POST', '/payment/charges', { ...order(), reference: 'x'.repeat(70_000) }, { 'Idempotency-Key': 'k' }),
      ).toMatchObject({ status: 413 });
      expect(await ask('GET', '/nothing')).toMatchObject({ status: 404 });
      expect(await ask('GET', '/payment/refunds/by-key')).toMatchObject({ status: 405 });
    });
  });

  describe('a refund by key', () => {
    it('gives back what was charged, once, and says the same again', async () => {
      const { body } = await charge('k');
      expect(await refund('k')).toMatchObject({
        status: 200,
        replayed: false,
        body: { key: 'k', refunded: 1250, chargeId: body['chargeId'] },
      });
      expect(await refund('k')).toMatchObject({ status: 200, replayed: true, body: { refunded: 1250 } });
      expect(await charges()).toMatchObject([{ status: 'charged', refunded: 1250 }]);
    });

    it('closes a key that was never heard of: the charge that comes late is refused', async () => {
      expect(await refund('k')).toMatchObject({ status: 200, body: { refunded: 0 } });
      expect(await charge('k')).toMatchObject({ status: 409, body: { code: 'cancelled' } });
      expect(await charges()).toEqual([]);
    });

    it('closes a key in progress: the charge does not come to pass', async () => {
      const running = charge('k', { method: 'card_slow' });
      await charge('other');
      expect(await refund('k')).toMatchObject({ body: { refunded: 0 } });
      expect(await running).toMatchObject({ status: 409, body: { code: 'cancelled' } });
      expect(await charges()).toMatchObject([{ key: 'other' }]);
    });

    it('closes a key between two tries of card_flaky', async () => {
      await charge('k', { method: 'card_flaky' });
      expect(await refund('k')).toMatchObject({ body: { refunded: 0 } });
      expect(await charge('k', { method: 'card_flaky' })).toMatchObject({ status: 409 });
    });

    it('gives nothing back for a declined charge, and closes the key', async () => {
      await charge('k', { method: 'card_declined' });
      expect(await refund('k')).toMatchObject({ body: { refunded: 0 } });
      expect(await charge('k', { method: 'card_declined' })).toMatchObject({ status: 409 });
    });

    it('charged at once with its refund, ends without money moved', async () => {
      for (let n = 0; n < 20; n++) {
        const [charged, refunded] = await Promise.all([charge(`k${n}`), refund(`k${n}`)]);
        expect(refunded.body['refunded']).toBe(charged.status === 201 ? 1250 : 0);
      }
      for (const { amount, refunded } of await charges()) expect(refunded).toBe(amount);
    });
  });

  describe('the carriers', () => {
    it.each(['CH', 'DE', 'FR', 'IT', 'AT', 'GB', 'US'])('serve %s', async (country) => {
      expect(await ship('k', { country })).toMatchObject({
        status: 201,
        body: { shipmentId: anyText, carrier: anyText },
      });
    });

    it('do not serve AQ, and say it again', async () => {
      expect(await ship('k', { country: 'AQ' })).toMatchObject({
        status: 422,
        body: { code: 'no-carrier', detail: 'No carrier serves AQ.' },
      });
      expect(await ship('k', { country: 'AQ' })).toMatchObject({ status: 422, replayed: true, body: { code: 'no-carrier' } });
    });

    it('ship once for a key, and show it', async () => {
      const { body } = await ship('k');
      expect(await ship('k')).toMatchObject({ status: 201, replayed: true, body });
      expect((await ask('GET', '/carriers/shipments?reference=order-1')).body.items).toMatchObject([
        { ...body, key: 'k', country: 'CH', status: 'shipped' },
      ]);
    });

    it('cancel by key, before or after, and ship nothing under it any more', async () => {
      await ship('after');
      expect(await cancel('after')).toMatchObject({ status: 200, body: { cancelled: 1, shipmentId: anyText } });
      expect(await cancel('before')).toMatchObject({ status: 200, body: { cancelled: 0 } });
      expect(await ship('after')).toMatchObject({ status: 409, body: { code: 'cancelled' } });
      expect(await ship('before')).toMatchObject({ status: 409, body: { code: 'cancelled' } });
      expect((await ask('GET', '/carriers/shipments')).body.items).toMatchObject([{ key: 'after', status: 'cancelled' }]);
    });
  });

  describe('the mail server', () => {
    const send = (messageId: string, to = 'c-42@example.com') =>
      createTransport({ host: '127.0.0.1', port: outside.smtpPort }).sendMail({
        from: 'shop@example.com',
        to,
        subject: 'Your order',
        messageId,
        headers: { 'X-Reference': 'order-1' },
        text: 'It is on its way.',
      });
    const mails = async (query: string) => (await ask('GET', `/mails?${query}`)).body.items;

    it('keeps every mail with its Message-ID, also the same one twice', async () => {
      await send('<m-1@duet>');
      await send('<m-1@duet>');
      expect(await mails('to=c-42@example.com&reference=order-1')).toMatchObject([
        {
          messageId: '<m-1@duet>',
          from: 'shop@example.com',
          to: ['c-42@example.com'],
          subject: 'Your order',
          reference: 'order-1',
          source: expect.stringContaining('on its way') as unknown,
        },
        { messageId: '<m-1@duet>' },
      ]);
      expect(await mails('to=somebody@example.com')).toEqual([]);
      expect(await mails('reference=order-2')).toEqual([]);
    });

    it('refuses a mail that is too large, and goes on', async () => {
      const transport = createTransport({ host: '127.0.0.1', port: outside.smtpPort });
      await expect(transport.sendMail({ from: 'a@example.com', to: 'b@example.com', text: 'x'.repeat(300_000) })).rejects.toThrow(/552/);
      await send('<m-2@duet>');
      expect(await mails('')).toHaveLength(1);
    });
  });

  describe('after a crash', () => {
    const again = async () => {
      await outside.stop();
      await start();
    };

    it('knows what it answered', async () => {
      const { body } = await charge('k');
      await charge('refunded');
      await refund('refunded');
      await refund('closed');
      await ship('s');
      await again();
      expect(await charge('k')).toMatchObject({ status: 201, replayed: true, body });
      expect(await charge('refunded')).toMatchObject({ status: 409 });
      expect(await charge('closed')).toMatchObject({ status: 409 });
      expect(await refund('k')).toMatchObject({ body: { refunded: 1250 } });
      expect(await ship('s')).toMatchObject({ status: 201, replayed: true });
    });

    it('cuts off a line that was half written, says so, and can write behind it', async () => {
      await charge('k');
      await outside.stop();
      await appendFile(join(dataDir, 'payments.jsonl'), '{"at":"2026-01-01T00:00:00Z","what":"char');
      await start();
      expect(notes).toEqual([expect.stringMatching(/payments\.jsonl: cut off 41 bytes of a line that was half written/)]);
      expect(await charge('k2')).toMatchObject({ status: 201 });
      await again();
      expect(await charges()).toHaveLength(2);
    });

    it('does not start on a file that is damaged in the middle', async () => {
      await outside.stop();
      await writeFile(join(dataDir, 'shipments.jsonl'), 'not json\n{}\n');
      await expect(start()).rejects.toThrow(DamagedJournal);
    });
  });
});
