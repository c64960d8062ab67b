import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { observer, orchestrator, sent, told } from '../api/client';
import type { SagaDetail, Style } from '../api/types';
import { EmptyState } from '../shared/empty-state';
import { Problem } from '../shared/problem';
import { ServiceChip } from '../shared/service-chip';
import { StateMark } from '../shared/state-mark';
import { StyleMark } from '../shared/style-mark';
import { type Column, Table } from '../shared/table';
import { counted, ownerOf, sagaPath, shortId, shortName } from '../words/names';
import { operationsPath } from './address';

const freshMs = 5_000;
/** So many choreographed sagas are looked at one by one: their list does not tell what is left of each. */
const looked = 20;

/** One step that was done and is not undone, in a saga that was turned back. */
interface Left {
  readonly process: string;
  readonly saga: string;
  readonly style: Style | undefined;
  readonly command: string;
  /** Whether it is known to have been done, and how its saga stands. */
  readonly state: string;
  readonly why: string;
}

/** What was done and is not undone, and where: of what is led as its orchestrator has it, of what nobody leads as the observer sees it. */
export function ResidueList() {
  const led = useInfiniteQuery({
    queryKey: ['residue'],
    queryFn: ({ signal, pageParam }) =>
      sent(orchestrator.GET('/residue', { params: { query: pageParam === '' ? {} : { cursor: pageParam } }, signal })),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    refetchInterval: freshMs,
  });
  const danced = useQuery({ queryKey: ['residue', 'danced'], queryFn: ({ signal }) => leftOfDances(signal), refetchInterval: freshMs });
  const rows: Left[] = [
    ...(danced.data ?? []),
    ...(led.data?.pages.flatMap(({ items }) => items) ?? []).map(({ process, saga, status, command, state, undo, parked }) => ({
      ...{ process, saga, style: undefined, command },
      state: state === 'done' ? 'done' : 'unknown',
      why: parked ? `${shortName(undo)} is parked: ${parked.text}` : `the saga is ${status.replace('_', ' ')}`,
    })),
  ];
  const totals = led.data?.pages[0]?.totals ?? [];
  return (
    <>
      <p className="quiet">
        Steps of sagas that were turned back, done and not undone: goods still reserved, money still taken. While a saga is compensating it
        is here for a moment; what stays needs somebody.
      </p>
      {led.isError && <Problem error={led.error} doing="Asking the orchestrator what is left" onRetry={() => void led.refetch()} />}
      {danced.isError && <Problem error={danced.error} doing="Looking at what nobody leads" onRetry={() => void danced.refetch()} />}
      {totals.length > 0 && (
        <p>Over all that is led: {totals.map(({ command, count }) => `${shortName(command)} of ${counted(count, 'saga')}`).join(', ')}</p>
      )}
      {rows.length > 0 && (
        <Table
          caption="What was done and is not undone"
          columns={columns}
          rows={rows}
          keyOf={({ process, saga, command }) => `${process} ${saga} ${command}`}
          more={led.hasNextPage ? { load: () => void led.fetchNextPage(), loading: led.isFetchingNextPage } : undefined}
        />
      )}
      {led.isSuccess && danced.isSuccess && rows.length === 0 && (
        <EmptyState title="Nothing is left">
          <p>Whatever was turned back has been undone, everywhere.</p>
        </EmptyState>
      )}
    </>
  );
}

async function leftOfDances(signal: AbortSignal): Promise<Left[]> {
  const lists = await Promise.all(
    (['undo-failed', 'undo-incomplete'] as const).map((state) =>
      told(observer.GET('/api/sagas', { params: { query: { style: 'choreography', state, limit: String(looked) } }, signal })),
    ),
  );
  const ids = new Map(lists.flatMap(({ items }) => items).map(({ process, id }) => [`${process} ${id}`, { process, id }]));
  const sagas = await Promise.all(
    [...ids.values()].slice(0, looked).map((path) => told(observer.GET('/api/sagas/{process}/{id}', { params: { path }, signal }))),
  );
  return sagas.flatMap(leftOf);
}

const leftOf = ({ process, id, style, notUndone, parked, state }: SagaDetail): Left[] =>
  notUndone.map((command) => {
    const stuck = parked.find((one) => one.role === 'undo' && one.service === ownerOf(command));
    return {
      ...{ process, saga: id, style, command, state: 'done' },
      why: stuck ? `${shortName(stuck.command)} is parked: ${stuck.reason.text}` : `the saga is ${state}`,
    };
  });

const columns: readonly Column<Left>[] = [
  { head: 'at', cell: ({ command }) => <ServiceChip service={ownerOf(command)} /> },
  { head: 'step', cell: ({ command }) => shortName(command) },
  { head: 'state', cell: ({ state }) => <StateMark state={state} /> },
  {
    head: 'saga',
    cell: ({ process, saga, style }) => (
      <>
        {style && <StyleMark style={style} short />}{' '}
        <Link href={sagaPath(process, saga)} title={saga}>
          {process} <span className="mono">{shortId(saga)}</span>
        </Link>
      </>
    ),
  },
  { head: 'why it is not undone', grow: true, cell: ({ why }) => why },
  {
    head: 'what to do',
    cell: ({ process, saga }) => (
      <Link href={operationsPath({ show: 'residue', saga: { process, id: saga } })}>
        operate<span className="visually-hidden"> {shortId(saga)}</span>
      </Link>
    ),
  },
];
