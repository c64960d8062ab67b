// @ts-check
import { plain } from '../../local/src/plain.mjs';
import { states } from './options.mjs';

export { plain };

/** What the services answer, as far as it is told here. */
/**
 * @typedef {{ service: string, state: string, reason: string | null, task: string, count: number, oldest: string, newest: string, example: string, text: string | null }} Group
 * @typedef {{ text?: string, base64?: string } | null} Bytes
 * @typedef {string | { base64: string } | readonly (string | { base64: string })[]} Header
 * @typedef {{ service: string, id: string, state: string, task: string, step: string, process: string | null, saga: string | null, topic: string, attempts: number,
 *   reason: { code: string, text: string } | null, heldAt: string, dueAt: string | null, lineage: Record<string, string>, headers: Record<string, Header>,
 *   key: Bytes, value: Bytes, bytes: number, operations?: readonly { did: string, actor: string, note: string | null, at: string }[] }} Held
 * @typedef {{ service: string, id: string, state: string, text: string, code?: string }} Done
 */

/** Several lines, each of them plain. @param {string} text */
const plainLines = (text) => text.split('\n').map(plain);

/** @param {number} count @param {string} what */
export const many = (count, what) => `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;

/** A duration in the largest unit that it fills. @param {number} ms */
export function lasting(ms) {
  const seconds = Math.max(Math.round(ms / 1_000), 0);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 2 * 3_600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 2 * 86_400 ? `${Math.floor(seconds / 3_600)} h` : `${Math.floor(seconds / 86_400)} days`;
}

/** What needs a person first, then what there is most of. @param {readonly Group[]} groups */
export const sorted = (groups) =>
  [...groups].sort((a, b) => placeOf(a.state) - placeOf(b.state) || b.count - a.count || a.oldest.localeCompare(b.oldest));
/** @param {string} state */
const placeOf = (state) => /** @type {readonly string[]} */ (states).indexOf(state);

/** @param {readonly Group[]} groups @param {number} now */
export function groupTable(groups, now) {
  const rows = sorted(groups).map((group) => ({
    cells: [
      plain(group.state),
      group.count.toLocaleString('en'),
      plain(group.service),
      plain(group.task) || '–',
      plain(group.reason ?? '') || '–',
      agesOf(group, now),
    ],
    below: [...(group.text ? [plain(group.text)] : []), `e.g. ${plain(group.example)}`],
  }));
  const head = ['STATE', 'COUNT', 'SERVICE', 'TASK', 'REASON', 'HELD FOR'];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map(({ cells }) => cells[column]?.length ?? 0)));
  const line = (/** @type {readonly string[]} */ cells) =>
    cells
      .map((cell, column) => (column === 1 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  const indent = ' '.repeat((widths[0] ?? 0) + 2);
  return [line(head), ...rows.flatMap(({ cells, below }) => [line(cells), ...below.map((text) => indent + text)])];
}

/** @param {Group} group @param {number} now */
function agesOf({ oldest, newest }, now) {
  const [most, least] = [lasting(now - Date.parse(oldest)), lasting(now - Date.parse(newest))];
  return most === least ? most : `${least} to ${most}`;
}

/** What was thrown says its name itself. @param {{ code: string, text: string }} reason */
const because = ({ code, text }) => (text.startsWith(`${code}:`) ? text : `${code}: ${text}`);

/** One message in two or three lines. @param {Held} held @param {number} now */
export function heldLines({ service, id, state, task, attempts, reason, heldAt, saga, lineage }, now) {
  const asked = task === 'hears' || task === '' ? (lineage['type'] ?? '–') : task;
  const first = [
    plain(state).padEnd(8),
    service,
    plain(asked),
    `saga ${plain(saga ?? lineage['saga'] ?? '–')}`,
    lasting(now - Date.parse(heldAt)),
    many(attempts, 'attempt'),
  ];
  return [first.join('  '), `          ${plain(id)}`, ...(reason ? [`          ${plain(because(reason))}`] : [])];
}

/** What was done about one message. @param {Done} done */
export const doneLines = ({ service, id, state, text }) => [
  `${plain(state).padEnd(8)}  ${service}  ${plain(id)}`,
  `          ${plain(text)}`,
];

const stepTexts = /** @type {Readonly<Record<string, string>>} */ ({
  none: 'nothing of it has happened',
  calling: 'its outside call was made, and whether it has worked is not known',
  tombstone: 'undone or given up: it never happens',
});

/** One message, as much as there is to know of it. @param {Held} held @param {number} now */
export function heldPage(held, now) {
  const { service, id, state, task, step, topic, attempts, reason, heldAt, dueAt, lineage, headers, key, bytes, operations = [] } = held;
  const { type, source, time, process, saga, style, cause, hop, version, ask } = lineage;
  const due = dueAt === null ? '' : state === 'calling' ? `, its lease ends at ${dueAt}` : `, tried again at ${dueAt}`;
  const facts = [
    ['at', service],
    ['stands', `${state} for ${lasting(now - Date.parse(heldAt))}, after ${many(attempts, 'attempt')}${due}`],
    ['because', reason ? because(reason) : 'it waits for its turn'],
    ['asks for', task === '' ? 'nobody can read it' : task === 'hears' ? `taking note of ${type}` : task],
    ...(task === '' ? [] : [['step', stepTexts[step] ?? step]]),
    ['saga', [process, saga].filter((part) => part !== undefined).join(' / ') || '–'],
    [
      'style',
      [style ?? '–', ...(version === undefined ? [] : [`version ${version}`]), ...(ask === undefined ? [] : [`asked ${ask}`])].join(', '),
    ],
    [
      'message',
      [type ?? '–', ...(source === undefined ? [] : [`from ${source}`]), ...(time === undefined ? [] : [`made ${time}`])].join(', '),
    ],
    ['caused by', `${cause ?? '–'}${hop === undefined ? '' : `, hop ${hop}`}`],
    ['topic', `${topic}, key ${key?.text ?? key?.base64 ?? '–'}`],
  ];
  return [
    plain(id),
    ...facts.map(([name = '', text = '']) => `  ${name.padEnd(9)}  ${plain(text)}`),
    ...section(
      'headers',
      Object.entries(headers).flatMap(([name, header]) => [header].flat().map((one) => `${plain(name)}: ${headerText(one)}`)),
    ),
    ...section(`value (${many(bytes, 'byte')})`, valueLines(held.value)),
    ...section(
      'done about it',
      operations.map(
        ({ at, actor, did, note }) => `${plain(at)}  ${plain(actor)}  ${plain(did)}${note === null ? '' : `: ${plain(note)}`}`,
      ),
    ),
  ];
}

/** @param {string} title @param {readonly string[]} lines */
const section = (title, lines) => (lines.length === 0 ? [] : ['', `  ${title}`, ...lines.map((line) => `    ${line}`)]);

/** @param {string | { base64: string } | null} header */
const headerText = (header) => (header === null ? '(no value)' : typeof header === 'string' ? plain(header) : `base64 ${header.base64}`);

/** Of bytes that are no text, so many are shown. */
const mostHex = 512;

/** JSON with its structure, other text as it is, bytes in hexadecimal beside what can be read of them. @param {Bytes} value */
export function valueLines(value) {
  if (value === null) return ['there is none'];
  if (value.text !== undefined) return plainLines(prettier(value.text));
  const bytes = Buffer.from(value.base64 ?? '', 'base64');
  const rows = Array.from({ length: Math.ceil(Math.min(bytes.length, mostHex) / 16) }, (_, row) => {
    const part = bytes.subarray(row * 16, row * 16 + 16);
    const hex = [...part].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const readable = [...part].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    return `${(row * 16).toString(16).padStart(4, '0')}  ${hex.padEnd(47)}  ${readable}`;
  });
  return bytes.length > mostHex ? [...rows, `and ${many(bytes.length - mostHex, 'byte')} more; --json has all of them`] : rows;
}

/** What JSON.parse would change (a number too large, a field twice) is left as it came. @param {string} text */
function prettier(text) {
  try {
    const data = /** @type {unknown} */ (JSON.parse(text));
    return JSON.stringify(data) === text ? JSON.stringify(data, null, 2) : text;
  } catch {
    return text;
  }
}
