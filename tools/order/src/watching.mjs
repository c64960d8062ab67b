// @ts-check
import { Service, Silent } from '../../local/src/services.mjs';
import { follow } from './sse.mjs';
import { Tale } from './tale.mjs';
import { messageLine } from './words.mjs';

/**
 * @typedef {import('./sse.mjs').ServerEvent} ServerEvent
 * @typedef {import('./words.mjs').Came} Came
 * @typedef {import('./words.mjs').Order} Order
 *
 * A saga as the observer tells it: what is looked at here.
 * @typedef {{ text: string, endedAt?: string, messages: number, hops: number, durationMs: number, style: string, state: string,
 *   reason?: { code: string, text: string }, log: readonly import('./tale.mjs').Message[] }} Saga
 *
 * Where it is drawn. `state`: the words below, which the next ones replace; none: they go.
 * @typedef {{ line: (text: string) => void, say: (text: string) => void, state: (words: string | undefined) => void, paint: import('./words.mjs').Paint }} Canvas
 *
 * @typedef {{ order: Service, observer: Service | undefined, now: () => number, open?: typeof fetch }} Places
 * @typedef {{ places: Places, canvas: Canvas, signal: AbortSignal }} Watcher
 */

export { Service, Silent };

/** The process whose sagas orders are. */
const process = 'place-order';
/** How often it is looked how the saga stands, in milliseconds: how it waits is told by no message. */
const lookEveryMs = 300;
/** How long an observer that was there may be away, in milliseconds, before it is given up where the order has ended. */
const awayMs = 20_000;

/**
 * Draws an order's messages until it has ended, or nobody wants to watch any more. Where there is no observer, it draws what the order service has heard.
 * @param {string} orderId
 * @param {Watcher} watcher
 * @returns {Promise<Came | undefined>} undefined: there is no such order
 * @throws {Silent} where the order service does not answer, as long as nothing else tells the end
 */
export async function watch(orderId, watcher) {
  const order = await orderOf(orderId, watcher);
  if (!order) return undefined;
  const tale = new Tale();
  const { canvas } = watcher;
  try {
    const saga = await observed(orderId, tale, watcher);
    if (saga === 'away') {
      canvas.say(
        'the observer does not answer: commands, causes and what the order waits for are missing from what follows; it is what the order service has heard',
      );
      await heard(orderId, tale, watcher);
    }
    const now = (await orderOf(orderId, watcher).catch(() => undefined)) ?? order;
    return cameOf(now, tale, saga === 'away' ? undefined : saga);
  } finally {
    canvas.state(undefined);
  }
}

/** @param {string} orderId @param {Pick<Watcher, 'places'>} watcher @returns {Promise<(Order & { history?: { type: string, at: string, reason?: { code: string, text: string } }[] }) | undefined>} */
async function orderOf(orderId, { places }) {
  const { status, body } = await places.order.get(`/orders/${orderId}?expand=history`);
  if (status === 404) return undefined;
  if (status !== 200) throw new Silent('order', `order answers ${status} when it is asked for the order ${orderId}`);
  return /** @type {Order} */ (/** @type {unknown} */ (body));
}

/**
 * @param {string} orderId
 * @param {Tale} tale
 * @param {Watcher} watcher
 * @returns {Promise<Saga | undefined | 'away'>} how it stood at last; `away`: the observer has never answered
 */
async function observed(orderId, tale, { places, canvas, signal }) {
  const { observer, now, open } = places;
  const [url] = observer?.urls ?? [];
  if (!observer || url === undefined) return 'away';
  const leaving = new AbortController();
  const stream = follow(`${url}/api/events?process=${process}&id=${orderId}`, {
    signal: AbortSignal.any([signal, leaving.signal]),
    ...(open && { open }),
  });
  const draw = (/** @type {readonly import('./tale.mjs').Told[]} */ told) =>
    told.forEach((one) => canvas.line(messageLine(one, canvas.paint)));
  /** @type {Saga | undefined} */
  let saga;
  let answered = now();
  /** How it stands; whether it has ended. @param {boolean} anew what has been said before is to be drawn, too */
  const look = async (anew = false) => {
    const found = await sagaOf(observer, orderId);
    if (found === 'away') {
      canvas.state('the observer does not answer; it is asked again');
      const order = now() - answered > awayMs ? await orderOf(orderId, { places }) : undefined;
      if (!order || order.status === 'placed') return false;
      canvas.say('the order has ended, and the observer does not come back: its last messages may be missing');
      return true;
    }
    answered = now();
    if (!found) return false;
    saga = found;
    const ended = saga.endedAt !== undefined;
    if (anew || ended) draw(tale.hear(saga.log, now()));
    // What is told last may have come by without its cause.
    if (ended) draw(tale.overdue(Infinity));
    else canvas.state(saga.text);
    return ended;
  };
  try {
    let looked = -Infinity;
    for await (const event of withTicks(stream, lookEveryMs, signal)) {
      if (event?.event === 'message') draw(tale.hear([messageOf(event)], now()));
      if (event?.event === 'away') canvas.say('the observer is away; it goes on when it is back, and nothing is lost');
      draw(tale.overdue(now()));
      const anew = event?.event === 'begin' || event?.event === 'reset';
      if (!anew && now() - looked < lookEveryMs) continue;
      if (await look(anew)) return saga;
      looked = now();
    }
    return saga;
  } catch (error) {
    if (signal.aborted) return saga;
    if (isAway(error)) return 'away';
    throw error;
  } finally {
    leaving.abort();
  }
}

