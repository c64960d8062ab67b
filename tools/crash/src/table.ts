import type { Finding } from '@duet/audit';
import type { Style } from '@duet/message';
import { markdown } from './markdown.mjs';
import { placeNames, placeOf } from './places.mjs';
import type { Outcome } from './round';

/** What went wrong, and in which round: everybody who died in it. */
export interface Violation extends Finding {
  readonly seed: number;
  readonly round: readonly Outcome[];
}

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
  const rows = placeNames.flatMap((place) =>
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
