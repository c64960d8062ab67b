// @ts-check

/**
 * A Markdown table, its columns as wide as they must be; ends with a line break.
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
export function markdown(head, rows) {
  const widths = head.map((name, n) => Math.max(name.length, ...rows.map((row) => (row[n] ?? '').length)));
  const line = (/** @type {readonly string[]} */ row) => `| ${row.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join(' | ')} |\n`;
  return line(head) + line(widths.map((width) => '-'.repeat(width))) + rows.map(line).join('');
}
