import type { Finding } from '@duet/audit';
import type { Style } from '@duet/message';
import type { Outcome } from './round';

/** What went wrong, and in which round: everybody who died in it. */
export interface Violation extends Finding {
  readonly seed: number;
  readonly round: readonly Outcome[];
}

const median = (numbers: readonly number[]): number | undefined => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

interface Row {
  readonly tried: number;
  readonly fired: number;
  readonly violations: number;
  readonly seconds: number | undefined;
}

function rowOf(outcomes: readonly Outcome[], violations: readonly Violation[]): Row {
  const isHere = (one: Outcome): boolean =>
    outcomes.some(
      ({ service, label, nth, style }) => service === one.service && label === one.label && nth === one.nth && style === one.style,
    );
  return {
    tried: outcomes.length,
    fired: outcomes.filter(({ fired }) => fired).length,
    violations: violations.filter(({ round }) => round.some((one) => one.fired && isHere(one))).length,
    seconds: median(outcomes.flatMap(({ recoverySeconds }) => (recoverySeconds === undefined ? [] : [recoverySeconds]))),
  };
}

const cellsOf = ({ tried, fired, violations, seconds }: Row): string[] => [
  String(tried),
  String(fired),
  String(violations),
  seconds?.toFixed(1) ?? '',
];

/** Label × style, as a Markdown table: how often it was tried and met, what was broken, and how long recovering took at the median. */
export function tableOf(outcomes: readonly Outcome[], violations: readonly Violation[]): string {
  const labels = [...new Set(outcomes.map(({ label }) => label))].sort((a, b) => plain(a).localeCompare(plain(b)) || b.localeCompare(a));
  const styles: Style[] = [...new Set(outcomes.map(({ style }) => style))];
  const rows = labels.flatMap((label) =>
    styles.flatMap((style) => {
      const here = outcomes.filter((one) => one.label === label && one.style === style);
      return here.length === 0 ? [] : [[`\`${label}\``, style, ...cellsOf(rowOf(here, violations))]];
    }),
  );
  return markdown(
    ['label', 'style', 'tried', 'died', 'violations', 'recovery (s)'],
    [...rows, ['all', '', ...cellsOf(rowOf(outcomes, violations))]],
  );
}

/** Without `before:` and `after:`. */
const plain = (label: string): string => label.slice(label.indexOf(':') + 1);

/** A Markdown table, its columns as wide as they must be. */
export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, n) => Math.max(name.length, ...rows.map((row) => (row[n] ?? '').length)));
  const line = (cells: readonly string[]): string => `| ${cells.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join(' | ')} |\n`;
  return line(head) + line(widths.map((width) => '-'.repeat(width))) + rows.map(line).join('');
}
