import { faultNames } from './options.mjs';
import type { Report } from './simulation';

/** What all runs came to. */
export function tableOf(reports: readonly Report[], seconds: number): string {
  const outcomes = reports.flatMap((report) => report.outcomes);
  const count = (status: string): number => outcomes.filter((outcome) => outcome.status === status).length;
  const happened = faultNames.map((fault) => [fault, reports.reduce((sum, report) => sum + (report.happened.get(fault) ?? 0), 0)] as const);
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
