import type { Dossier, LineRecord, ReservationRecord, StockRecord } from '../dossier';
import type { Finding, Rule, RuleText } from '../rule';

/** P4, order by order. */
export const stock: readonly Rule[] = [
  {
    code: 'P4-lines',
    says: 'what is reserved for an order is what was ordered',
    reads: 'inventory: reservation · order: orders',
    shows: 'both lists',
    holds: 'always',
    judges: ['inventory'],
    check({ order, reservation }, say) {
      if (order && reservation && !same(order.lines, reservation.lines))
        say(`ordered: ${list(order.lines)}; in the reservation: ${list(reservation.lines)}`);
    },
  },
];

/** P4, product by product: at every moment, also while orders are on their way, since inventory's tables are read at one moment. */
export const stockRules = {
  reserved: {
    code: 'P4-reserved',
    says: 'of each product so much is reserved as the open reservations say, and so much is shipped as the issued ones',
    reads: 'inventory: stock, reservation',
    shows: 'the product’s counts and the sums',
    holds: 'always',
  },
  stocked: {
    code: 'P4-stocked',
    says: 'available, reserved and shipped make what was ever stocked (where the caller says how much that was)',
    reads: 'inventory: stock',
    shows: 'the counts and their sum',
    holds: 'always',
  },
} as const satisfies Record<string, RuleText>;

/** Adds up reservations while they pass by. */
export class Reservations {
  private readonly sums = new Map<string, { reserved: number; issued: number }>();

  add({ reservation }: Dossier): void {
    if (!reservation || !isCounted(reservation.state)) return;
    for (const { sku, quantity } of reservation.lines) {
      const sum = this.sums.get(sku) ?? { reserved: 0, issued: 0 };
      sum[reservation.state] += quantity;
      this.sums.set(sku, sum);
    }
  }

  /** What the products' counts have to do with it. `stocked`: how much of a product was ever there, where that is known. */
  findings(products: readonly StockRecord[], stocked: ReadonlyMap<string, number> = new Map()): Finding[] {
    const counts = new Map(products.map((product) => [product.sku, product]));
    const skus = new Set([...counts.keys(), ...this.sums.keys(), ...stocked.keys()]);
    return [...skus].flatMap((sku) => {
      const { available = 0, reserved = 0, shipped = 0 } = counts.get(sku) ?? {};
      const sum = this.sums.get(sku) ?? { reserved: 0, issued: 0 };
      const before = stocked.get(sku);
      const says = counts.has(sku) ? `${available} available, ${reserved} reserved, ${shipped} shipped` : 'there is no such product';
      return [
        ...(reserved === sum.reserved && shipped === sum.issued
          ? []
          : [finding('reserved', sku, `${says}; the reservations say ${sum.reserved} reserved, ${sum.issued} shipped`)]),
        ...(before === undefined || available + reserved + shipped === before
          ? []
          : [finding('stocked', sku, `${says}, together ${available + reserved + shipped}; ${before} were stocked`)]),
      ];
    });
  }
}

const finding = (rule: keyof typeof stockRules, sku: string, text: string): Finding => ({
  promise: 'P4',
  rule: stockRules[rule].code,
  sku,
  text,
});

const isCounted = (state: ReservationRecord['state']): state is 'reserved' | 'issued' => state === 'reserved' || state === 'issued';

const same = (a: readonly LineRecord[], b: readonly LineRecord[]): boolean =>
  a.length === b.length && a.every(({ sku, quantity }, n) => b[n]?.sku === sku && b[n].quantity === quantity);

const list = (all: readonly LineRecord[]): string => all.map(({ sku, quantity }) => `${quantity} ${sku}`).join(', ');
