import { useQuery } from '@tanstack/react-query';
import { analytics, sent } from '../api/client';
import { Refused } from '../api/problem';
import type { CountView } from '../api/types';
import { Problem } from '../shared/problem';
import { moneyText } from '../shop/money';
import { perMinute, sums } from './bars';
import { Spark } from './spark';

/** Orders, revenue and refusals by the minute, as analytics has counted them. */
export function ShopHour() {
  const counted = useQuery({
    queryKey: ['minutes'],
    queryFn: ({ signal }) => sent(analytics.GET('/minutes', { params: { query: { last: 60 } }, signal })),
    refetchInterval: 5_000,
    retry: false,
  });
  return (
    <section aria-labelledby="shop-hour" className="shop-hour">
      <h2 id="shop-hour">
        The shop, last hour <span className="quiet">as analytics counts it</span>
      </h2>
      {counted.data ? (
        <Counted counts={counted.data.items as CountView[]} asOf={new Date(counted.dataUpdatedAt).toISOString()} />
      ) : counted.isError ? (
        isAway(counted.error) ? (
          <Away />
        ) : (
          <Problem error={counted.error} doing="Asking analytics" onRetry={() => void counted.refetch()} />
        )
      ) : (
        <p className="quiet">Looking …</p>
      )}
    </section>
  );
}

/** It does not run, or the observer has not been told where. */
const isAway = (error: unknown): boolean => error instanceof Refused && [0, 404, 503].includes(error.status);

function Away() {
  return (
    <p className="quiet">
      analytics does not run: nobody else misses it. <code>npm start</code> starts it with the rest; <code>npx nx serve analytics</code>{' '}
      adds it beside them, and it counts what has happened since the topics begin.
    </p>
  );
}

function Counted({ counts, asOf }: { readonly counts: readonly CountView[]; readonly asOf: string }) {
  const ofWhat = (what: CountView['what']) => (one: CountView) => (one.what === what ? one.orders : 0);
  const refusedOf = (one: CountView): number => (one.what === 'rejected' || one.what === 'cancelled' ? one.orders : 0);
  const revenueOf = (one: CountView): number => Number(one.revenue ?? 0);
  const total = (of: (one: CountView) => number): number => counts.reduce((sum, one) => sum + of(one), 0);
  const currencies = [...new Set(counts.flatMap(({ currency }) => currency ?? []))];
  const reasons = sums(counts, ({ reason }) => reason, refusedOf);
  const rows = [
    { name: 'orders', of: ofWhat('placed'), sum: total(ofWhat('placed')).toLocaleString('en'), tone: '' },
    { name: 'revenue', of: revenueOf, sum: `${moneyText(total(revenueOf))} ${currencies.join(' ')}`, tone: 'good' },
    { name: 'came to nothing', of: refusedOf, sum: total(refusedOf).toLocaleString('en'), tone: 'undo' },
  ];
  return (
    <>
      {rows.map(({ name, of, sum, tone }) => (
        <div key={name} className={`spark-row ${tone}`}>
          <span>{name}</span>
          <Spark counts={perMinute(counts, asOf, of)} label={`${name}, by minute: ${sum} in all`} />
          <span className="number">{sum}</span>
        </div>
      ))}
      <p className="quiet">{reasons.map(([reason, count]) => `${reason} ${count.toLocaleString('en')}`).join(' · ')}</p>
    </>
  );
}
