import type { Finding } from '@duet/audit';
import type { Style } from '@duet/message';
import type { Outcome } from './round';

/** What went wrong, and in which round: everybody who died in it. */
export interface Violation extends Finding {
  readonly seed: number;
  readonly round: readonly Outcome[];
}

/** Where services die, by what a label begins with, after `before:` or `after:`. The first that fits. */
const places = [
  ['db:begin', 'transactions: begin and commit'],
  ['db:commit', 'transactions: begin and commit'],
  ['db:duet-', 'statements of the runtime'],
  ['db:', 'statements of the business'],
  ['broker:produce', 'sends'],
  ['broker:', 'fetches, offsets, joining'],
  ['outside:', 'calls to the world outside'],
] as const;

const placeOf = (label: string): string => places.find(([start]) => plain(label).startsWith(start))?.[1] ?? 'elsewhere';
/** Without `before:` and `after:`. */
const plain = (label: string): string => label.slice(label.indexOf(':') + 1);

const key = ({ style, service, label, nth }: Outcome): string => JSON.stringify([style, service, label, nth]);

function cellsOf(outcomes: readonly Outcome[], violations: readonly Violation[]): string[] {
  const here = new Set(outcomes.map(key));
  const seconds = outcomes.flatMap(({ recoverySeconds }) => recoverySeconds ?? []).sort((a, b) => a - b);
  return [
    new Set(outcomes.map(({ label }) => label)).size,
    outcomes.length,
    outcomes.filter(({ fired }) => fired).length,
    violations.filter(({ round }) => round.some((one) => one.fired && here.has(key(one)))).length,
    seconds[Math.floor(seconds.length / 2)]?.toFixed(1) ?? '',
    seconds.at(-1)?.toFixed(1) ?? '',
  ].map(String);
}

/** Where × style, as a Markdown table: how many labels there are, how often one was tried and met, what was broken, and how long recovering took: at the median, and at most. */
export function tableOf(outcomes: readonly Outcome[], violations: readonly Violation[]): string {
  const styles: Style[] = [...new Set(outcomes.map(({ style }) => style))].sort();
  const rows = [...new Set(places.map(([, place]) => place))].flatMap((place) =>
    styles.flatMap((style) => {
      const here = outcomes.filter((one) => placeOf(one.label) === place && one.style === style);
      return here.length === 0 ? [] : [[place, style, ...cellsOf(here, violations)]];
    }),
  );
  return markdown(
    ['where services die', 'style', 'labels', 'tried', 'died', 'violations', 'recovery (s): median', 'longest'],
    [...rows, ['all', '', ...cellsOf(outcomes, violations)]],
  );
}

/** A Markdown table, its columns as wide as they must be. */
export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, n) => Math.max(name.length, ...rows.map((row) => (row[n] ?? '').length)));
  const line = (cells: readonly string[]): string => `| ${cells.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join(' | ')} |\n`;
  return line(head) + line(widths.map((width) => '-'.repeat(width))) + rows.map(line).join('');
}
