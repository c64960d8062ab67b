import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { styles } from '@duet/message';
import { fate, unique, workspaceRoot } from '@duet/testbed';
import { services, System } from './system.fixture';

jest.setTimeout(120_000);

const kinds = [{}, fate.cardDeclined, fate.noCarrier, fate.cardFlaky, fate.cardSlow, {}];
const wave = kinds.flatMap((kind) => styles.map((style) => ({ ...kind, style })));

describe('npm run audit', () => {
  let system: System;
  let sku: string;
  const orders: string[] = [];
  beforeAll(async () => {
    system = await System.start();
    sku = unique();
    await system.product(sku, 10_000);
  }, 120_000);
  afterAll(() => system.stop());

  const place = async (): Promise<void> => {
    const placed = await Promise.all(wave.map((order) => system.place({ ...order, lines: [{ sku, quantity: 2 }] })));
    orders.push(...placed.map(({ body }) => body.orderId));
  };

  /** What the command prints, and its exit code. */
  const audit = (...args: string[]): Promise<{ code: number; text: string }> => {
    const urls = Object.fromEntries(services.map((name) => [`AUDIT_${name.toUpperCase()}_DATABASE_URL`, system.urls[name]]));
    const entry = resolve(workspaceRoot, 'tools/audit/audit.mjs');
    return new Promise((done) => {
      execFile(
        process.execPath,
        [entry, '--no-build', '--outside', system.outside.folder, ...args],
        { env: { ...process.env, ...urls } },
        (error, stdout, stderr) => done({ code: Number(error?.code ?? 0), text: stdout + stderr }),
      );
    });
  };

  it('finds nothing wrong while orders of all kinds and styles are on their way', async () => {
    let done = false;
    const looking = audit('--grace', '1').finally(() => (done = true));
    while (!done) await place();
    const { code, text } = await looking;
    expect({ code, text }).toEqual({ code: 0, text: expect.stringContaining('clean, as it runs') });
    expect(text).toMatch(/[1-9]\d* open/);
  });

  it('finds nothing wrong when all have ended', async () => {
    for (const orderId of orders) await system.ended(orderId);
    const look = (): ReturnType<typeof audit> => audit('--settled', '--stocked', `${sku}=10000`);
    const end = Date.now() + 30_000;
    let last = await look();
    while (last.code === 1 && Date.now() < end) last = await look();
    expect(last).toEqual({ code: 0, text: expect.stringContaining(`${orders.length.toLocaleString('en-US')} orders: `) });
  });

  it('names the order, the rule and the evidence when a payment is lost', async () => {
    const [paid = ''] = (
      await system.sql<{ id: string }>('payment', `select order_id as id from payment where status = 'charged' limit 1`)
    ).map(({ id }) => id);
    await system.sql('payment', 'delete from payment where order_id = $1', [paid]);
    const { code, text } = await audit('--grace', '1');
    expect(code).toBe(1);
    expect(text).toContain(`P3-shipped-paid  order ${paid}: it was shipped; inventory says issued, payment nothing, shipping shipped`);
    expect(text).toContain('WRONG: 1 orders or products');
    expect((await audit('--order', paid, '--grace', '0.1')).text).toContain('WRONG P3-shipped-paid');
  });
});
