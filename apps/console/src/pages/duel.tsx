import { useQueries, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { observer, told } from '../api/client';
import type { SagaDetail } from '../api/types';
import { type Duel, duelOf, duelPath } from '../duel/address';
import { BeginDuel } from '../duel/begin';
import { framesOf, leaderOf } from '../duel/duel';
import { FiguresTable } from '../duel/figures';
import { comparisonOf } from '../duel/notice';
import { type Owners, useOwners } from '../duel/owners';
import { balanceOf } from '../duel/balance';
import { Player } from '../duel/player';
import { SideFigure } from '../duel/side';
import { Copy } from '../shared/copy-id';
import { EmptyState } from '../shared/empty-state';
import { Problem } from '../shared/problem';
import { askAgainMs } from '../shop/again';
import { sagaOf, wishIn } from '../shop/place';
import '../duel/duel.css';

/** The same order in several styles, side by side, step by step: live while it happens, then to be gone through again. */
export function DuelPage() {
  const [, navigate] = useLocation();
  const duel = duelOf(new URLSearchParams(useSearch()));
  const first = useQuery({
    queryKey: ['duel', duel.sides[0]?.id],
    queryFn: ({ signal }) => sagaOf(duel.sides[0]?.id ?? '', signal),
    enabled: duel.sides.length > 0,
    staleTime: Infinity,
  });
  const like = first.data ? wishIn(first.data) : undefined;
  const styles = duel.sides.map(({ style }) => style);
  return (
    <div className="stack">
      <h1>Duel</h1>
      <BeginDuel key={JSON.stringify([like, styles])} like={like} styles={styles} onBegin={(begun) => navigate(duelPath(begun))} />
      {duel.sides.length > 0 ? (
        <Sides key={duelPath({ ...duel, step: undefined })} duel={duel} />
      ) : (
        <EmptyState title="The same order, twice">
          <p>
            Choose how the order is to go, and run it: one and the same order is placed in each style, and you see step by step who said
            what because of what. <kbd>←</kbd> and <kbd>→</kbd> go back and forth.
          </p>
        </EmptyState>
      )}
    </div>
  );
}

function Sides({ duel }: { readonly duel: Duel }) {
  const found = useQueries({
    queries: duel.sides.map(({ id }) => ({
      queryKey: ['duel', id],
      queryFn: ({ signal }: { signal: AbortSignal }) => sagaOf(id, signal),
      refetchInterval: ({ state }: { state: { data?: SagaDetail | null | undefined } }) => askAgainMs(state.data),
    })),
  });
  const failed = found.find(({ isError, data }) => isError && !data);
  if (failed) return <Problem error={failed.error} doing="Looking at the orders" onRetry={() => void failed.refetch()} />;
  const sagas = found.flatMap(({ data }) => data ?? []);
  if (sagas.length < duel.sides.length)
    return <p className="quiet">Waiting until the observer hears of {sagas.length > 0 ? 'all orders' : 'the orders'} …</p>;
  return <Steps duel={duel} sagas={sagas} />;
}

function Steps({ duel, sagas }: { readonly duel: Duel; readonly sagas: readonly SagaDetail[] }) {
  const [, navigate] = useLocation();
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState(1);
  const frames = useMemo(() => framesOf(sagas), [sagas]);
  const edges = useEdges(sagas[0]!.process);
  const { owners, latest } = useOwners(sagas);
  const step = Math.min(duel.step ?? frames.length, frames.length);
  const frame = frames[step - 1];
  const roomToLead = sagas.some((saga) => leaderOf(saga) !== undefined);
  const isOpen = sagas.some(({ endedAt }) => endedAt === undefined);
  const key = duelPath({ ...duel, step: undefined });
  const goTo = useCallback(
    (wanted: number): void => {
      navigate(duelPath({ ...duelOf(new URLSearchParams(key.split('?')[1])), step: wanted }), { replace: true });
    },
    [key, navigate],
  );
  if (!frame) return <p className="quiet">Nothing has been said yet.</p>;
  return (
    <>
      <div className="row spread">
        <Player {...{ step, playing, speed }} steps={frames.length} onStep={goTo} onPlaying={setPlaying} onSpeed={setSpeed} />
        <span className="quiet" role="status">
          {isOpen ? 'live: it is still going on' : 'it has ended: go through it again'}
        </span>
        <Copy text={globalThis.location.href} shown="copy the address" label="Copy the address of this duel at this step" />
      </div>
      <p className="duel-compare" aria-live="polite">
        {comparisonOf(sagas, frame)}
      </p>
      <div className={`duel-sides ${sagas.length > 2 ? 'duel-three' : ''}`}>
        {sagas.map((saga, n) => (
          <SideFigure
            key={saga.id}
            saga={saga}
            said={frame.said[n]!}
            move={frame.moves[n]}
            step={step}
            edges={edges}
            roomToLead={roomToLead}
            books={{ stock: duel.stock, own: owners?.sides[n], now: owners?.stock }}
          />
        ))}
      </div>
      <Balance sagas={sagas} owners={latest ? owners : undefined} stock={duel.stock} />
      <h2>What it came to</h2>
      <FiguresTable sagas={sagas} edges={edges} />
    </>
  );
}

interface BalanceProps {
  readonly sagas: readonly SagaDetail[];
  readonly owners: Owners | undefined;
  readonly stock: number | undefined;
}

/** Whether the sides end equal, in a sentence; room for it is kept. */
function Balance({ sagas, owners, stock }: BalanceProps) {
  const balance = owners && balanceOf(sagas, owners, stock);
  return (
    <p className={`duel-balance ${balance?.equal === false ? 'bad' : 'good'}`} role="status">
      {balance?.text}
    </p>
  );
}

/** Who declares to hear what; nothing while that is not known. */
function useEdges(process: string) {
  const flow = useQuery({
    queryKey: ['flow', process],
    queryFn: ({ signal }) => told(observer.GET('/api/flow/{process}', { params: { path: { process } }, signal })),
    staleTime: 30_000,
  });
  return flow.data?.edges ?? [];
}
