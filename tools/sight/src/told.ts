import type { BehindFigure, BesideFigure } from './beside';
import type { ViewFigure } from './views';

/** What the observer came to; times in milliseconds unless named otherwise. What was not measured is left out. */
export interface SightResult {
  readonly style: string;
  readonly sagas: number;
  readonly views?: readonly ViewFigure[];
  readonly beside?: BesideFigure;
  readonly behind?: BehindFigure;
  /** Percent of a core. */
  readonly idle?: number;
}

const goals = { p95: 200, p99: 1.5, idle: 2 };

const isMet = (met: boolean, goal: string): string => (met ? '' : `   missed: ${goal}`);

/** The result for people. */
export function tellSight({ style, sagas, views, beside, behind, idle }: SightResult): string {
  const width = Math.max(...(views ?? []).map(({ name }) => name.length), 24);
  const line = (name: string, text: string): string => `${name.padEnd(width)}  ${text}\n`;
  const viewed = (views ?? []).map(({ name, p50, p95, p99, kilobytes }) =>
    line(
      name,
      `${[p50, p95, p99].map((ms) => ms.toFixed(1).padStart(8)).join('')}${kilobytes.toFixed(0).padStart(8)}${isMet(p95 < goals.p95, `p95 below ${goals.p95} ms`)}`,
    ),
  );
  const pace = ({ p50, p99 }: { p50: number; p99: number }): string => `${p50} ms (p50), ${p99} ms (p99)`;
  return [
    line('style', style),
    ...(views ? [line('sagas known', sagas.toLocaleString('en')), line('', '     p50     p95     p99      KB'), ...viewed] : []),
    ...(beside
      ? [
          line(`at ${beside.rate} orders a second`, `without it ${pace(beside.without)}`),
          line(
            '',
            `beside it ${pace(beside.beside)}: ${beside.p99} times the p99${isMet(beside.p99 <= goals.p99, `at most ${goals.p99}`)}`,
          ),
          ...(beside.cpuPer1000 === undefined ? [] : [line('', `${beside.cpuPer1000} s of its CPU for 1,000 orders`)]),
        ]
      : []),
    ...(behind
      ? [
          line('orders a second at most', `${behind.without} without it, ${behind.beside} beside it`),
          line('', `${behind.mostBehind} messages behind at most, ${behind.behind} at the end, caught up after ${behind.seconds} s`),
        ]
      : []),
    ...(idle === undefined ? [] : [line('idle', `${idle} % of a core${isMet(idle < goals.idle, `below ${goals.idle} %`)}`)]),
  ].join('');
}
