import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { order, sent } from '../api/client';
import type { Style } from '../api/types';
import { duelPath } from '../duel/address';
import { EmptyState } from '../shared/empty-state';
import { Problem } from '../shared/problem';
import { ServiceChip } from '../shared/service-chip';
import { StateMark } from '../shared/state-mark';
import { StyleMark } from '../shared/style-mark';
import { Duration, Since } from '../shared/time';
import { cards, type Choice, countries, styleChoices, tooMany } from '../shop/choices';
import { moneyText } from '../shop/money';
import { askAgainMs } from '../shop/again';
import { placed, sagaOf, useProducts } from '../shop/place';
import { sagaPath, shortId, shortName } from '../words/names';
import '../shop/shop.css';

/** A small shop: every choice says what it leads to. */
export function OrderPage() {
  const [, navigate] = useLocation();
  const id = new URLSearchParams(useSearch()).get('id');
  return (
    <div className="stack">
      <h1>Shop</h1>
      <div className="shop">
        <OrderForm onPlaced={(orderId) => navigate(`/order?id=${encodeURIComponent(orderId)}`)} />
        {id === null ? (
          <EmptyState title="No order placed yet">
            <p>Choose, and place it: here you see how it goes on, up to its end.</p>
            <p>
              To see the same order in several styles side by side, go to the{' '}
              <Link href={duelPath({ sides: [], step: undefined })}>duel</Link>.
            </p>
          </EmptyState>
        ) : (
          <Followed key={id} id={id} />
        )}
      </div>
    </div>
  );
}

function OrderForm({ onPlaced }: { readonly onPlaced: (orderId: string) => void }) {
  const products = useProducts();
  const [chosen, setChosen] = useState({ sku: '', quantity: 2, card: 'card_ok', country: 'CH', style: 'choreography' as Style });
  // One key for one order: pressed again after no answer came, it is the same order.
  const [key, setKey] = useState<string>(() => crypto.randomUUID());
  const sku = chosen.sku || (products.data?.[0]?.sku ?? '');
  const product = products.data?.find((one) => one.sku === sku);
  const placing = useMutation({
    mutationFn: () => placed(key, { ...chosen, sku }, chosen.style),
    onSuccess: ({ orderId }) => {
      setKey(crypto.randomUUID());
      onPlaced(orderId);
    },
  });
  const change = (different: Partial<typeof chosen>): void => {
    setChosen({ ...chosen, ...different });
    setKey(crypto.randomUUID());
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    placing.mutate();
  };
  return (
    <form className="stack" aria-label="Your order" onSubmit={submit}>
      {products.isError && <Problem error={products.error} doing="Asking for the products" onRetry={() => void products.refetch()} />}
      <label className="shop-field">
        <span>Product</span>
        <select value={sku} onChange={(event) => change({ sku: event.target.value })}>
          {(products.data ?? []).map(({ sku: value, name, price }) => (
            <option key={value} value={value}>
              {name} · {moneyText(price)}
            </option>
          ))}
        </select>
      </label>
      <label className="shop-field">
        <span>Quantity</span>
        <input
          type="number"
          min={1}
          max={tooMany}
          value={chosen.quantity}
          onChange={(event) => change({ quantity: event.target.valueAsNumber || 1 })}
        />
        <span className="quiet">
          more than there is in stock (
          <button type="button" className="plain shop-many" onClick={() => change({ quantity: tooMany })}>
            {tooMany.toLocaleString('en')}
          </button>{' '}
          is) leads to a refusal by inventory
        </span>
      </label>
      <ChoiceField name="Card" choices={cards} value={chosen.card} onChange={(card) => change({ card })} />
      <ChoiceField name="Country" choices={countries} value={chosen.country} onChange={(country) => change({ country })} />
      <ChoiceField name="Style" choices={styleChoices} value={chosen.style} onChange={(style) => change({ style: style as Style })} />
      <div className="row">
        <button type="submit" className="primary" disabled={placing.isPending || !product}>
          {placing.isPending ? 'Placing …' : `Place the order${product ? ` · ${moneyText(product.price * chosen.quantity)}` : ''}`}
        </button>
      </div>
      {placing.isError && <Problem error={placing.error} doing="Placing the order" />}
    </form>
  );
}

interface ChoiceFieldProps {
  readonly name: string;
  readonly choices: readonly Choice[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function ChoiceField({ name, choices, value, onChange }: ChoiceFieldProps) {
  return (
    <label className="shop-field">
      <span>{name}</span>
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.name}
          </option>
        ))}
      </select>
      <span className="quiet">{choices.find((choice) => choice.value === value)?.leadsTo}</span>
    </label>
  );
}

/** An order as it goes on: as its own service tells it, and as the observer sees its saga. */
function Followed({ id }: { readonly id: string }) {
  const saga = useQuery({
    queryKey: ['followed', id],
    queryFn: ({ signal }) => sagaOf(id, signal),
    refetchInterval: ({ state }) => askAgainMs(state.data),
  });
  const own = useQuery({
    queryKey: ['order', id],
    queryFn: ({ signal }) => sent(order.GET('/orders/{orderId}', { params: { path: { orderId: id } }, signal })),
    refetchInterval: ({ state }) => (state.data && state.data.status !== 'placed' ? 15_000 : 500),
  });
  if (own.isError && !own.data) return <Problem error={own.error} doing="Looking at the order" onRetry={() => void own.refetch()} />;
  if (!own.data) return <p className="quiet">Looking …</p>;
  const { status, style, total, lines, paymentMethod, shipTo, reason } = own.data;
  return (
    <section className="stack" aria-label="The order">
      <h2>
        Order {shortId(id)} <StateMark state={status} />
      </h2>
      <p>
        {lines.map(({ quantity, sku }) => `${quantity.toLocaleString('en')} × ${sku}`).join(', ')} · {moneyText(total)} · {paymentMethod} ·{' '}
        {shipTo.country} · <StyleMark style={style} />
      </p>
      {reason && !saga.data?.text.includes(reason.text) && <p className="box box-undo">{reason.text}</p>}
      {saga.data ? (
        <>
          <p role="status">
            {saga.data.waiting ? (
              <>
                waiting for <ServiceChip service={saga.data.waiting.service} /> since <Since at={saga.data.waiting.since} />
              </>
            ) : (
              saga.data.text
            )}
          </p>
          <ol className="shop-steps">
            {saga.data.steps.map(({ command, service, state, tookMs }) => (
              <li key={command}>
                <ServiceChip service={service} /> <span>{shortName(command)}</span> <StateMark state={state} />
                <span>{tookMs !== undefined && <Duration ms={tookMs} />}</span>
              </li>
            ))}
          </ol>
          <p>
            <Link href={sagaPath(saga.data.process, id)}>See the whole saga</Link>
            {saga.data.parked.length > 0 && (
              <>
                {' '}
                · <Link href="/parked">it waits for a person: redrive or settle it</Link>
              </>
            )}
          </p>
        </>
      ) : (
        <p className="quiet">The observer has not heard of it yet.</p>
      )}
    </section>
  );
}
