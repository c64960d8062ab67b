import { type Fault, faultNames, type Options } from './options.mjs';
import type { Report } from './simulation';

/** What all runs came to, as a file. */
export interface Result {
  readonly seed: number;
  /** As asked for; `compare` runs each in every style. */
  readonly runs: number;
  readonly style: string;
  /** How many were placed. */
  readonly orders: number;
  /** How often each fault happened. */
  readonly happened: Readonly<Record<Fault, number>>;
  readonly violations: Report['violations'];
}

/** What all runs came to, for `npm run reliability`. */
export const resultOf = ({ seed, style, runs }: Options, reports: readonly Report[]): Result => ({
  ...{ seed, style, runs },
  orders: reports.reduce((sum, { outcomes }) => sum + outcomes.length, 0),
  happened: Object.fromEntries(faultNames.map((fault) => [fault, timesOf(reports, fault)])) as Record<Fault, number>,
  violations: reports.flatMap(({ violations }) => violations),
});

const timesOf = (reports: readonly Report[], fault: Fault): number =>
  reports.reduce((sum, { happened }) => sum + (happened.get(fault) ?? 0), 0);

/** The same for people. */
export function tableOf(reports: readonly Report[], seconds: number): string {
  const outcomes = reports.flatMap((report) => report.outcomes);
  const count = (status: string): number => outcomes.filter((outcome) => outcome.status === status).length;
  const happened = faultNames.map((fault) => [fault, timesOf(reports, fault)] as const);
  const simulated = reports.reduce((sum, { simulatedMs }) => sum + simulatedMs, 0) / 60_000;
  const violations = reports.flatMap((report) => report.violations).length;
  const rows: [string, string][] = [
    [
      'runs',
      `${reports.length} in ${seconds.toFixed(0)} s (${((60 * reports.length) / seconds).toFixed(0)} a minute; ${simulated.toFixed(0)} minutes were simulated)`,
    ],
    [
      'orders',
      `${outcomes.length}: ${['confirmed', 'rejected', 'cancelled', 'placed'].map((status) => `${count(status)} ${status}`).join(', ')}`,
    ],
    ['faults', happened.map(([fault, times]) => `${fault} ${times}`).join(', ')],
    ['violations', String(violations)],
  ];
  return rows.map(([name, text]) => `${name.padEnd(11)} ${text}\n`).join('');
}
