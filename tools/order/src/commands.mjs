// @ts-check
import { watch } from './watching.mjs';
import { comparison, endLines, orderLine, refusalOf } from './words.mjs';

/**
 * @typedef {import('./options.mjs').OrderOptions} OrderOptions
 * @typedef {import('./options.mjs').OrderRequest} OrderRequest
 * @typedef {import('./words.mjs').Order} Order
 * @typedef {import('./words.mjs').Came} Came
 *
 * `interrupted`: somebody wants to watch no more.
 * @typedef {{ places: import('./watching.mjs').Places, canvas: import('./watching.mjs').Canvas, out: (text: string) => void, interrupted: AbortSignal, newKey: () => string }} Here
 */

/** 0: ended as expected, or placed and not watched · 1: ended otherwise · 2: asked for in a wrong way, or refused · 3: the order service does not answer · 4: not ended in time · 130: interrupted. */
export const exits = { asExpected: 0, otherwise: 1, refused: 2, silent: 3, open: 4, interrupted: 130 };

/** The order service does not take the order, or does not know it; the text says why and what it would take. */
export class Refused extends Error {}

/** Without --watch, so many seconds are given to the order to end: what is answered then says more. */
const waitSeconds = 5;

/**
 * @param {OrderOptions} options
 * @param {Here} here
 * @returns {Promise<number>} the exit code
 * @throws {Refused}
 * @throws {import('../../local/src/services.mjs').Silent} where the order service does not answer
 */
export async function run(options, here) {
  switch (options.command) {
    case 'watch':
      return finish([await watched(options.orderId, options, here)], options, here);
    case 'compare':
      return await compare(options, here);
    case 'place': {
      if (!options.watch) return await place(options, here);
      const order = await placed(options.request, options.key ?? here.newKey(), here);
      here.canvas.line(`${orderLine(order, here.canvas.paint)}\n`);
      return finish([await watched(order.orderId, options, here)], options, here);
    }
  }
}

/** @param {Extract<OrderOptions, { command: 'place' }>} options @param {Here} here */
async function place({ request, key, expect, json }, here) {
  const { canvas } = here;
  const order = await placed(request, key ?? here.newKey(), here, { Prefer: `wait=${waitSeconds}` });
  if (json) here.out(`${JSON.stringify({ order })}\n`);
  canvas.line(orderLine(order, canvas.paint));
  const reason = order.reason ? `: ${order.reason.text} (${order.reason.code})` : '';
  const { status, orderId } = order;
  canvas.line(
    status === 'placed' ? `it has not ended after ${waitSeconds} s and goes on; npm run order -- watch ${orderId}` : `${status}${reason}`,
  );
  return status === 'placed' || isExpected(status, expect) ? exits.asExpected : exits.otherwise;
}

/** The same order in each style, one after the other. @param {Extract<OrderOptions, { command: 'compare' }>} options @param {Here} here */
async function compare(options, here) {
  const { canvas } = here;
  const styles = options.styles === 'all' ? await stylesOf(here) : options.styles;
  /** @type {Came[]} */
  const all = [];
  for (const style of styles) {
    const order = await placed({ ...options.request, style }, here.newKey(), here);
    canvas.line(`${all.length > 0 ? '\n' : ''}${orderLine(order, canvas.paint)}\n`);
    all.push(await watched(order.orderId, options, here));
    if (here.interrupted.aborted) break;
  }
  if (all.length > 1) for (const line of ['', ...comparison(all)]) canvas.line(line);
  return finish(all, options, here);
}

/** @param {readonly Came[]} all @param {OrderOptions} options @param {Here} here */
function finish(all, { expect, json }, { out, canvas, interrupted }) {
  if (json) out(`${JSON.stringify({ orders: all })}\n`);
  const open = all.filter(({ status }) => status === 'placed');
  for (const { orderId } of open)
    canvas.say(`the order was left alone and goes on; npm run order -- watch ${orderId} shows it again, from its beginning`);
  if (interrupted.aborted) return exits.interrupted;
  if (open.length > 0) return exits.open;
  return all.every(({ status }) => isExpected(status, expect)) ? exits.asExpected : exits.otherwise;
}

/** @param {string} status @param {string} expect */
const isExpected = (status, expect) => expect === 'any' || status === expect;

/** @param {string} orderId @param {OrderOptions} options @param {Here} here @returns {Promise<Came>} */
async function watched(orderId, { withinMs }, { places, canvas, interrupted }) {
  const signal = withinMs === undefined ? interrupted : AbortSignal.any([interrupted, AbortSignal.timeout(withinMs)]);
  const came = await watch(orderId, { places, canvas, signal });
  if (!came) throw new Refused(`the order service knows no order ${orderId}`);
  for (const line of ['', ...endLines(came, canvas.paint)]) canvas.line(line);
  return came;
}

/** @param {OrderRequest} request @param {string} key @param {Here} here @param {Record<string, string>} [headers] @returns {Promise<Order>} @throws {Refused} */
async function placed(request, key, here, headers = {}) {
  const { order } = here.places;
  const answer = await order.send('/orders', { 'Idempotency-Key': key, ...headers }, request);
  if (answer.status < 300) return /** @type {Order} */ (/** @type {unknown} */ (answer.body));
  const goods = answer.body['code'] === 'unknown-product' ? `; there are ${(await skusOf(here)).join(', ')}` : '';
  throw new Refused(`${refusalOf(answer)}${goods}`);
}

/** @param {Here} here */
async function skusOf({ places }) {
  const { body } = await places.order.get('/products');
  return /** @type {{ sku: string }[]} */ (body['items'] ?? []).map(({ sku }) => sku);
}

/** The styles that the order service takes, as its document says. @param {Here} here @returns {Promise<string[]>} @throws {Refused} */
async function stylesOf({ places }) {
  const { body } = await places.order.get('/openapi.json');
  const schemas = /** @type {{ schemas?: Record<string, { properties?: Record<string, { enum?: (string | null)[] }> }> } | undefined} */ (
    body['components']
  )?.schemas;
  const styles = schemas?.['PlaceOrder']?.properties?.['style']?.enum;
  if (!styles) throw new Refused('the order service does not say which styles there are; say some of them with --styles');
  // Null is among them where a style need not be said.
  return styles.filter((style) => style !== null);
}
