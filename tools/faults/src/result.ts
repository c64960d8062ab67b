import { markdown } from './markdown.mjs';

/** A fault that was to happen. */
export interface Fired {
  readonly name: string;
  /** Whether it was seen to happen. */
  readonly fired: boolean;
  /** Whether what was done could be undone: else all that comes after it happens to another system. */
  readonly mended: boolean;
  /** What happened at the same time. */
  readonly with?: string;
  /** Orders that were accepted and had not ended when it began. */
  readonly inFlight: number;
  /** From its end until an order in every style that was placed after it had ended; null where that did not come to be. */
  readonly recoverySeconds: number | null;
}

/** A promise that was broken: what the audit has found, or what did not recover. */
export interface Violation {
  readonly promise: string;
  /** An order's id, where it is about one. */
  readonly order: string | null;
  readonly text: string;
}

/** What a run came to: the file that it writes. */
export interface Result {
  readonly seed: number;
  readonly seconds: number;
  readonly style: string;
  readonly orders: { readonly intended: number; readonly accepted: number; readonly ended: number };
  readonly faults: readonly Fired[];
  readonly violations: readonly Violation[];
}

/** Of the intended orders so much must have been accepted. */
const leastAccepted = 0.9;

/** Why a run proves nothing, in sentences; none where it counts. */
export function whyNot({ orders, faults }: Result): string[] {
  const silent = faults.filter(({ fired }) => !fired).map(({ name }) => `${name} did not happen`);
  const lasting = faults.filter(({ mended }) => !mended).map(({ name }) => `${name} could not be mended`);
  const idle = faults.filter(({ inFlight }) => inFlight === 0).map(({ name }) => `${name} came when no order was in flight`);
  const few =
    orders.accepted < leastAccepted * orders.intended || orders.intended === 0
      ? [`${orders.accepted} of ${orders.intended} orders were accepted: fewer than ${leastAccepted * 100} %`]
      : [];
  const none = faults.length === 0 ? ['there was no fault'] : [];
  return [...none, ...silent, ...lasting, ...idle, ...few];
}

/** How runs end: 0, no violation; 1, a violation; 2, one does not count. */
export const exitCode = (...results: readonly Result[]): number =>
  results.some(({ violations }) => violations.length > 0) ? 1 : results.some((result) => whyNot(result).length > 0) ? 2 : 0;

/** One table of one run or several, for people and for docs/reliability.md, and a line for each run. */
export function tellResults(...results: readonly Result[]): string {
  const faults = results.flatMap((result) => result.faults);
  const rows = [...new Set(faults.map(({ name }) => name))].map((name) => {
    const all = faults.filter((one) => one.name === name);
    const seconds = all.flatMap(({ recoverySeconds }) => recoverySeconds ?? []).sort((a, b) => a - b);
    const lost = all.length - seconds.length;
    const inFlight = all.map((one) => one.inFlight);
    return [
      name,
      `${all.filter(({ fired }) => fired).length} of ${all.length}`,
      String(all.filter((one) => one.fired && one.with !== undefined).length),
      `${Math.min(...inFlight)} to ${Math.max(...inFlight)}`,
      `${seconds[Math.floor(seconds.length / 2)] ?? ''}`,
      lost > 0 ? `${lost} not recovered` : `${seconds.at(-1)}`,
    ];
  });
  const head = ['fault', 'happened', 'with another', 'orders in flight', 'orders end again after (s): median', 'longest'];
  const told = results.flatMap((result) => [
    `Seed ${result.seed}, ${result.style}, ${result.seconds} s: ${result.orders.intended} orders intended, ${result.orders.accepted} accepted, ${result.orders.ended} ended; ${result.violations.length} violations.`,
    ...result.violations.map(({ promise, order, text }) => `${promise} ${order ?? ''} ${text}`),
    ...whyNot(result).map((text) => `Does not count: ${text}.`),
  ]);
  return `${markdown(head, rows)}\n${told.join('\n')}\n`;
}
