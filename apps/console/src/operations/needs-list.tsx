import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { observer, orchestrator, sent, told } from '../api/client';
import type { NowView, SagaRow } from '../api/types';
import { EmptyState } from '../shared/empty-state';
import { Problem } from '../shared/problem';
import { shortId } from '../words/names';
import { type Kind, kinds, operationsPath, type OperationsView } from './address';
import { Need } from './need';

const freshMs = 3_000;
const kindWords: Readonly<Record<Kind, string>> = {
  stalled: 'stalled',
  parked: 'with a parked message',
  'undo-failed': 'with a failed undo',
  'undo-incomplete': 'with an incomplete undo',
  loop: 'in a loop',
  paused: 'paused',
};

type Needing = Pick<SagaRow, 'process' | 'id' | 'style' | 'waiting' | 'lastAt' | 'text'> & { readonly states: readonly string[] };

/** What needs somebody now, over all services, and what can be done about each. */
export function NeedsList({ view }: { readonly view: OperationsView }) {
  const overview = useQuery({
    queryKey: ['overview'],
    queryFn: ({ signal }) => told(observer.GET('/api/overview', { signal })),
    refetchInterval: freshMs,
  });
  const paused = usePaused();
  if (overview.isError && !overview.data)
    return <Problem error={overview.error} doing="Looking for what needs somebody" onRetry={() => void overview.refetch()} />;
  if (!overview.data) return <p className="quiet">Looking …</p>;
  const { now, needs } = overview.data;
  const looked = needs.map((saga): Needing => ({ ...saga, states: saga.concerns }));
  const stopped = paused.items.filter(({ id, process }) => !needs.some((saga) => saga.id === id && saga.process === process));
  return (
    <>
      <nav className="row" aria-label="Why">
        <Link href={operationsPath({})} aria-current={view.kind === undefined ? 'true' : undefined}>
          all
        </Link>
        {kinds.map((kind) => (
          <Link key={kind} href={operationsPath({ kind })} aria-current={view.kind === kind ? 'true' : undefined}>
            {countOf(now, paused.items.length, kind).toLocaleString('en')} {kindWords[kind]}
          </Link>
        ))}
      </nav>
      {paused.failed && <p className="box box-undo">Its orchestrator could not be asked what is paused: that is not among what follows.</p>}
      {view.kind === undefined ? (
        <List view={view} sagas={[...looked, ...stopped]} />
      ) : view.kind === 'paused' ? (
        <List view={view} sagas={paused.items} />
      ) : (
        <OfKind view={view} kind={view.kind} />
      )}
      {view.kind === undefined && needs.length >= 20 && <p className="quiet">These are the most urgent: choose a reason to see all.</p>}
    </>
  );
}

function countOf(now: NowView, paused: number, kind: Kind): number {
  const counts: Readonly<Record<Kind, number>> = {
    ...{ stalled: now.stalled, parked: now.parked, loop: now.loop, paused },
    ...{ 'undo-failed': now.undoFailed, 'undo-incomplete': now.undoIncomplete },
  };
  return counts[kind];
}

/** Only the orchestrator knows what is paused: nothing is said about it on any topic. */
function usePaused(): { readonly items: readonly Needing[]; readonly failed: boolean } {
  const paused = useQuery({
    queryKey: ['paused'],
    queryFn: ({ signal }) => sent(orchestrator.GET('/sagas', { params: { query: { status: 'paused', limit: '200' } }, signal })),
    refetchInterval: freshMs,
  });
  const items = (paused.data?.items ?? []).map(({ process, id, style, step, updatedAt }): Needing => ({
    ...{ process, id, style, lastAt: updatedAt, states: ['paused'] },
    text: `paused${step ? ` before ${step}` : ''}: resume it to go on`,
  }));
  return { items, failed: paused.isError };
}

function OfKind({ view, kind }: { readonly view: OperationsView; readonly kind: Exclude<Kind, 'paused'> }) {
  const found = useInfiniteQuery({
    queryKey: ['needing', kind],
    queryFn: ({ signal, pageParam }) =>
      told(observer.GET('/api/sagas', { params: { query: { state: kind, ...(pageParam && { cursor: pageParam }) } }, signal })),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    refetchInterval: freshMs,
  });
  if (found.isError && !found.data) return <Problem error={found.error} doing="Looking for sagas" onRetry={() => void found.refetch()} />;
  if (!found.data) return <p className="quiet">Looking …</p>;
  const sagas = found.data.pages.flatMap(({ items }) => items).map((saga): Needing => ({ ...saga, states: saga.concerns }));
  return (
    <>
      <List view={view} sagas={sagas} />
      {found.hasNextPage && (
        <p>
          <button type="button" disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {found.isFetchingNextPage ? 'Loading …' : 'More'}
          </button>
        </p>
      )}
    </>
  );
}

function List({ view, sagas }: { readonly view: OperationsView; readonly sagas: readonly Needing[] }) {
  if (sagas.length === 0)
    return (
      <EmptyState title="Nothing needs anybody">
        <p>
          Whatever is open goes on by itself. To see what a person can do, <Link href="/order">place an order</Link> with the card{' '}
          <code>card_review</code>.
        </p>
      </EmptyState>
    );
  return (
    <ul className="needs" aria-label="What needs somebody">
      {sagas.map(({ states, ...saga }) => (
        <li key={saga.process + saga.id}>
          <Need saga={saga} states={states}>
            <Link href={operationsPath({ ...view, saga, held: undefined })} aria-current={view.saga?.id === saga.id ? 'true' : undefined}>
              operate<span className="visually-hidden"> {shortId(saga.id)}</span>
            </Link>
          </Need>
        </li>
      ))}
    </ul>
  );
}
