import { createHash } from 'node:crypto';
import type { Style } from '@duet/message';

/** A point at which a service can die: `after:db:commit`, the second time that it is met. */
export interface Point {
  readonly service: string;
  readonly label: string;
  /** Which meeting of it, counted from 1 since the orders of the round were about to be placed. */
  readonly nth: number;
}

/** A point in a style. */
export interface Case extends Point {
  readonly style: Style;
}

/** In words. */
export const nameOf = ({ service, label, nth }: Point): string => `${service} ${label} #${nth}`;

/** How often each service has met each label while nobody died. */
export type Met = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** The first meeting, the last, and as many between as there may be. */
function meetings(count: number, atMost: number): number[] {
  const steps = Math.min(count, atMost);
  if (steps < 2) return [1];
  return [...new Set(Array.from({ length: steps }, (_, n) => 1 + Math.round((n * (count - 1)) / (steps - 1))))];
}

/** Every point that was met, at most so many meetings of each. */
export const casesOf = (style: Style, met: Met, atMost: number): Case[] =>
  Object.entries(met).flatMap(([service, labels]) =>
    Object.entries(labels).flatMap(([label, count]) => meetings(count, atMost).map((nth) => ({ style, service, label, nth }))),
  );

/** The same cases in an order that the seed decides, whatever the order in which they were met, and whichever others were. */
export function shuffled(cases: readonly Case[], seed: number): Case[] {
  return cases
    .map((one) => ({
      one,
      place: createHash('sha1')
        .update(JSON.stringify([seed, one.style, nameOf(one)]))
        .digest('hex'),
    }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ one }) => one);
}

/** Rounds of one style each, in which a service dies at most once: the first fitting round takes a case. The styles take turns. */
export function roundsOf(cases: readonly Case[], together: number): Case[][] {
  const rounds = new Map<Style, Case[][]>();
  for (const one of cases) {
    const ofStyle = rounds.get(one.style) ?? [];
    rounds.set(one.style, ofStyle);
    const fits = ofStyle.find((round) => round.length < together && round.every(({ service }) => service !== one.service));
    if (fits) fits.push(one);
    else ofStyle.push([one]);
  }
  const longest = Math.max(0, ...[...rounds.values()].map(({ length }) => length));
  return Array.from({ length: longest }, (_, n) => [...rounds.values()].flatMap((ofStyle) => ofStyle.slice(n, n + 1))).flat();
}

/** The first rounds, until there are so many cases. */
export function sampleOf(rounds: readonly Case[][], cases: number): Case[][] {
  let left = cases;
  return rounds.flatMap((round) => {
    const taken = round.slice(0, left);
    left -= taken.length;
    return taken.length === 0 ? [] : [taken];
  });
}
