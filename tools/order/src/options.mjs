// @ts-check
import { parseArgs } from 'node:util';
import { placesOf } from '../../local/src/operator.mjs';
import { LocalProblem, wrongWords } from '../../local/src/problem.mjs';

/**
 * What `POST /orders` is told; a style that is not said is the service's to choose.
 * @typedef {{ sku: string, quantity: number }} Line
 * @typedef {{ customerId: string, lines: readonly Line[], paymentMethod: string, shipTo: { country: string, postalCode: string }, style?: string }} OrderRequest
 *
 * @typedef {{ places: import('../../local/src/operator.mjs').Places, expect: string, withinMs: number | undefined, json: boolean }} Common
 *
 * What `npm run order` was asked for. `key`: names the order; said again, it is the same one. `styles`: one order in each of them, `all` or some.
 * @typedef {{ command: 'place', request: OrderRequest, key: string | undefined, watch: boolean } & Common} Place
 * @typedef {{ command: 'compare', request: OrderRequest, styles: 'all' | readonly string[] } & Common} Compare
 * @typedef {{ command: 'watch', orderId: string } & Common} Watch
 * @typedef {Place | Compare | Watch} OrderOptions
 */

/** How an order can end, and what a caller may count as right. */
const ends = ['confirmed', 'rejected', 'cancelled', 'any'];

export const help = `npm run order -- [<options>]
npm run order -- watch <order id>

Places an order on the running system, and draws what happens to it: each message as it goes, with what caused it.

  --style <style>       choreography, orchestration or hybrid (default: as the order service has it)
  --styles <styles>     all, or some divided by commas: the same order in each, one below the other, and compared
  --card <token>        how it is paid (default card_ok); those of the outside world's test data:
                        card_ok, card_declined, card_slow (5 s), card_flaky (fails twice, then works),
                        card_review (waits for a person); any other is declined
  --country <code>      where it goes to (default CH); carriers serve CH, DE, FR, IT, AT, GB and US, nobody AQ
  --postal-code <code>  (default 8001)
  --sku <sku>           what is ordered (default espresso-beans) …
  --quantity <n>        … and how much of it (default 2)
  --line <sku>=<n>      a further line (repeatable); without --sku, the lines are these alone
  --customer <id>       an opaque id (default c-42)
  --key <uuid>          the Idempotency-Key: the same key and the same order again is the same order

  --watch               draw its messages until it has ended; watch <order id> does so for an order that exists
  --expect <end>        ${ends.join(', ')}: which end is the right one, for the exit status (default confirmed)
  --within <time>       watch no longer than this: 30s, 5m (default: until it ends)

  --url <service>=<address>  order or observer of another system (repeatable); then only those are asked
  --json                what came of it as JSON on stdout, instead of the drawing
  --help

Without --url it finds the services of the running npm start, or else at their usual ports (DUET_<SERVICE>_PORT).
The messages come from the observer; where it does not run, the drawing is what the order service has heard.
Ctrl-C ends the watching and leaves the order alone. Colours go with a terminal and without NO_COLOR.

Exit status: 0 it has ended as expected, or, not watched, was placed and has not ended otherwise · 1 it has ended otherwise ·
2 it was asked for in a wrong way, or the order service refuses it · 3 the order service does not answer ·
4 it had not ended in time · 130 interrupted.

  npm run order -- --style choreography --card card_declined --watch
  npm run order -- --styles all --country AQ --expect rejected
  npm run order -- --line espresso-beans=1 --line filter-beans=3 --watch
  npm run order -- watch a622938b-f5ee-5680-919d-d30b5aa89e10
`;

const text = /** @type {const} */ ({ type: 'string' });
const flag = /** @type {const} */ ({ type: 'boolean' });
const many = /** @type {const} */ ({ type: 'string', multiple: true });
const known = {
  ...{ style: text, styles: text, card: text, country: text, 'postal-code': text, sku: text, quantity: text, line: many, customer: text },
  ...{
    key: text,
    watch: flag,
    expect: text,
    within: text,
    url: many,
    json: flag,
    help: /** @type {const} */ ({ type: 'boolean', short: 'h' }),
  },
};
/** What says something about the order itself: of one that exists there is nothing to say. @type {readonly (keyof typeof known)[]} */
const aboutOrder = ['style', 'styles', 'card', 'country', 'postal-code', 'sku', 'quantity', 'line', 'customer', 'key'];

