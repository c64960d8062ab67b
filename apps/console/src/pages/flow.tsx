import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import { observer, told } from '../api/client';
import type { Style } from '../api/types';
import { type FlowFilter, flowFilterOf, flowPath, linesOf, type Passing, passingsOf } from '../flow/flow';
import { FlowFigure } from '../flow/flow-figure';
import { EmptyState } from '../shared/empty-state';
import { Problem } from '../shared/problem';
import { ServiceChip } from '../shared/service-chip';
import { type Column, Table } from '../shared/table';
import { Duration } from '../shared/time';
import { shortName } from '../words/names';
import '../flow/flow.css';

const styles = ['choreography', 'orchestration', 'hybrid'] as const;
const freshMs = 3_000;

/** Services and messages, as declared and as they really go: what differs is marked. */
export function FlowPage() {
  const [, navigate] = useLocation();
  const search = useSearch();
  const filter = useMemo(() => flowFilterOf(new URLSearchParams(search)), [search]);
  const processes = useQuery({
    queryKey: ['processes'],
    queryFn: ({ signal }) => told(observer.GET('/api/processes', { signal })),
    refetchInterval: 30_000,
  });
  const names = processes.data?.items.map(({ process }) => process) ?? [];
  const process = filter.process ?? names[0];
  const change = (different: Partial<FlowFilter>): void => navigate(flowPath({ ...filter, ...different }), { replace: true });
  return (
    <div className="stack">
      <h1>Flow</h1>
      {processes.isError && <Problem error={processes.error} doing="Asking for the processes" onRetry={() => void processes.refetch()} />}
      {process !== undefined && <Flow key={process} process={process} names={names} filter={filter} onChange={change} />}
      {processes.isSuccess && process === undefined && (
        <EmptyState title="No process is known yet">
          <p>A process shows itself when a service starts that declares a part in it.</p>
        </EmptyState>
      )}
    </div>
  );
}

interface FlowProps {
  readonly process: string;
  readonly names: readonly string[];
  readonly filter: FlowFilter;
  readonly onChange: (different: Partial<FlowFilter>) => void;
}

function Flow({ process, names, filter, onChange }: FlowProps) {
  const flow = useQuery({
    queryKey: ['flow', process],
    queryFn: ({ signal }) => told(observer.GET('/api/flow/{process}', { params: { path: { process } }, signal })),
    refetchInterval: freshMs,
  });
  const differences = useQuery({
    queryKey: ['differences'],
    queryFn: ({ signal }) => told(observer.GET('/api/differences', { signal })),
    refetchInterval: 10_000,
  });
  const passings = useMemo(() => passingsOf(flow.data?.edges ?? [], filter), [flow.data, filter]);
  const lines = useMemo(() => linesOf(passings), [passings]);
  if (flow.isError && !flow.data) return <Problem error={flow.error} doing="Looking at the flow" onRetry={() => void flow.refetch()} />;
  if (!flow.data) return <p className="quiet">Looking …</p>;
  const own = differences.data?.items.filter((one) => one.process === undefined || one.process === process) ?? [];
  const services = flow.data.nodes.map(({ service }) => service);
  return (
    <>
      <form className="row" aria-label="What is shown" onSubmit={(event) => event.preventDefault()}>
        <label>
          process{' '}
          <select value={process} onChange={(event) => onChange({ process: event.target.value, service: undefined })}>
            {[...new Set([process, ...names])].map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          style{' '}
          <select
            value={filter.style ?? 'all'}
            onChange={(event) => onChange({ style: styles.find((style): style is Style => style === event.target.value) })}
          >
            {[...styles, 'all'].map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          service{' '}
          <select value={filter.service ?? ''} onChange={(event) => onChange({ service: event.target.value || undefined })}>
            <option value="">all</option>
            {services.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          <input type="checkbox" checked={filter.noted} onChange={(event) => onChange({ noted: event.target.checked })} /> also what is only
          noted
        </label>
        <label>
          <input type="checkbox" checked={filter.differing} onChange={(event) => onChange({ differing: event.target.checked })} /> only what
          differs
        </label>
      </form>
      <Differences texts={own.map(({ text }) => text)} />
      {lines.length > 0 ? (
        <>
          <FlowFigure nodes={flow.data.nodes} lines={lines} onService={(service) => onChange({ service })} />
          <p className="flow-legend">
            <span>■ command, ● event, with how often it was acted on</span>
            <span>p50, p95: from it to what its reader says because of it, over all styles</span>
            <span>— as declared</span>
            <span>╌ declared, never acted on</span>
            <span className="bad">
              <strong>━ not declared</strong>
            </span>
          </p>
          <Table
            caption="Messages from service to service"
            columns={columns}
            rows={passings}
            keyOf={({ from, to, type }) => `${from} ${to} ${type}`}
          />
        </>
      ) : (
        <EmptyState title={filter.differing ? 'Nothing differs' : 'Nothing goes here'}>
          <p>
            {filter.differing ? 'Everything that was declared was acted on, and the other way round.' : 'Choose another style or service.'}
          </p>
        </EmptyState>
      )}
    </>
  );
}

function Differences({ texts }: { readonly texts: readonly string[] }) {
  if (texts.length === 0) return null;
  return (
    <section className="box box-bad" aria-label="Differences">
      <h2>What is declared and what happens differ</h2>
      <ul>
        {texts.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </section>
  );
}

const columns: readonly Column<Passing>[] = [
  { head: 'from', cell: ({ from }) => <ServiceChip service={from} /> },
  { head: 'message', cell: ({ type }) => shortName(type) },
  { head: 'kind', cell: ({ kind, means }) => <span className="quiet">{means === 'forward' ? kind : `${kind}, ${means}`}</span> },
  { head: 'to', cell: ({ to }) => <ServiceChip service={to} /> },
  { head: 'acted on', number: true, cell: ({ count }) => count.toLocaleString('en') },
  { head: 'p50', number: true, cell: ({ latency }) => latency && <Duration ms={latency.p50Ms} /> },
  { head: 'p95', number: true, cell: ({ latency }) => latency && <Duration ms={latency.p95Ms} /> },
  {
    head: 'as declared?',
    grow: true,
    cell: ({ verdict }) => <span className={verdict === 'not declared' ? 'bad' : 'quiet'}>{verdict}</span>,
  },
];
