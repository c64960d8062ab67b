import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { observer, told } from '../api/client';
import type { OverviewView, StepLatencyView } from '../api/types';
import { perMinute, sums } from '../overview/bars';
import { Needs } from '../overview/needs';
import { ShopHour } from '../overview/shop-hour';
import { Spark } from '../overview/spark';
import { Tape } from '../overview/tape';
import { EmptyState } from '../shared/empty-state';
import { Problem } from '../shared/problem';
import { ServiceChip } from '../shared/service-chip';
import { StyleMark } from '../shared/style-mark';
import { Duration, Time } from '../shared/time';
import { counted, shortName } from '../words/names';
import '../overview/overview.css';

const styles = ['choreography', 'orchestration', 'hybrid'] as const;

/** What is going on, what is stuck and on whom, what can be done about it. */
export function OverviewPage() {
  const overview = useQuery({
    queryKey: ['overview'],
    queryFn: ({ signal }) => told(observer.GET('/api/overview', { signal })),
    refetchInterval: 2_000,
  });
  const differences = useQuery({
    queryKey: ['differences'],
    queryFn: ({ signal }) => told(observer.GET('/api/differences', { signal })),
    refetchInterval: 10_000,
  });
  const { data } = overview;
  return (
    <div className="stack">
      <h1 className="visually-hidden">Overview</h1>
      {overview.isError && <Problem error={overview.error} doing="Looking at the system" onRetry={() => void overview.refetch()} />}
      {!data && !overview.isError && <p className="quiet">Looking …</p>}
      {data && !data.caughtUp && (
        <p className="box box-undo">
          The observer is catching up: this is how things stood at <Time at={data.asOf} />.
        </p>
      )}
      {data && (isEmpty(data) ? <First /> : <Panels data={data} />)}
      <div className="halves">
        <Tape />
        {data && data.steps.length > 0 && <Steps data={data} />}
      </div>
      {differences.data && differences.data.items.length > 0 && (
        <section aria-labelledby="differences">
          <h2 id="differences">Declared and real differ</h2>
          <ul>
            {differences.data.items.map(({ kind, service, text }) => (
              <li key={kind + service + text}>
                <ServiceChip service={service} /> {text}
              </li>
            ))}
          </ul>
        </section>
      )}
      {data && (
        <details className="quiet">
          <summary>When is something taken for stalled, a loop, an incomplete undo?</summary>
          <ul>
            {data.rules.map((rule) => (
              <li key={rule}>{rule}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

const isEmpty = ({ now, minutes, needs, steps }: OverviewView): boolean =>
  minutes.length === 0 && needs.length === 0 && steps.length === 0 && now.running + now.compensating === 0;

function First() {
  return (
    <EmptyState title="Nothing has happened in the last hour">
      <p>
        A saga begins when somebody places an order. <Link href="/order">Place one in the shop</Link>, and choose there how it ends; or{' '}
        <Link href="/duel">place the same one in two styles</Link>. It appears here as its messages are heard.
      </p>
    </EmptyState>
  );
}

function Panels({ data }: { readonly data: OverviewView }) {
  return (
    <div className="panels">
      <Needs needs={data.needs} now={data.now} />
      <Now data={data} />
      <div className="stack">
        <LastHour data={data} />
        <ShopHour />
      </div>
    </div>
  );
}

function Now({ data: { now, backlog } }: { readonly data: OverviewView }) {
  const counts = [
    ['running', now.running, 'running', ''],
    ['compensating', now.compensating, 'compensating', 'undo'],
    ['stalled', now.stalled, 'stalled', 'bad'],
    ['parked', now.parked, 'with a parked message', 'bad'],
    ['loop', now.loop, 'in a loop', 'bad'],
    ['undo-incomplete', now.undoIncomplete, 'with an incomplete undo', 'bad'],
    ['undo-failed', now.undoFailed, 'with a failed undo', 'bad'],
  ] as const;
  return (
    <section aria-labelledby="now">
      <h2 id="now">Now</h2>
      <table>
        <tbody>
          {counts
            .filter(([state, count]) => count > 0 || state === 'running' || state === 'compensating')
            .map(([state, count, words, tone]) => (
              <tr key={state}>
                <td className={`number ${tone}`}>{count.toLocaleString('en')}</td>
                <td className="grow">
                  <Link href={`/sagas?state=${state}`}>{words}</Link>
                </td>
              </tr>
            ))}
        </tbody>
      </table>
      <h3 className="spaced">Still to read</h3>
      <table>
        <tbody>
          {backlog.map(({ service, messages }) => (
            <tr key={service}>
              <td className="number">{messages?.toLocaleString('en') ?? '?'}</td>
              <td className="grow">
                <ServiceChip service={service} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function LastHour({ data: { minutes, outcomes, asOf } }: { readonly data: OverviewView }) {
  const refused = sums(
    outcomes,
    ({ reason }) => reason,
    ({ count }) => count,
  );
  const totalOf = (count: (one: (typeof minutes)[number]) => number): number => minutes.reduce((sum, one) => sum + count(one), 0);
  return (
    <section aria-labelledby="hour">
      <h2 id="hour">Last hour</h2>
      {styles.map((style) => {
        const started = totalOf((one) => (one.style === style ? one.started : 0));
        return (
          <div key={style} className="spark-row">
            <StyleMark style={style} />
            <Spark
              counts={perMinute(minutes, asOf, (one) => (one.style === style ? one.started : 0))}
              label={`${style}: ${started} begun, by minute`}
            />
            <span className="number">{started.toLocaleString('en')} begun</span>
          </div>
        );
      })}
      <div className="spark-row undo">
        <span>turned back</span>
        <Spark counts={perMinute(minutes, asOf, (one) => one.compensated)} label="turned back, by minute" />
        <span className="number">{totalOf((one) => one.compensated).toLocaleString('en')}</span>
      </div>
      {refused.length > 0 && (
        <ul className="plain-list">
          {refused.slice(0, 6).map(([reason, count]) => (
            <li key={reason}>
              <Link href={`/sagas?reason=${encodeURIComponent(reason)}`}>{reason}</Link> {count.toLocaleString('en')}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Steps({ data: { steps, bottleneck } }: { readonly data: OverviewView }) {
  const shown = [...steps].sort((a, b) => b.sharePercent - a.sharePercent).slice(0, 12);
  const most = Math.max(1, ...shown.map(({ latency }) => latency.p95Ms));
  return (
    <section aria-labelledby="steps">
      <h2 id="steps">
        Where the time goes <span className="quiet">{bottleneck?.text}</span>
      </h2>
      <table>
        <thead>
          <tr>
            <th scope="col">step</th>
            <th scope="col">style</th>
            <th scope="col" className="number">
              p50
            </th>
            <th scope="col" className="number">
              p95
            </th>
            <th scope="col" className="grow">
              p50 in p95
            </th>
            <th scope="col" className="number">
              share
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((step) => (
            <StepRow key={step.process + step.style + step.step + step.service} step={step} most={most} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function StepRow({ step, most }: { readonly step: StepLatencyView; readonly most: number }) {
  const { p50Ms, p95Ms, count } = step.latency;
  return (
    <tr>
      <td title={`${counted(count, 'time')}, p99 ${step.latency.p99Ms} ms`}>
        <ServiceChip service={step.service} /> {step.deciding ? `decides ${shortName(step.step)}` : shortName(step.step)}
      </td>
      <td>
        <StyleMark style={step.style} short />
      </td>
      <td className="number">
        <Duration ms={p50Ms} />
      </td>
      <td className="number">
        <Duration ms={p95Ms} />
      </td>
      <td>
        <svg className="range" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
          <rect className="p95" width={(p95Ms / most) * 100} height="8" />
          <rect className="p50" width={(p50Ms / most) * 100} height="8" />
        </svg>
      </td>
      <td className="number">{step.sharePercent} %</td>
    </tr>
  );
}
