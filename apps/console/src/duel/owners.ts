import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { inventory, order, payment, sent, shipping } from '../api/client';
import { orUnknown } from '../api/problem';
import type { components as InventoryComponents } from '../api/rest/inventory';
import type { components as OrderComponents } from '../api/rest/order';
import type { components as PaymentComponents } from '../api/rest/payment';
import type { components as ShippingComponents } from '../api/rest/shipping';
import type { SagaDetail } from '../api/types';
import { billOf } from './ledger';

/** What the services themselves have of one order, in their own tables. */
export interface Own {
  readonly order: OrderComponents['schemas']['OrderView']['status'] | undefined;
  readonly payment: PaymentComponents['schemas']['PaymentView'] | undefined;
  readonly shipment: ShippingComponents['schemas']['ShipmentView'] | undefined;
}
export type Stock = InventoryComponents['schemas']['StockView'];
export interface Owners {
  readonly sides: readonly Own[];
  /** Of what both sides order: of all orders. */
  readonly stock: Stock | undefined;
}

/** @throws Refused where inventory cannot be asked */
export const stockOf = (sku: string): Promise<Stock | undefined> =>
  orUnknown(sent(inventory.GET('/stock/{sku}', { params: { path: { sku } } })));

async function ownOf(orderId: string, signal: AbortSignal): Promise<Own> {
  const params = { path: { orderId } };
  const [one, money, goods] = await Promise.all([
    orUnknown(sent(order.GET('/orders/{orderId}', { params, signal }))),
    orUnknown(sent(payment.GET('/payments/{orderId}', { params, signal }))),
    orUnknown(sent(shipping.GET('/shipments/{orderId}', { params, signal }))),
  ]);
  return { order: one?.status, payment: money, shipment: goods };
}

/** Asks the services what they have of each order, anew with each message; nothing until they have answered once. `latest`: they have answered since the last message. */
export function useOwners(sagas: readonly SagaDetail[]): { readonly owners: Owners | undefined; readonly latest: boolean } {
  const bill = sagas[0] && billOf(sagas[0]);
  const { data, isPlaceholderData } = useQuery({
    queryKey: ['owners', ...sagas.map(({ id, messages }) => `${id} ${messages}`)],
    queryFn: async ({ signal }): Promise<Owners> => ({
      sides: await Promise.all(sagas.map(({ id }) => ownOf(id, signal))),
      stock: bill && (await stockOf(bill.sku)),
    }),
    placeholderData: keepPreviousData,
    retry: true,
    retryDelay: 2_000,
  });
  return { owners: data, latest: !isPlaceholderData };
}
