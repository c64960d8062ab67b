/** Lines around a change, and lines shown at most of what goes and of what comes. */
const context = 2;
const shown = 12;

/** What changes from one text to another, as a unified diff of one hunk, shortened in its middle. Empty if nothing does. */
export function differenceOf(before: string, after: string): string {
  if (before === after) return '';
  const [old, now] = [before.split('\n'), after.split('\n')];
  const shorter = Math.min(old.length, now.length);
  let from = 0;
  while (from < shorter && old[from] === now[from]) from += 1;
  let tail = 0;
  while (tail < shorter - from && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  const lead = Math.max(from - context, 0);
  const end = (lines: readonly string[]): number => lines.length - tail;
  return [
    `@@ -${lead + 1} +${lead + 1} @@`,
    ...old.slice(lead, from).map((line) => ` ${line}`),
    ...short(old.slice(from, end(old)).map((line) => `-${line}`)),
    ...short(now.slice(from, end(now)).map((line) => `+${line}`)),
    ...now.slice(end(now), end(now) + context).map((line) => ` ${line}`),
  ].join('\n');
}

const short = (lines: readonly string[]): readonly string[] =>
  lines.length <= shown ? lines : [...lines.slice(0, shown), `${lines[0]?.charAt(0)}… ${lines.length - shown} more lines`];
