import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { inventory, order, payment, sent, shipping } from '../api/client';
import { orUnknown, Refused } from '../api/problem';
import type { components as InventoryComponents } from '../api/rest/inventory';
import type { components as OrderComponents } from '../api/rest/order';
import type { components as PaymentComponents } from '../api/rest/payment';
import type { components as ShippingComponents } from '../api/rest/shipping';
import type { SagaDetail } from '../api/types';
import { billOf } from './ledger';

/** What a service says when it is asked: what it has, nothing, or nothing at all. */
export type Said<T> = T | undefined | 'silent';

/** What the services themselves have of one order, in their own tables. */
export interface Own {
  readonly order: Said<OrderComponents['schemas']['OrderView']['status']>;
  readonly payment: Said<PaymentComponents['schemas']['PaymentView']>;
  readonly shipment: Said<ShippingComponents['schemas']['ShipmentView']>;
}
export type Stock = InventoryComponents['schemas']['StockView'];
export interface Owners {
  readonly sides: readonly Own[];
  /** Of what both sides order: of all orders. */
  readonly stock: Said<Stock>;
}

/** @throws Refused where inventory cannot be asked */
export const stockOf = (sku: string): Promise<Stock | undefined> =>
  orUnknown(sent(inventory.GET('/stock/{sku}', { params: { path: { sku } } })));

/** A service that is away may be one that the duel is about. */
const orSilent = <T>(asked: Promise<T>): Promise<Said<T>> =>
  orUnknown(asked).catch((error: unknown) => {
    if (error instanceof Refused) return 'silent';
    throw error;
  });

async function ownOf(orderId: string, signal: AbortSignal): Promise<Own> {
  const params = { path: { orderId } };
  const [one, money, goods] = await Promise.all([
    orSilent(sent(order.GET('/orders/{orderId}', { params, signal }))),
    orSilent(sent(payment.GET('/payments/{orderId}', { params, signal }))),
    orSilent(sent(shipping.GET('/shipments/{orderId}', { params, signal }))),
  ]);
  return { order: one === 'silent' ? one : one?.status, payment: money, shipment: goods };
}

/** Asks the services what they have of each order, anew with each message; nothing until they have answered once. `latest`: they have answered since the last message. */
export function useOwners(sagas: readonly SagaDetail[]): { readonly owners: Owners | undefined; readonly latest: boolean } {
  const bill = sagas[0] && billOf(sagas[0]);
  const { data, isPlaceholderData } = useQuery({
    queryKey: ['owners', ...sagas.map(({ id, messages }) => `${id} ${messages}`)],
    queryFn: async ({ signal }): Promise<Owners> => ({
      sides: await Promise.all(sagas.map(({ id }) => ownOf(id, signal))),
      stock: bill && (await orSilent(stockOf(bill.sku))),
    }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data && isComplete(state.data) ? false : 3_000),
  });
  return { owners: data, latest: !isPlaceholderData };
}

/** Whether everybody has answered. */
export const isComplete = ({ sides, stock }: Owners): boolean =>
  stock !== 'silent' && sides.every(({ order: one, payment: money, shipment: goods }) => ![one, money, goods].includes('silent'));
