import { percentile } from '@duet/probe';
import { crowd, long, ordinary } from './crowd.store';
import { type Place, say } from './place';

/** How long one of the observer's answers takes; in milliseconds. */
export interface ViewFigure {
  readonly name: string;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Of the answer. */
  readonly kilobytes: number;
}

/** A page so deep that nobody gets there by clicking. */
const pages = { size: 200, atMost: 250 };

/** Asks for everything again and again while orders arrive, one question at a time. */
export async function measureViews(place: Place): Promise<ViewFigure[]> {
  const { options } = place.plan;
  const { url } = place.observer.database;
  await crowd(url, options.sagas, (count) => count % 20_000 === 0 && say(`${count.toLocaleString('en')} sagas are known`));
  const id = await long(url, options.messages);
  const questions = await questionsOf(place, id);
  let isOver = false;
  const orders = (async () => {
    while (!isOver) await place.place({ rate: options.rate }, 10);
  })();
  try {
    // What the compiler has not seen yet does not count.
    for (const [, path] of questions) await ask(place, path);
    const times = new Map(questions.map(([name]) => [name, [] as number[]]));
    const sizes = new Map<string, number>();
    for (let n = 1; n <= options.asks; n++) {
      for (const [name, path] of questions) {
        const { ms, bytes } = await ask(place, path);
        times.get(name)?.push(ms);
        sizes.set(name, bytes);
      }
      if (n % 50 === 0) say(`asked ${n} times of ${options.asks}, the observer is ${await place.behind()} messages behind`);
    }
    return [...times].map(([name, ms]) => ({
      ...{ name, p50: round(percentile(ms, 0.5)), p95: round(percentile(ms, 0.95)), p99: round(percentile(ms, 0.99)) },
      kilobytes: round((sizes.get(name) ?? 0) / 1_024),
    }));
  } finally {
    isOver = true;
    await orders;
  }
}

async function questionsOf(place: Place, longId: string): Promise<[name: string, path: string][]> {
  const { id, customer } = await ordinary(place.observer.database.url);
  const lists: [string, string][] = [
    ['sagas', ''],
    ...['open', 'ended', 'running', 'completed', 'compensated', 'stalled', 'parked', 'loop'].map((state): [string, string] => [
      `sagas that are ${state}`,
      `state=${state}`,
    ]),
    ['sagas in a style that is not there', `style=${otherStyle(place)}`],
    ['sagas turned back by a reason', 'reason=payment-declined'],
    ['sagas turned back by a reason that never was', 'reason=nothing'],
    ['sagas that wait for a service', 'service=shipping'],
    ['sagas that wait for a step', 'step=payment.ProcessPayment'],
    ['sagas older than a day, completed', 'olderThan=1d&state=completed'],
    ['sagas younger than an hour, turned back', 'youngerThan=1h&state=compensated'],
    ['search by order', `id=${id}`],
    ['search by the beginning of an order', `id=${id.slice(0, 6)}`],
    ['search by customer', `customer=${customer}`],
    ['search by customer and state', `customer=${customer}&state=completed`],
  ];
  const deep = await Promise.all(
    ['', 'state=completed', 'reason=payment-declined'].map(async (query): Promise<[string, string]> => {
      const cursor = await deepIn(place, query);
      return [`a deep page of ${query === '' ? 'all' : query}`, `${query}&cursor=${cursor}`];
    }),
  );
  return [
    ['overview', '/api/overview'],
    ...[...lists, ...deep].map(([name, query]): [string, string] => [name, `/api/sagas?${query}`]),
    ['services', '/api/services'],
    ['processes', '/api/processes'],
    ['flow', '/api/flow/place-order'],
    ['differences', '/api/differences'],
    ['parked', '/api/parked'],
    ['a saga', `/api/sagas/place-order/${id}`],
    [`a saga with ${place.plan.options.messages} messages`, `/api/sagas/place-order/${longId}`],
  ];
}

const otherStyle = ({ plan }: Place): string => (plan.options.style === 'hybrid' ? 'orchestration' : 'hybrid');

/** The cursor of a page far behind, found by turning pages. */
async function deepIn(place: Place, query: string): Promise<string> {
  let cursor = '';
  for (let page = 1; page <= pages.atMost; page++) {
    const path = `/api/sagas?${query}&limit=${pages.size}${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const { next } = (await place.observer.request<{ next?: string }>('GET', path)).body;
    if (next === undefined) break;
    cursor = next;
  }
  return cursor;
}

/** The observer did not answer what it was asked: the figures would say nothing. */
class NotAnswered extends Error {
  override readonly name = 'NotAnswered';
}

/** @throws NotAnswered */
async function ask({ observer }: Place, path: string): Promise<{ ms: number; bytes: number }> {
  const began = performance.now();
  const response = await fetch(observer.url + path);
  const bytes = (await response.arrayBuffer()).byteLength;
  const ms = performance.now() - began;
  if (response.status !== 200) throw new NotAnswered(`GET ${path} was answered ${response.status}`);
  return { ms, bytes };
}

const round = (value: number): number => Math.round(value * 10) / 10;
