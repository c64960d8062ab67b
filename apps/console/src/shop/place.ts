import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { observer, order, sent, told } from '../api/client';
import type { components } from '../api/rest/order';
import type { SagaDetail, Style } from '../api/types';
import { billOf } from '../duel/ledger';
import type { Wish } from './choices';

type Placed = components['schemas']['OrderView'];
type Product = components['schemas']['ProductView'];

/** The customer that orders from here are of. */
const customerId = 'console';

/**
 * Places a real order. The same key names the same order: asked again, nothing is ordered twice.
 * @throws Refused
 */
export const placed = (key: string, { sku, quantity, card, country }: Wish, style: Style): Promise<Placed> =>
  sent(
    order.POST('/orders', {
      params: { header: { 'Idempotency-Key': key } },
      body: {
        ...{ customerId, lines: [{ sku, quantity }], paymentMethod: card, style },
        shipTo: { country, postalCode: country === 'CH' ? '8001' : '10115' },
      },
    }),
  );

/** What can be ordered. */
export const useProducts = (): UseQueryResult<Product[]> =>
  useQuery({
    queryKey: ['products'],
    queryFn: async ({ signal }) => (await sent(order.GET('/products', { signal }))).items,
    staleTime: 60_000,
  });

/** The saga with this id, of whatever process; null while the observer has not heard of it. */
export async function sagaOf(id: string, signal: AbortSignal): Promise<SagaDetail | null> {
  const { items } = await told(observer.GET('/api/sagas', { params: { query: { id, limit: '1' } }, signal }));
  const row = items.find((one) => one.id === id);
  if (!row) return null;
  return told(observer.GET('/api/sagas/{process}/{id}', { params: { path: { process: row.process, id } }, signal }));
}

/** What an order of one product was placed with, as its saga knows it; undefined where it is none. */
export function wishIn({ facts }: Pick<SagaDetail, 'facts'>): Wish | undefined {
  const bill = billOf({ facts });
  const { paymentMethod: card, shipTo } = facts as { paymentMethod?: unknown; shipTo?: { country?: unknown } };
  const country = shipTo?.country;
  return bill && typeof card === 'string' && typeof country === 'string'
    ? { sku: bill.sku, quantity: bill.quantity, card, country }
    : undefined;
}
