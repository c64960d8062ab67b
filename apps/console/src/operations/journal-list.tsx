import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { type FormEvent, useMemo, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { observer, told } from '../api/client';
import { EmptyState } from '../shared/empty-state';
import { Problem } from '../shared/problem';
import { ServiceChip } from '../shared/service-chip';
import { type Column, Table } from '../shared/table';
import { Time } from '../shared/time';
import { useWho } from '../who/who';
import { sagaPath, shortId, shortName } from '../words/names';
import { operationsPath, type OperationsView } from './address';
import { booksOf, readOn } from './books';
import { type Did, journalOf, nextRound } from './journal';

/** Who did what to which saga, when, why, and what it came to. */
export function JournalList({ view: { actor, of } }: { readonly view: OperationsView }) {
  const services = useQuery({
    queryKey: ['services'],
    queryFn: ({ signal }) => told(observer.GET('/api/services', { signal })),
    staleTime: 60_000,
  });
  const books = useMemo(() => booksOf((services.data?.items ?? []).map(({ service }) => service)), [services.data]);
  const journal = useInfiniteQuery({
    queryKey: ['journal', actor, of, books.map(({ name }) => name)],
    queryFn: ({ signal, pageParam }) => readOn(books, { actor, of }, pageParam, signal),
    initialPageParam: undefined as Readonly<Record<string, string>> | undefined,
    getNextPageParam: ({ parts }) => nextRound(parts),
    refetchInterval: 5_000,
    enabled: services.isSuccess,
  });
  const rounds = journal.data?.pages ?? [];
  const rows = journalOf(rounds.map(({ parts }) => parts));
  const silent = [...new Set(rounds.flatMap((round) => round.silent))];
  const failed = services.isError ? services : journal.isError ? journal : undefined;
  return (
    <>
      <Filter key={`${actor} ${of}`} actor={actor} of={of} />
      {failed && <Problem error={failed.error} doing="Reading what people did" onRetry={() => void failed.refetch()} />}
      {silent.length > 0 && (
        <p className="box box-undo">{silent.join(', ')} could not be asked: what is noted there is not among what follows.</p>
      )}
      {journal.isLoading && <p className="quiet">Looking …</p>}
      {rows.length > 0 && (
        <Table
          caption="What people did, the latest first"
          columns={columns}
          rows={rows}
          keyOf={({ at, service, did, saga, about }) => `${at} ${service} ${did} ${saga} ${about}`}
          more={journal.hasNextPage ? { load: () => void journal.fetchNextPage(), loading: journal.isFetchingNextPage } : undefined}
        />
      )}
      {journal.isSuccess && rows.length === 0 && (
        <EmptyState title={(actor ?? of) ? 'Nothing fits' : 'Nobody has done anything yet'}>
          <p>
            Cancel, pause, resume, retry, redrive, settle, drop: whatever a person does is noted with their name where it is done, and shown
            here.
          </p>
        </EmptyState>
      )}
    </>
  );
}

function Filter({ actor, of }: { readonly actor: string | undefined; readonly of: string | undefined }) {
  const [, navigate] = useLocation();
  const who = useWho();
  const [asked, setAsked] = useState({ actor: actor ?? '', of: of ?? '' });
  const search = (event: FormEvent): void => {
    event.preventDefault();
    navigate(operationsPath({ show: 'journal', actor: asked.actor.trim(), of: asked.of.trim() }));
  };
  return (
    <form className="row" role="search" aria-label="What people did" onSubmit={search}>
      <label className="row">
        <span className="quiet">by</span>
        <input type="text" size={16} value={asked.actor} onChange={(event) => setAsked({ ...asked, actor: event.target.value })} />
      </label>
      <label className="row">
        <span className="quiet">to the saga</span>
        <input
          type="text"
          size={38}
          placeholder="its whole id"
          value={asked.of}
          onChange={(event) => setAsked({ ...asked, of: event.target.value })}
        />
      </label>
      <button type="submit">Search</button>
      {who !== '' && actor !== who && <Link href={operationsPath({ show: 'journal', actor: who, of })}>what I did</Link>}
      {(actor !== undefined || of !== undefined) && <Link href={operationsPath({ show: 'journal' })}>show all</Link>}
    </form>
  );
}

const columns: readonly Column<Did>[] = [
  { head: 'when', cell: ({ at }) => <Time at={at} /> },
  { head: 'who', cell: ({ actor }) => <Link href={operationsPath({ show: 'journal', actor })}>{actor}</Link> },
  { head: 'did', cell: ({ did }) => <strong>{did}</strong> },
  { head: 'what', cell: ({ about }) => about && shortName(about) },
  {
    head: 'of',
    cell: ({ process, saga }) =>
      process !== undefined &&
      saga !== undefined && (
        <Link href={sagaPath(process, saga)} title={saga}>
          {process} <span className="mono">{shortId(saga)}</span>
        </Link>
      ),
  },
  { head: 'noted at', cell: ({ service }) => <ServiceChip service={service} /> },
  { head: 'what it came to', grow: true, cell: ({ cameTo, tone }) => <span className={tone}>{cameTo}</span> },
  { head: 'why', grow: true, cell: ({ note }) => note },
];
