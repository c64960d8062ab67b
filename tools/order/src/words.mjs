// @ts-check
import { plain } from '../../local/src/plain.mjs';

/**
 * @typedef {import('./tale.mjs').Told} Told
 * @typedef {import('./tale.mjs').Message} Message
 *
 * An order as its service answers it.
 * @typedef {{ orderId: string, status: string, style: string, reason?: { code: string, text: string }, lines: readonly { sku: string, quantity: number }[],
 *   total: number, currency: string, paymentMethod: string, customerId: string, shipTo: { country: string, postalCode: string } }} Order
 *
 * What came of one that was watched. Without the observer, only its own service's events were heard: no hops are known then. `ms`: from its first message to its last.
 * @typedef {{ orderId: string, style: string, status: string, reason?: { code: string, text: string }, messages: number, commands: number, events: number,
 *   hops: number | undefined, ms: number }} Came
 *
 * Gives a text the colour of what it means, where there are colours.
 * @typedef {Record<'refusal' | 'undo' | 'question' | 'good' | 'quiet' | 'strong', (text: string) => string>} Paint
 */

const codes = { refusal: 31, undo: 33, question: 36, good: 32, quiet: 2, strong: 1 };

/** Colours are for a terminal whose owner wants them (no-color.org). @param {boolean} colours @returns {Paint} */
export function paintWith(colours) {
  const in_ = (/** @type {number} */ code) => (/** @type {string} */ text) =>
    colours && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text;
  return {
    ...{ refusal: in_(codes.refusal), undo: in_(codes.undo), question: in_(codes.question) },
    ...{ good: in_(codes.good), quiet: in_(codes.quiet), strong: in_(codes.strong) },
  };
}

/** @param {string} type */
const short = (type) => plain(type.slice(type.indexOf('.') + 1));
/** Whose command it is. @param {string} type */
const ownerOf = (type) => plain(type.slice(0, type.indexOf('.')));
/** @param {{ code: string, text: string }} reason */
const because = ({ code, text }) => `${plain(text).replace(/\.$/, '')} (${plain(code)})`;

/** Whole milliseconds below a second, then seconds. @param {number} ms */
export const lasting = (ms) =>
  ms < 1_000 ? `${Math.round(ms)} ms` : ms < 100_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`;

/** @param {number} count @param {string} what */
const many = (count, what) => `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;

/** Minor units as people write them: `39.98 CHF`. @param {number} total @param {string} currency */
export function money(total, currency) {
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  return `${(total / 10 ** digits).toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${currency}`;
}

/** @param {Order} order @param {Paint} paint */
export function orderLine({ orderId, style, lines, total, currency, paymentMethod, customerId, shipTo }, paint) {
  const [first, second, ...more] = lines.map(({ sku, quantity }) => `${quantity.toLocaleString('en')} × ${plain(sku)}`);
  const what = [
    first,
    ...(second === undefined ? [] : [second]),
    ...(more.length > 0 ? [`${many(more.length, 'further line')}`] : []),
  ].join(', ');
  const facts = [
    style,
    what,
    money(total, currency),
    plain(paymentMethod),
    `to ${plain(shipTo.country)} ${plain(shipTo.postalCode)}`,
    `for ${plain(customerId)}`,
  ];
  return `${paint.strong(`order ${orderId}`)}\n${facts.join(' · ')}`;
}

/** The widths of what stands before the cause: services and messages in columns, as far as they fit. */
const widths = { time: 9, service: 12, name: 38 };