/**
 * @param {readonly string[]} args
 * @returns {OrderOptions | 'help'}
 * @throws {LocalProblem} `usage`
 */
export function parseOrder(args) {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  /** @type {Common} */
  const common = {
    places: placesOf({ url: values.url }, usage),
    expect: expectOf(values.expect),
    withinMs: values.within === undefined ? undefined : withinOf(values.within),
    json: values.json ?? false,
  };
  // An id alone goes with --watch: it is what was meant.
  const [word, ...more] = values.watch && positionals[0] !== 'watch' ? ['watch', ...positionals] : positionals;
  if (word !== undefined && word !== 'watch') throw usage(`There is no "${word}": say watch <order id>, or options only.`);
  const [orderId, other] = more;
  if (other !== undefined) throw usage('One order is watched at a time.');
  if (orderId !== undefined) {
    const about = aboutOrder.find((option) => values[option] !== undefined);
    if (about !== undefined) throw usage(`--${about} means nothing for an order that exists.`);
    return { command: 'watch', orderId: idOf(orderId), ...common };
  }
  if (word === 'watch' && !values.watch) throw usage('watch needs the id of an order.');
  const request = requestOf(values);
  if (values.styles === undefined) return { command: 'place', request, key: values.key, watch: values.watch ?? false, ...common };
  if (values.style !== undefined) throw usage('Say --style or --styles, not both.');
  if (values.key !== undefined) throw usage('--key names one order, --styles places several.');
  return { command: 'compare', request, styles: stylesOf(values.styles), ...common };
}

/** @param {readonly string[]} args */
function parse(args) {
  try {
    return parseArgs({ args: [...args], options: known, allowPositionals: true });
  } catch (error) {
    throw usage(wrongWords(error));
  }
}

/** @param {ReturnType<typeof parse>['values']} values @returns {OrderRequest} */
function requestOf(values) {
  const { style, card = 'card_ok', country = 'CH', customer = 'c-42', sku, quantity, line = [] } = values;
  const further = line.map(lineOf);
  if (sku === undefined && quantity !== undefined && further.length > 0)
    throw usage('--quantity goes with --sku: with --line, say <sku>=<n>.');
  const first =
    sku === undefined && further.length > 0 ? [] : [{ sku: sku ?? 'espresso-beans', quantity: countOf('--quantity', quantity ?? '2') }];
  return {
    customerId: customer,
    lines: [...first, ...further],
    paymentMethod: card,
    shipTo: { country, postalCode: values['postal-code'] ?? '8001' },
    ...(style !== undefined && { style }),
  };
}

/** @param {string} said @returns {Line} */
function lineOf(said) {
  const at = said.lastIndexOf('=');
  if (at < 1) throw usage(`--line ${said}: say an article and how much of it, such as espresso-beans=2.`);
  return { sku: said.slice(0, at), quantity: countOf('--line', said.slice(at + 1)) };
}

/** How much there may be of something, the order service knows. @param {string} option @param {string} said */
function countOf(option, said) {
  if (!/^-?\d{1,15}$/.test(said)) throw usage(`${option} "${said}": say a whole number.`);
  return Number(said);
}

/** @param {string} [said] */
function expectOf(said = 'confirmed') {
  if (!ends.includes(said)) throw usage(`--expect "${said}": say one of ${ends.join(', ')}.`);
  return said;
}

/** @param {string} said */
function stylesOf(said) {
  if (said === 'all') return said;
  const styles = said.split(',').map((style) => style.trim());
  if (styles.includes('')) throw usage(`--styles "${said}": say all, or styles divided by commas.`);
  return [...new Set(styles)];
}

/** @param {string} said in milliseconds */
function withinOf(said) {
  const [, amount, unit = ''] = /^(\d{1,6})(ms|s|m|h)$/.exec(said) ?? [];
  const ms = Number(amount) * ({ ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[unit] ?? 0);
  if (!(ms > 0)) throw usage(`--within "${said}": say a time with its unit, such as 30s or 5m.`);
  return ms;
}

/** @param {string} said */
function idOf(said) {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(said))
    throw usage(`"${said}" is no order's id: those are UUIDs, as POST /orders answers them.`);
  return said.toLowerCase();
}

/** @param {string} text */
const usage = (text) => new LocalProblem('usage', `${text} npm run order -- --help explains it.`);
