import { maxHops } from '@duet/message';
import { grouped } from './grouped';
import { inOrder, type Seen } from './seen';

/** Messages of one saga that cause one another in a circle. */
export interface Loop {
  /** From as far back as is known to the deepest message, a cause before what it caused. */
  readonly lineage: readonly Seen[];
  /** The types of one round, in order. */
  readonly round: readonly string[];
  /** How often the round was gone. */
  readonly times: number;
  /** Over the limit of hops every reader sets the next message aside. */
  readonly stopped: boolean;
}

/** A message that stands so often in its own lineage is a loop: once is right, twice may be somebody's repetition. */
const tooOften = 3;

/** The loop in a saga's messages, if there is one. It is found long before the limit of hops stops it. */
export function loopOf(messages: readonly Seen[]): Loop | undefined {
  const deepest = inOrder(messages).reduce<Seen | undefined>((most, each) => (most && most.hop >= each.hop ? most : each), undefined);
  // What has fewer hops cannot hold a round three times.
  if (!deepest || deepest.hop + 1 < tooOften) return undefined;
  const lineage = lineageOf(deepest, new Map(messages.map((message) => [message.id, message])));
  const stopped = deepest.hop > maxHops;
  const links = lineage.map(({ type, ask }, place) => ({ type, ask, place })).filter(({ ask }) => ask === undefined);
  const places = grouped(links, ({ type }) => type);
  const [most] = [...places.values()].toSorted((a, b) => b.length - a.length || a[0].place - b[0].place);
  if (!stopped && (most?.length ?? 0) < tooOften) return undefined;
  const [first, second] = most ?? [];
  const round = first && second ? lineage.slice(first.place, second.place).map(({ type }) => type) : [];
  return { lineage, round, times: most?.length ?? 0, stopped };
}

function lineageOf(last: Seen, known: ReadonlyMap<string, Seen>): Seen[] {
  const lineage: Seen[] = [];
  const met = new Set<string>();
  for (let one: Seen | undefined = last; one && !met.has(one.id); one = one.cause === undefined ? undefined : known.get(one.cause)) {
    met.add(one.id);
    lineage.push(one);
  }
  return lineage.reverse();
}

/** In words: `shop.Ping → shop.Pong → shop.Ping, 21 times; stopped at hop 65`. */
export function loopText({ round, times, stopped, lineage }: Loop): string {
  const circle = [...round, ...round.slice(0, 1)].join(' → ');
  const what = circle === '' ? 'more messages than one saga may have cause one another' : `${circle}, ${times} times`;
  return stopped ? `${what}; stopped at hop ${lineage.at(-1)?.hop ?? maxHops}` : what;
}
