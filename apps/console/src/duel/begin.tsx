import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Style } from '../api/types';
import { Problem } from '../shared/problem';
import { outcomeOf, outcomes, tooMany, type Wish, wishOf } from '../shop/choices';
import { placed, useProducts } from '../shop/place';
import { type Duel, styleOrder } from './address';
import { stockOf } from './owners';

interface BeginDuelProps {
  /** The order that is looked at: another one begins as the same. */
  readonly like: Wish | undefined;
  readonly styles: readonly Style[];
  readonly onBegin: (duel: Duel) => void;
}

/** Places the same order once in each style that is chosen. */
export function BeginDuel({ like, styles: shown, onBegin }: BeginDuelProps) {
  const products = useProducts();
  const [sku, setSku] = useState(like?.sku);
  const [quantity, setQuantity] = useState(like && like.quantity < tooMany ? like.quantity : 2);
  const [outcome, setOutcome] = useState<string>((like && outcomeOf(like)) ?? 'card-declined');
  const [styles, setStyles] = useState<readonly Style[]>(shown.length > 0 ? shown : ['choreography', 'orchestration']);
  const chosen = outcomes.find(({ value }) => value === outcome);
  const product = sku ?? products.data?.[0]?.sku;
  const begin = useMutation({
    mutationFn: async (wanted: string) => {
      const wish = wishOf(outcome, wanted, quantity);
      // Read before anything is ordered: the ledger of each side begins with it.
      const stock = (await stockOf(wanted))?.available;
      const place = async (style: Style) => ({ style, id: (await placed(crypto.randomUUID(), wish, style)).orderId });
      return { sides: await Promise.all(styles.map(place)), stock, step: undefined };
    },
    onSuccess: onBegin,
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (product !== undefined) begin.mutate(product);
  };
  const toggle = (style: Style): void => setStyles(styleOrder.filter((one) => styles.includes(one) !== (one === style)));
  return (
    <form className="stack" onSubmit={submit} aria-label="The order">
      <div className="row">
        <input
          className="duel-quantity"
          type="number"
          aria-label="Quantity"
          min={1}
          max={1_000}
          value={quantity}
          onChange={(event) => setQuantity(event.target.valueAsNumber || 1)}
        />{' '}
        ×
        <select aria-label="Product" value={product ?? ''} onChange={(event) => setSku(event.target.value)}>
          {(products.data ?? []).map(({ sku: value, name }) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
        <select aria-label="Outcome" value={outcome} onChange={(event) => setOutcome(event.target.value)}>
          {outcomes.map(({ value, name }) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
        <span className="quiet">{chosen?.leadsTo}</span>
        <span className="row" role="group" aria-label="Styles">
          {styleOrder.map((style) => (
            <label key={style}>
              <input type="checkbox" checked={styles.includes(style)} onChange={() => toggle(style)} /> {style}
            </label>
          ))}
        </span>
        <button type="submit" className="primary" disabled={begin.isPending || styles.length === 0 || product === undefined}>
          {begin.isPending ? 'Placing …' : runName(styles.length)}
        </button>
      </div>
      {products.isError && <Problem error={products.error} doing="Asking for the products" onRetry={() => void products.refetch()} />}
      {begin.isError && <Problem error={begin.error} doing="Placing the orders" />}
    </form>
  );
}

const runName = (count: number): string => ['Run', 'Run it', 'Run both', 'Run all three'][count] ?? 'Run';
