/** One format for every duration: `12 ms`, `4.2 s`, `3 min`, `2 h 5 min`, `4 d 2 h`. Takes milliseconds. */
export function durationText(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  if (whole < 1_000) return `${whole} ms`;
  if (whole < 9_950) return `${(whole / 1_000).toFixed(1)} s`;
  if (whole < 59_500) return `${Math.round(whole / 1_000)} s`;
  if (whole < 3_570_000) return `${Math.round(whole / 60_000)} min`;
  const [minutes, hours] = [Math.round(whole / 60_000), Math.round(whole / 3_600_000)];
  if (minutes < 24 * 60) return two(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  return two(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

const two = (large: number, unit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;
