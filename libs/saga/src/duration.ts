/** A time with its unit: `500ms`, `10s`, `1m`, `2h`, `1d`. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** In milliseconds; undefined where it is no duration, or none above zero. */
export function millisecondsOf(duration: Duration): number | undefined {
  const [, count, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(duration) ?? [];
  const ms = Number(count) * (units[unit ?? ''] ?? NaN);
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}

/** For people: `10 s`, `1.5 min`. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const [count, unit] = ms < 60_000 ? [ms / 1_000, 's'] : ms < 3_600_000 ? [ms / 60_000, 'min'] : [ms / 3_600_000, 'h'];
  return `${Math.round(count * 10) / 10} ${unit}`;
}
