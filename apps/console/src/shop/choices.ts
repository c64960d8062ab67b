/** A choice that makes an order go one way or another: no hidden switch, the world outside behaves so for these inputs, as real providers' test data do. */
export interface Choice {
  readonly value: string;
  readonly name: string;
  /** What it leads to. */
  readonly leadsTo: string;
}

export const cards = [
  { value: 'card_ok', name: 'works', leadsTo: 'is charged at once' },
  { value: 'card_declined', name: 'declined', leadsTo: 'is refused: what was reserved is released, and the order is rejected' },
  { value: 'card_slow', name: 'slow', leadsTo: 'is charged, but the provider takes 5 s to say so' },
  { value: 'card_flaky', name: 'flaky', leadsTo: 'fails twice, then works: payment tries again by itself' },
  { value: 'card_review', name: 'under review', leadsTo: 'waits at payment for a person: redrive or settle it on the page Parked' },
] as const satisfies readonly Choice[];

export const countries = [
  ...['CH', 'DE', 'FR', 'IT', 'AT', 'GB', 'US'].map((value) => ({ value, name: value, leadsTo: 'is served by a carrier' })),
  {
    value: 'AQ',
    name: 'AQ (Antarctica)',
    leadsTo: 'is served by no carrier: the money goes back, the stock is released, the order is rejected',
  },
] as const satisfies readonly Choice[];

export const styleChoices = [
  { value: 'choreography', name: 'choreography', leadsTo: 'nobody leads: each service acts on what it hears' },
  { value: 'orchestration', name: 'orchestration', leadsTo: 'the orchestrator asks each service, and decides what comes next' },
  { value: 'hybrid', name: 'hybrid', leadsTo: 'led as long as there is a way back, then by itself' },
] as const satisfies readonly Choice[];

/** More than any shop has in stock, and no more than an order may ask for. */
export const tooMany = 1_000_000;

/** What an order is to be chosen by. */
export interface Wish {
  readonly sku: string;
  readonly quantity: number;
  readonly card: string;
  readonly country: string;
}

/** The ways that an order can go, each by what is ordered. */
export const outcomes = [
  { value: 'well', name: 'all goes well', leadsTo: 'reserved, paid, shipped, confirmed', wish: {} },
  {
    value: 'card-declined',
    name: 'card declined',
    leadsTo: 'the card is refused after the stock was reserved',
    wish: { card: 'card_declined' },
  },
  { value: 'no-carrier', name: 'no carrier', leadsTo: 'nobody ships to AQ, after the money was taken', wish: { country: 'AQ' } },
  {
    value: 'no-stock',
    name: 'out of stock',
    leadsTo: `${tooMany.toLocaleString('en')} pieces are more than there are`,
    wish: { quantity: tooMany },
  },
  { value: 'slow-card', name: 'slow card', leadsTo: 'the provider takes 5 s: see who waits for whom', wish: { card: 'card_slow' } },
  { value: 'review', name: 'review', leadsTo: 'payment waits for a person', wish: { card: 'card_review' } },
] as const satisfies readonly (Choice & { readonly wish: Partial<Wish> })[];

/** An order of this product and so many of it that goes the way that was chosen. */
export const wishOf = (outcome: string, sku: string, quantity: number): Wish => ({
  ...{ sku, quantity, card: 'card_ok', country: 'CH' },
  ...outcomes.find(({ value }) => value === outcome)?.wish,
});

/** Which way an order goes that is of this, by what was ordered; undefined where it is none of those. */
export const outcomeOf = ({ quantity, card, country }: Omit<Wish, 'sku'>): string | undefined =>
  outcomes.find(({ value }) => {
    const wish = wishOf(value, '', quantity < tooMany ? quantity : 1);
    return wish.card === card && wish.country === country && wish.quantity === quantity;
  })?.value;