/** One message: when, who, what, because of what. @param {Told} told @param {Paint} paint */
export function messageLine({ message, depth, cause, sinceMs }, paint) {
  const { type, kind, service, reason } = message;
  // A saga that goes round and round must not walk out of the terminal.
  const indent = ' '.repeat(2 * Math.min(depth, 12));
  const name = indent + short(type) + (kind === 'command' ? ` → ${ownerOf(type)}` : '');
  const from = cause
    ? `← ${short(cause.type)} of ${plain(cause.service)}`
    : message.cause === undefined
      ? ''
      : '← a message that was not heard';
  const { words, how } = meaningOf(message);
  const said = [words, ...(reason ? [`${words === 'refused' ? '' : 'because: '}${because(reason)}`] : [])]
    .filter((part) => part !== '')
    .join(': ');
  return [
    paint.quiet(lasting(sinceMs).padStart(widths.time)),
    plain(service).padEnd(widths.service),
    paint[how](name) + ' '.repeat(Math.max(0, widths.name - name.length)),
    [paint.quiet(from), paint[how](said)].filter((part) => part !== '').join('  '),
  ]
    .join('  ')
    .trimEnd();
}

/** In words, so that nobody needs to see colours. @param {Message} message @returns {{ words: string, how: keyof Paint }} */
function meaningOf({ means, kind, void: isVoid }) {
  if (isVoid) return { words: 'too late, nothing follows from it', how: 'quiet' };
  switch (means) {
    case 'refusal':
      return { words: 'refused', how: 'refusal' };
    case 'undo':
      return { words: kind === 'command' ? 'undo' : 'undone', how: 'undo' };
    case 'question':
      return { words: kind === 'command' ? 'is there a way back?' : 'the answer', how: 'question' };
    case 'beside':
      return { words: 'beside the process', how: 'quiet' };
    default:
      return { words: '', how: 'strong' };
  }
}

/** How it ended, and the figures. @param {Came} came @param {Paint} paint */
export function endLines({ status, reason, messages, commands, events, hops, ms }, paint) {
  const how = status === 'confirmed' ? paint.good : status === 'placed' ? paint.quiet : paint.refusal;
  const figures = [
    `${many(messages, 'message')} (${many(commands, 'command')}, ${many(events, 'event')})`,
    ...(hops === undefined ? [] : [many(hops, 'hop')]),
    lasting(ms),
  ];
  return [how(`${status === 'placed' ? 'not ended yet' : plain(status)}${reason ? `: ${because(reason)}` : ''}`), figures.join(', ')];
}

/** Orders beside one another. @param {readonly Came[]} all */
export function comparison(all) {
  const head = ['STYLE', 'END', 'REASON', 'MESSAGES', 'COMMANDS', 'EVENTS', 'HOPS', 'TIME'];
  const rows = all.map(({ style, status, reason, messages, commands, events, hops, ms }) =>
    [
      style,
      status,
      reason?.code ?? '–',
      String(messages),
      String(commands),
      String(events),
      hops === undefined ? '–' : String(hops),
      lasting(ms),
    ].map(plain),
  );
  const columns = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (/** @type {readonly string[]} */ cells) =>
    cells.map((cell, column) => (column < 3 ? cell.padEnd(columns[column] ?? 0) : cell.padStart(columns[column] ?? 0))).join('  ');
  return [head, ...rows].map(line);
}

/** Which option said what the service does not take. @param {string} path */
function optionOf(path) {
  const [, field = '', , part = ''] = path.split('/');
  const options = { style: '--style', paymentMethod: '--card', customerId: '--customer', shipTo: '--country' };
  if (field === 'lines') return part === 'quantity' ? '--quantity' : '--sku';
  if (path === '/shipTo/postalCode') return '--postal-code';
  return options[/** @type {keyof typeof options} */ (field)] ?? path;
}

/** Why the order service does not take an order, by the options that said so. @param {{ status: number, body: Record<string, unknown> }} answer */
export function refusalOf({ status, body }) {
  const errors = /** @type {{ path?: string, text: string }[]} */ (Array.isArray(body['errors']) ? body['errors'] : []);
  if (errors.length === 0) return `the order service answers ${status}: ${plain(String(body['detail']))}`;
  return errors.map(({ path, text }) => (path === undefined ? plain(text) : `${optionOf(path)}: ${plain(text)}`)).join('; ');
}