/** What `fetch` throws of a place where nobody listens, and what `follow` says of one that is no observer. @param {unknown} error */
const isAway = (error) => error instanceof TypeError;

/** @param {ServerEvent} event @returns {import('./tale.mjs').Message} */
const messageOf = ({ data }) => JSON.parse(data);

/** @param {Service} observer @param {string} orderId @returns {Promise<Saga | undefined | 'away'>} undefined: it has heard nothing of it yet */
async function sagaOf(observer, orderId) {
  try {
    const { status, body } = await observer.get(`/api/sagas/${process}/${orderId}`);
    return status === 200 ? /** @type {Saga} */ (/** @type {unknown} */ (body)) : status === 404 ? undefined : 'away';
  } catch (error) {
    if (error instanceof Silent) return 'away';
    throw error;
  }
}

/**
 * What comes, and nothing whenever nothing has come for a while.
 * @template T
 * @param {AsyncGenerator<T>} source
 * @param {number} everyMs
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<T | undefined>}
 */
async function* withTicks(source, everyMs, signal) {
  for (let next = source.next(); !signal.aborted;) {
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    const tick = new Promise((/** @type {(none: undefined) => void} */ done) => (timer = setTimeout(() => done(undefined), everyMs)));
    const came = await Promise.race([next, tick]).finally(() => clearTimeout(timer));
    if (came?.done) return;
    if (came) next = source.next();
    yield came?.value;
  }
}

/** Draws what the order service has heard. @param {string} orderId @param {Tale} tale @param {Watcher} watcher */
async function heard(orderId, tale, watcher) {
  const { canvas, places, signal } = watcher;
  for (; !signal.aborted; await pause(lookEveryMs, signal)) {
    const order = await orderOf(orderId, watcher);
    if (!order) return;
    const messages = (order.history ?? []).map(({ type, at, reason }) => ({
      ...{ id: `${type} ${at}`, type, at, service: type.slice(0, type.indexOf('.')), kind: /** @type {const} */ ('event'), hop: 0 },
      ...(reason && { reason }),
    }));
    for (const told of tale.hear(messages, places.now())) canvas.line(messageLine(told, canvas.paint));
    if (order.status !== 'placed') return;
    canvas.state('not ended yet');
  }
}

/** @param {number} ms @param {AbortSignal} signal @returns {Promise<void>} */
const pause = (ms, signal) =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });

/** @param {Order} order @param {Tale} tale @param {Saga | undefined} saga @returns {Came} */
function cameOf({ orderId, style, status, reason: told }, tale, saga) {
  const reason = told ?? saga?.reason;
  const { messages, startedAt = 0 } = tale;
  const last = Math.max(startedAt, ...messages.map(({ at }) => Date.parse(at)));
  return {
    ...{ orderId, style, status: status === 'placed' && saga ? endOf(saga) : status, ...(reason && { reason }), messages: messages.length },
    commands: messages.filter(({ kind }) => kind === 'command').length,
    events: messages.filter(({ kind }) => kind === 'event').length,
    hops: saga && Math.max(0, ...messages.map(({ hop }) => hop)),
    ms: last - startedAt,
  };
}

/** How the order must stand: as an order service says that answers again. @param {Saga} saga */
function endOf({ endedAt, state, reason }) {
  if (endedAt === undefined) return 'placed';
  if (state === 'completed') return 'confirmed';
  return reason?.code === 'cancelled' ? 'cancelled' : 'rejected';
}
