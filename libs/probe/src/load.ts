import { randomUUID } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** One slice of load on the system. */
export interface LoadRequest {
  /** Of the order service. */
  readonly url: string;
  readonly style: string;
  readonly skus: readonly string[];
  readonly quantity: number;
  /** So many clients, each placing its next order when the last has ended; or orders that arrive by chance, so many a second on average. */
  readonly load: { readonly clients: number } | { readonly rate: number };
  /** Milliseconds before the measured part, so that it begins in full swing, and of the measured part. */
  readonly rampMs: number;
  readonly measuredMs: number;
  /** Beside every hundred orders one that the provider takes long for, and one that it wants to be talked to about, whose saga waits for a person. Nobody waits for these. */
  readonly trouble: boolean;
}

/** An order that the order service has accepted. */
export interface Accepted {
  readonly orderId: string;
  /** How it must end: `confirmed`, or the code of the reason for which it must not; not told where a deadline decides. */
  readonly end?: End;
  /** Its saga waits for a person. */
  readonly waits?: true;
}

type End = 'confirmed' | 'payment-declined' | 'cancelled';

/** How an order is paid for decides how it ends: the last one's saga waits for a person, and is cancelled in the end. */
const cards: Readonly<Record<Card, End>> = {
  card_ok: 'confirmed',
  card_declined: 'payment-declined',
  card_slow: 'confirmed',
  card_review: 'cancelled',
};
/** An orchestrator waits 30 s for a charge: a card that takes as long ends by its deadline or well, and one that waits for a person by the deadline or a cancel. */
const endOf = (card: Card, style: string): Partial<Accepted> => ({
  ...((style === 'choreography' || card === 'card_ok' || card === 'card_declined') && { end: cards[card] }),
  ...(card === 'card_review' && { waits: true }),
});
type Card = 'card_ok' | 'card_declined' | 'card_slow' | 'card_review';

/** What it came to. Orders that were still open at the end of the slice have ended, too, and are among the accepted. */
export interface LoadAnswer {
  readonly accepted: Accepted[];
  /** Milliseconds from POST (when orders arrive by chance: from when it was due) to the end, of the orders that ended in the measured part. */
  readonly latencies: number[];
}

/** The order service did not do what it promises: the run says nothing. */
class NotPlaced extends Error {
  override readonly name = 'NotPlaced';
}

/** Places orders for one slice. Every tenth is declined at payment. @throws NotPlaced */
export async function loadSlice({ load, rampMs, measuredMs, trouble, ...how }: LoadRequest): Promise<LoadAnswer> {
  // One for each slice: between slices the service hangs up on connections that idle.
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  const accepted: Accepted[] = [];
  const latencies: number[] = [];
  const begin = performance.now();
  const from = begin + rampMs;
  const until = from + measuredMs;
  let placed = 0;
  const beside: Promise<void>[] = [];
  const place = async (n: number, card: Card, wait: boolean): Promise<void> => {
    const order = { sku: how.skus[n % how.skus.length] ?? '', card };
    accepted.push({ ...endOf(card, how.style), orderId: await placeOrder(order, wait, { ...how, agent }) });
  };
  const one = async (since: number): Promise<void> => {
    const n = placed++;
    if (trouble && n % 100 === 33) beside.push(place(n, 'card_slow', false));
    if (trouble && n % 100 === 66) beside.push(place(n, 'card_review', false));
    await place(n, n % 10 === 9 ? 'card_declined' : 'card_ok', true);
    const now = performance.now();
    if (now >= from && now < until) latencies.push(now - since);
  };
  if ('clients' in load) {
    const client = async (): Promise<void> => {
      for (let now = begin; now < until; now = performance.now()) await one(now);
    };
    await Promise.all(Array.from({ length: load.clients }, client));
  } else {
    const all: Promise<void>[] = [];
    for (let due = begin; due < until; due += (-Math.log(1 - Math.random()) * 1_000) / load.rate) {
      const early = due - performance.now();
      if (early > 1) await pause(early);
      all.push(one(due));
    }
    await Promise.all(all);
  }
  await Promise.all(beside);
  agent.destroy();
  return { accepted, latencies };
}

/** Places an order; if it is waited for, asks again under the same key as long as it is open. Returns its id. */
async function placeOrder(
  { sku, card }: { sku: string; card: Card },
  wait: boolean,
  how: Pick<LoadRequest, 'url' | 'style' | 'quantity'> & { agent: Agent },
): Promise<string> {
  const key = randomUUID();
  const body = JSON.stringify({
    customerId: 'c-42',
    lines: [{ sku, quantity: how.quantity }],
    paymentMethod: card,
    shipTo: { country: 'CH', postalCode: '8001' },
    style: how.style,
  });
  for (;;) {
    const { status, text } = await post(`${how.url}/orders`, { agent: how.agent, key, body, wait });
    if (status === 201 || (status === 202 && !wait)) return (JSON.parse(text) as { orderId: string }).orderId;
    if (status !== 202) throw new NotPlaced(`POST /orders was answered ${status}: ${text.slice(0, 500)}`);
  }
}

function post(
  url: string,
  { agent, key, body, wait }: { agent: Agent; key: string; body: string; wait: boolean },
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
      'Idempotency-Key': key,
      ...(wait && { Prefer: 'wait=30' }),
    };
    const sent = httpRequest(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
