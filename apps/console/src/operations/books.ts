import { heldAt, orchestrator, order, sent, told } from '../api/client';
import { Refused } from '../api/problem';
import { type Did, didToHeld, didToLed, didToOrder, type Part } from './journal';

/** The process whose choreographed sagas are cancelled at the order service. */
const orderProcess = 'place-order';

/** Of which of their notes services are asked. */
export interface Asked {
  readonly actor: string | undefined;
  readonly of: string | undefined;
}

/** One service's notes about what people did: what kind, and how they are asked for. */
interface Book {
  /** Unique among the books. */
  readonly name: string;
  readonly service: string;
  readonly read: (asked: Asked, cursor: string | undefined, signal: AbortSignal) => Promise<Omit<Part, 'book'>>;
}

const queryOf = (asked: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(asked).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

const page = <I>(found: { readonly items: readonly I[]; readonly next?: string | null }, did: (item: I) => Did): Omit<Part, 'book'> => ({
  items: found.items.map(did),
  next: found.next ?? undefined,
});

/** Every service notes what was done about what it holds; the orchestrator, what was done to sagas; the order service, who wanted an order cancelled that nobody leads. */
export const booksOf = (services: readonly string[]): Book[] => [
  ...services.map((service): Book => {
    const read: Book['read'] = async ({ actor, of }, cursor, signal) => {
      const query = queryOf({ actor, saga: of, cursor });
      return page(await sent(heldAt(service).GET('/held/operations', { params: { query }, signal })), (one) => didToHeld(service, one));
    };
    return { name: service, service, read };
  }),
  {
    name: 'sagas that are led',
    service: 'orchestrator',
    read: async ({ actor, of }, cursor, signal) => {
      const found = await told(orchestrator.GET('/operations', { params: { query: queryOf({ actor, saga: of, cursor }) }, signal }));
      return page(found, (one) => didToLed('orchestrator', one));
    },
  },
  {
    name: 'orders that nobody leads',
    service: 'order',
    read: async ({ actor, of }, cursor, signal) => {
      const found = await told(order.GET('/orders/operations', { params: { query: queryOf({ actor, orderId: of, cursor }) }, signal }));
      return page(found, (one) => didToOrder('order', orderProcess, one));
    },
  },
];

/** A round of all books, and who could not be asked. */
export interface Round {
  readonly parts: readonly Part[];
  readonly silent: readonly string[];
}

/**
 * Reads on in every book that has more: from the beginning of all, or where the round before ended.
 * @throws Refused where none could be read
 */
export async function readOn(
  books: readonly Book[],
  asked: Asked,
  from: Readonly<Record<string, string>> | undefined,
  signal: AbortSignal,
): Promise<Round> {
  const open = books.filter(({ name }) => from === undefined || name in from);
  const answers = await Promise.allSettled(open.map((book) => book.read(asked, from?.[book.name], signal)));
  const parts: Part[] = [];
  const silent: string[] = [];
  for (const [n, answer] of answers.entries()) {
    const { name, service } = open[n]!;
    if (answer.status === 'fulfilled') parts.push({ book: name, ...answer.value });
    // Somebody who has no such route, or no address here, notes nothing.
    else if (!(answer.reason instanceof Refused) || answer.reason.status !== 404) silent.push(service);
  }
  if (parts.length === 0 && silent.length > 0) throw (answers.find(({ status }) => status === 'rejected') as PromiseRejectedResult).reason;
  return { parts, silent };
}
