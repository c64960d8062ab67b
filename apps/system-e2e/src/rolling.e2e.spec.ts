import { styles } from '@duet/message';
import { fate, unique } from '@duet/testbed';
import { audit } from './audit.fixture';
import { services, System } from './system.fixture';

jest.setTimeout(240_000);

/** What becomes of an order, in turns: every way to end it, in every style. */
const fates = [{}, fate.cardDeclined, {}, fate.noCarrier, {}];
const betweenOrdersMs = 100;

describe('a deploy of everything under load, one service after the other, each new process beside its old one for a while', () => {
  let system: System;
  beforeAll(async () => (system = await System.start()), 120_000);
  afterAll(() => system.stop());

  it('answers every request, loses no order and does nothing twice, though its readers share out their partitions again and again', async () => {
    const sku = unique();
    const stock = 5_000;
    await system.product(sku, stock);
    let isDeploying = true;
    const load = (async (): Promise<{ status: number; orderId: string }[]> => {
      const answers: Promise<{ status: number; orderId: string }>[] = [];
      for (let n = 0; isDeploying; n++) {
        const change = { style: styles[n % styles.length] ?? 'choreography', ...fates[n % fates.length], lines: [{ sku, quantity: 1 }] };
        answers.push(system.place(change).then(({ status, body }) => ({ status, orderId: body.orderId })));
        await new Promise((resolve) => setTimeout(resolve, betweenOrdersMs));
      }
      return Promise.all(answers);
    })();
    for (const name of services) await system.replace(name);
    isDeploying = false;
    const answers = await load;
    expect(answers.filter(({ status }) => status !== 202)).toEqual([]);
    const ended = await audit(system, { sku, stock, orders: answers.map(({ orderId }) => orderId) }, 90_000);
    expect(new Set(ended.map(({ status }) => status))).toEqual(new Set(['confirmed', 'rejected']));
  });
});
