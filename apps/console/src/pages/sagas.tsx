import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { observer, told } from '../api/client';
import type { paths } from '../api/rest/observer';
import type { SagaRow } from '../api/types';
import { EmptyState } from '../shared/empty-state';
import { Problem } from '../shared/problem';
import { type Column, Table } from '../shared/table';
import { StateMark } from '../shared/state-mark';
import { StyleMark } from '../shared/style-mark';
import { Duration, Time } from '../shared/time';
import { addressOf, type FilterName, type Filters, filtersOf, filtersTyped, typedOf } from '../words/filters';
import { sagaPath, shortId } from '../words/names';

/** A filter from an address may be one that the observer refuses, with a sentence. */
type Query = NonNullable<paths['/api/sagas']['get']['parameters']['query']>;

const states = [
  'open',
  'running',
  'compensating',
  'ended',
  'completed',
  'compensated',
  'stalled',
  'parked',
  'loop',
  'undo-incomplete',
  'undo-failed',
];
const styles = ['choreography', 'orchestration', 'hybrid'];

/** Finds sagas: what is asked for stands in the address. */
export function SagasPage() {
  const [, navigate] = useLocation();
  const filters = filtersOf(new URLSearchParams(useSearch()));
  const found = useInfiniteQuery({
    queryKey: ['sagas', filters],
    queryFn: ({ signal, pageParam }) => {
      const query = { ...filters, ...(pageParam && { cursor: pageParam }) } as Query;
      return told(observer.GET('/api/sagas', { params: { query }, signal }));
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    refetchInterval: 3_000,
  });
  const rows = found.data?.pages.flatMap(({ items }) => items) ?? [];
  const { shown, fresh, show } = useUndisturbed(rows, addressOf(filters));
  const change = (next: Filters): void => navigate(`/sagas${addressOf(next)}`);
  return (
    <div className="stack">
      <h1>Sagas</h1>
      <FilterBar key={addressOf(filters)} filters={filters} onChange={change} />
      {found.isError && <Problem error={found.error} doing="Looking for sagas" onRetry={() => void found.refetch()} />}
      {fresh > 0 && (
        <p>
          <button type="button" onClick={show}>
            {fresh} new
          </button>
        </p>
      )}
      {shown.length > 0 && (
        <Table
          caption="Sagas, the newest first"
          columns={columns}
          rows={shown}
          keyOf={({ process, id }) => `${process}/${id}`}
          onOpen={({ process, id }) => navigate(sagaPath(process, id))}
          more={found.hasNextPage ? { load: () => void found.fetchNextPage(), loading: found.isFetchingNextPage } : undefined}
        />
      )}
      {found.isPending && <p className="quiet">Looking …</p>}
      {found.isSuccess && rows.length === 0 && <Nothing filtered={addressOf(filters) !== ''} />}
    </div>
  );
}

/** Rows that are new wait while the reader is further down. */
function useUndisturbed(rows: readonly SagaRow[], list: string): { shown: readonly SagaRow[]; fresh: number; show: () => void } {
  const newest = rows[0]?.startedAt ?? '';
  const [seen, setSeen] = useState({ list, until: newest });
  useEffect(() => {
    if (window.scrollY < 40 || seen.list !== list || seen.until === '') setSeen({ list, until: newest });
    // What was seen changes only when something has come.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [list, newest]);
  const shown = seen.list === list && seen.until !== '' ? rows.filter(({ startedAt }) => startedAt <= seen.until) : rows;
  return {
    shown,
    fresh: rows.length - shown.length,
    show: () => {
      setSeen({ list, until: newest });
      window.scrollTo(0, 0);
    },
  };
}

const columns: readonly Column<SagaRow>[] = [
  { head: 'began', cell: ({ startedAt }) => <Time at={startedAt} /> },
  {
    head: 'saga',
    cell: ({ process, id }) => (
      <Link href={sagaPath(process, id)} title={id}>
        {process} <span className="mono">{shortId(id)}</span>
      </Link>
    ),
  },
  { head: 'style', cell: ({ style }) => <StyleMark style={style} /> },
  {
    head: 'state',
    cell: ({ state, concerns }) => (
      <span className="row">
        <StateMark state={state} />
        {concerns.map((concern) => (
          <StateMark key={concern} state={concern} />
        ))}
      </span>
    ),
  },
  {
    head: 'in words',
    grow: true,
    cell: ({ text }) => text,
  },
  { head: 'customer', cell: ({ customer }) => customer },
  { head: 'messages', number: true, cell: ({ messages }) => messages },
  { head: 'took', number: true, cell: ({ durationMs }) => <Duration ms={durationMs} /> },
];

function FilterBar({ filters, onChange }: { readonly filters: Filters; readonly onChange: (filters: Filters) => void }) {
  const [text, setText] = useState(typedOf(filters));
  const processes = useQuery({ queryKey: ['processes'], queryFn: ({ signal }) => told(observer.GET('/api/processes', { signal })) });
  const search = (event: FormEvent): void => {
    event.preventDefault();
    onChange(filtersTyped(text));
  };
  const choose = (name: FilterName, values: readonly string[]) => (
    <label className="row">
      <span className="quiet">{name === 'olderThan' ? 'older than' : name}</span>
      <select value={filters[name] ?? ''} onChange={(event) => onChange({ ...filters, [name]: event.target.value })}>
        <option value="">any</option>
        {values.map((value) => (
          <option key={value}>{value}</option>
        ))}
      </select>
    </label>
  );
  return (
    <form className="row" role="search" onSubmit={search}>
      <input
        type="search"
        aria-label="Search sagas"
        size={44}
        placeholder="id, customer, service:shipping, reason:no-stock"
        value={text}
        autoFocus={new URLSearchParams(location.search).has('search')}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit">Search</button>
      {choose('process', processes.data?.items.map(({ process }) => process) ?? [])}
      {choose('state', states)}
      {choose('style', styles)}
      {choose('olderThan', ['30s', '1m', '10m', '1h', '1d'])}
      {addressOf(filters) !== '' && (
        <button type="button" onClick={() => onChange({})}>
          Show all
        </button>
      )}
    </form>
  );
}

function Nothing({ filtered }: { readonly filtered: boolean }) {
  return filtered ? (
    <EmptyState title="No saga fits">
      <p>
        Words with the name of a filter and a colon narrow the list: state:stalled, service:shipping, step:payment.ProcessPayment,
        olderThan:10m.
      </p>
    </EmptyState>
  ) : (
    <EmptyState title="There are no sagas yet">
      <p>
        A saga begins when somebody places an order: <Link href="/order">place the first one in the shop</Link>.
      </p>
    </EmptyState>
  );
}
