import { type Style, styles } from '@duet/message';
import { unique, until } from '@duet/testbed';
import { audit } from './audit.fixture';
import { Line } from './line.fixture';
import { System } from './system.fixture';

jest.setTimeout(120_000);

/** The moment of its outside call at which shipping dies. Each is a place where goods are sent to, so that the line to the carriers can tell them apart. */
const moments = {
  'before its call': '1000',
  'in its call, which the carriers have not heard of': '2000',
  'in its call, which the carriers have not heard of, and it does not reach them again': '3000',
  'in its call, when they have shipped': '4000',
  'in its call, when they have shipped, and it does not reach them again': '5000',
  'when its call was answered': '6000',
} as const;
type Moment = keyof typeof moments;
const allMoments = Object.keys(moments) as Moment[];

/** Orders of each style for each moment. */
const each = 3;
const stock = allMoments.length * styles.length * each;
/** Long enough for all orders to come to shipping, and short enough to wait for. */
const deadline = '8s';

/**
 * Shipping owns the pivot, and dies when it alone knows, or nobody does, whether there is still a way back. It stays dead beyond every deadline, so that in every style
 * somebody has asked for the order to be cancelled when it comes back.
 */
describe('when shipping was dead over the deadline', () => {
  let system: System;
  let line: Line;
  let sku: string;
  const placed: { readonly moment: Moment; readonly style: Style; readonly orderId: string }[] = [];
  const place = async (moment: Moment): Promise<void> => {
    const orders = styles.flatMap((style) => Array.from({ length: each }, () => style));
    await Promise.all(
      orders.map(async (style) => {
        const shipTo = { country: 'CH', postalCode: moments[moment] };
        const { body } = await system.place({ style, lines: [{ sku, quantity: 1 }], shipTo });
        placed.push({ moment, style, orderId: body.orderId });
      }),
    );
  };
  const cancelAsked = async ({ style, orderId }: (typeof placed)[number]): Promise<boolean> => {
    const { status, history = [] } = await system.order(orderId);
    if (status !== 'placed') return true;
    if (style === 'choreography') return history.some(({ type }) => type === 'order.OrderCancelRequested');
    return (await system.saga(orderId)).body.steps.some(
      ({ command, backState }) => command === 'shipping.ShipOrder' && backState === 'asked',
    );
  };

  beforeAll(async () => {
    const env = { WITHIN_AT_MOST: deadline, ORDER_DEADLINE: deadline, TIMER_EVERY: '100ms' };
    system = await System.start({}, env, async (carriers) => (line = await Line.start(carriers)).url);
    sku = unique();
    await system.product(sku, stock);
    for (const postalCode of ['2000', '3000']) line.rule(postalCode, 'unheard');
    for (const postalCode of ['4000', '5000', '6000']) line.rule(postalCode, 'unanswered');
    await Promise.all(allMoments.slice(1).map(place));
    await until(() => line.kept.size === placed.length, { what: 'shipping is in all its calls' });
    line.rule('6000', 'open');
    await until(() => line.answered.size === styles.length * each, { what: 'those that were to be answered are' });
    await system.kill('shipping');
    await place('before its call');
    for (const postalCode of ['2000', '4000']) line.rule(postalCode, 'open');
    for (const order of placed)
      await until(() => cancelAsked(order), { what: `somebody asks to cancel ${order.orderId}`, deadline: 30_000 });
    await system.add('shipping', { CARRIER_TIMEOUT: '1s' });
  }, 120_000);
  afterAll(async () => {
    await system.stop();
    await line.stop();
  });

  describe.each(styles)('%s,', (style) => {
    it.each(allMoments)('having died %s, each order ends for one reason', async (moment) => {
      const never = moment.endsWith('again');
      for (const { orderId } of placed.filter((order) => order.style === style && order.moment === moment)) {
        const { status, reason } = await system.ended(orderId);
        // Where the carriers can be reached it may go either way: shipping calls again, or is asked first whether there is a way back.
        if (never || status !== 'confirmed') expect({ status, code: reason?.code }).toEqual({ status: 'rejected', code: 'timeout' });
        // What has gone out is called back by the key of a call whose answer never came.
        if (never)
          expect(await system.outsideSays('shipments', orderId)).toEqual(moments[moment] === '5000' ? ['shipped', 'cancelled'] : []);
      }
    });
  });

  it('each is shipped and paid, or neither, in all books, and nothing waits any more', async () => {
    const ended = await audit(system, { sku, stock, orders: placed.map(({ orderId }) => orderId) });
    // Both ends have been there, so the books could have been wrong either way.
    expect(new Set(ended.map(({ status }) => status))).toEqual(new Set(['confirmed', 'rejected']));
  });
});
