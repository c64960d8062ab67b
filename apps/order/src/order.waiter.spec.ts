import { until } from '@duet/testbed';
import type { Order } from './order';
import type { OrderStore } from './order.store';
import { OrderWaiter } from './order.waiter';

describe('waiting for an order to end', () => {
  const committed = new Set<string>();
  const looks: (readonly string[])[] = [];
  const store = {
    endedOf: async (ids: readonly string[]) => {
      looks.push(ids);
      return ids.filter((id) => committed.has(id)).map((orderId) => ({ orderId }) as Order);
    },
  } as unknown as OrderStore;
  let waiter: OrderWaiter;
  beforeEach(() => {
    committed.clear();
    looks.length = 0;
    waiter = new OrderWaiter(store);
  });
  afterEach(() => waiter.onApplicationShutdown());

  it('ends for everybody who waits when the order does, though nobody said that it would', async () => {
    const both = Promise.all([waiter.ended('a', 60_000), waiter.ended('a', 60_000)]);
    committed.add('a');
    expect(await both).toEqual([{ orderId: 'a' }, { orderId: 'a' }]);
  });

  it('ends without the order when the time is over', async () => {
    expect(await waiter.ended('a', 1)).toBeUndefined();
  });

  it('looks at all that wait now and then, and at those that are about to end in between', async () => {
    const others = Array.from({ length: 100 }, (_, place) => waiter.ended(`other ${place}`, 60_000));
    const waited = waiter.ended('a', 60_000);
    waiter.ends('a');
    waiter.ends('nobody waits for this one');
    await until(() => looks.some((ids) => ids.length === 101), { what: 'a look at all' });
    await until(() => looks.some((ids) => ids.join() === 'a'), { what: 'a look at the one that is about to end' });
    committed.add('a');
    expect(await waited).toEqual({ orderId: 'a' });
    waiter.onApplicationShutdown();
    expect(await Promise.all(others)).toHaveLength(100);
  });
});
