/** The body of `POST /orders`. */
export interface OrderRequest {
  readonly customerId: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly paymentMethod: string;
  readonly shipTo: { readonly country: string; readonly postalCode: string };
  readonly style: string;
}

/** An order that goes well: two bags of coffee to Zurich, a card that works. Say what is to be different. */
export const anOrder = (different: Partial<OrderRequest> = {}): OrderRequest => ({
  customerId: 'c-42',
  lines: [{ sku: 'espresso-beans', quantity: 2 }],
  paymentMethod: 'card_ok',
  shipTo: { country: 'CH', postalCode: '8001' },
  style: 'choreography',
  ...different,
});

/** What makes an order fail, and where: no hidden switches, the outside world behaves so for these inputs. */
export const fate = {
  cardDeclined: { paymentMethod: 'card_declined' },
  cardSlow: { paymentMethod: 'card_slow' },
  cardFlaky: { paymentMethod: 'card_flaky' },
  /** Waits at payment for a person. */
  cardReview: { paymentMethod: 'card_review' },
  noCarrier: { shipTo: { country: 'AQ', postalCode: '9999' } },
} as const satisfies Record<string, Partial<OrderRequest>>;

/** What an order that was placed tells the world: the facts that its saga starts with. Say what is to be different. */
export const aPlacedOrder = <Different extends object = object>(different: Different = {} as Different) => ({
  orderId: '7f3f1c52-1d0f-4a5e-9d53-0d0c1f2e3a4b',
  customerId: 'c-42',
  lines: [{ sku: 'beans', quantity: 2, price: 1_999 }],
  total: 3_998,
  currency: 'CHF',
  paymentMethod: 'card_ok',
  shipTo: { country: 'CH', postalCode: '8001' },
  ...different,
});
