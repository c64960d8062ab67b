import type { Outcome, Violation } from './audit';
import { type Options, styles } from './options.mjs';
import { planOf } from './plan';
import type { Report, Simulation } from './simulation';

/** What was asked for, run: one run, or one in each style. */
export async function runAsked(simulation: Simulation, asked: Omit<Options, 'runs' | 'help' | 'trace'>): Promise<Report[]> {
  const { style } = asked;
  if (style !== 'compare') return [await simulation.run(planOf({ ...asked, style }))];
  const reports: Report[] = [];
  for (const each of styles) reports.push(await simulation.run(planOf({ ...asked, style: each })));
  const [first, ...others] = reports;
  for (const [place, other] of others.entries()) {
    const found = differences(first!.outcomes, other.outcomes, `${styles[0]} and ${styles[place + 1]}`);
    reports[place + 1] = { ...other, violations: [...other.violations, ...found] };
  }
  return reports;
}

/** Ends that depend on who came first: a cancel, a deadline, the last cup. Where one of them raced, another style may end otherwise. */
const raced = ['cancelled', 'timeout', 'no-stock'];

/** P13: equal orders with equal outcomes have equal effects, and equal outcomes where nothing raced. */
export function differences(ours: readonly Outcome[], theirs: readonly Outcome[], where: string): Violation[] {
  return ours.flatMap((our): Violation[] => {
    const their = theirs.find(({ n }) => n === our.n);
    if (!their) return [];
    const say = (text: string): Violation[] => [{ promise: 'P13', order: undefined, text: `order ${our.n} in ${where}: ${text}` }];
    if (our.status !== their.status) {
      const race = [our.code, their.code].some((code) => raced.includes(code ?? ''));
      return race ? [] : say(`${our.status} (${our.code}) and ${their.status} (${their.code})`);
    }
    const effects = ({ kept, isShipped, isIssued }: Outcome) => `kept ${kept}, shipped ${isShipped}, goods gone ${isIssued}`;
    return effects(our) === effects(their) ? [] : say(`${our.status}, but ${effects(our)} and ${effects(their)}`);
  });
}
