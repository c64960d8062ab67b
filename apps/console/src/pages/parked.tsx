import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useLocation, useSearch } from 'wouter';
import { observer, told } from '../api/client';
import type { ParkedGroup, ParkedView } from '../api/types';
import { heldIdOf, heldPath } from '../parked/held-id';
import { HeldOne } from '../parked/held-one';
import { EmptyState } from '../shared/empty-state';
import { Problem } from '../shared/problem';
import { ServiceChip } from '../shared/service-chip';
import { type Column, Table } from '../shared/table';
import { Since } from '../shared/time';
import { counted, sagaPath, shortId, shortName, withCode } from '../words/names';
import '../saga/saga.css';

const filters = ['service', 'command', 'code'] as const;

/** What waits for a person: by reason, each with its bytes and where it comes from, and what can be done about it. */
export function ParkedPage() {
  const [, navigate] = useLocation();
  const address = new URLSearchParams(useSearch());
  const filter = Object.fromEntries(filters.flatMap((name) => (address.get(name) ? [[name, address.get(name)]] : [])));
  const parked = useInfiniteQuery({
    queryKey: ['parked', filter],
    queryFn: ({ signal, pageParam }) =>
      told(observer.GET('/api/parked', { params: { query: { ...filter, ...(pageParam && { cursor: pageParam }) } }, signal })),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    refetchInterval: 3_000,
  });
  const groups = parked.data?.pages[0]?.groups ?? [];
  const items = parked.data?.pages.flatMap((page) => page.items) ?? [];
  const [at, held] = [address.get('at'), address.get('held')];
  return (
    <div className="stack">
      <h1>Parked</h1>
      <p className="quiet">
        Messages that failed for good and wait for a person. Their sagas wait behind them, in order; everything else flows on.
      </p>
      {at !== null && held !== null && <HeldOne key={at + held} service={at} id={held} />}
      {parked.isError && <Problem error={parked.error} doing="Looking for parked messages" onRetry={() => void parked.refetch()} />}
      {parked.isPending && <p className="quiet">Looking …</p>}
      {parked.isSuccess && groups.length === 0 && (
        <EmptyState title="Nothing is parked">
          <p>
            A message comes here when trying again does not help. To see one, <Link href="/order">place an order</Link> with the card{' '}
            <code>card_review</code>.
          </p>
        </EmptyState>
      )}
      {groups.length > 0 && (
        <section aria-labelledby="groups" className="stack">
          <h2 id="groups">By reason</h2>
          <ul className="plain-groups">
            {groups.map((group) => (
              <li key={pathOf(group)}>
                <Link
                  href={pathOf(group)}
                  aria-current={filter['code'] === group.code && filter['command'] === group.command ? 'true' : undefined}
                >
                  {counted(group.count, 'message')}
                </Link>{' '}
                <ServiceChip service={group.service} /> {shortName(group.command)} · <span className="bad">{group.code}</span>
              </li>
            ))}
          </ul>
          {Object.keys(filter).length > 0 && <Link href="/parked">Show all</Link>}
        </section>
      )}
      {items.length > 0 && (
        <Table
          caption="Parked messages, the oldest first"
          columns={columns}
          rows={items}
          keyOf={({ service, messageId, command }) => `${service} ${messageId} ${command}`}
          onOpen={(one) => navigate(heldPath(one.service, heldIdOf(one)))}
          more={parked.hasNextPage ? { load: () => void parked.fetchNextPage(), loading: parked.isFetchingNextPage } : undefined}
        />
      )}
    </div>
  );
}

const pathOf = ({ service, command, code }: ParkedGroup): string => `/parked?${new URLSearchParams({ service, command, code }).toString()}`;

const columns: readonly Column<ParkedView>[] = [
  { head: 'since', cell: ({ since }) => <Since at={since} /> },
  { head: 'at', cell: ({ service }) => <ServiceChip service={service} /> },
  { head: 'message', cell: (one) => <Link href={heldPath(one.service, heldIdOf(one))}>{shortName(one.command)}</Link> },
  {
    head: 'saga',
    cell: ({ process, id }) => (
      <Link href={sagaPath(process, id)} className="mono" title={id}>
        {shortId(id)}
      </Link>
    ),
  },
  {
    head: 'why',
    grow: true,
    cell: ({ reason }) => withCode(reason),
  },
];
