import { audit, Books, type Dossier, emptyDossier, type Evidence } from '@duet/audit';
import { RestingBooks, type Servers, type Stock, unrestOf } from './books.store';
import type { Stored } from './broker';
import type { Customer } from './customer';
import type { OutsideLines } from './outside';
import { stock } from './plan';

/** Something that must never be. */
export interface Violation {
  /** As section 11 of the design counts them. */
  readonly promise: `P${number}`;
  readonly order: string | undefined;
  readonly text: string;
}

/** What an order has come to. */
export interface Outcome {
  readonly n: number;
  readonly status: string;
  /** Why it was turned back. */
  readonly code: string | undefined;
  /** What the provider has kept of it, in minor units. */
  readonly kept: number;
  /** Whether the carriers have it. */
  readonly isShipped: boolean;
  /** Whether its goods have left the stock. */
  readonly isIssued: boolean;
}

/** What is known when a run is over. */
export interface Aftermath {
  readonly servers: Servers;
  readonly outside: ReadonlyMap<string, OutsideLines>;
  readonly customers: readonly Customer[];
  /** Everything that was sent, in the order in which it was stored. */
  readonly log: readonly Stored[];
  /** A database's clock has jumped: times in its tables say nothing about the order of its commits. */
  readonly timesAreWrong: boolean;
}

/** Every unit that came in is available, reserved or shipped: at every moment. */
export function stockViolations(rows: readonly Stock[]): Violation[] {
  return rows.flatMap(({ sku, available, reserved, shipped }): Violation[] => {
    const had = stock[sku as keyof typeof stock];
    if (available + reserved + shipped === had && available >= 0 && reserved >= 0) return [];
    return [
      { promise: 'P4', order: undefined, text: `of ${had} ${sku} ${available} are available, ${reserved} reserved, ${shipped} shipped` },
    ];
  });
}

/** Holds all books to the rules of libs/audit, and what those cannot see to its own: the log, what customers were told, and that nothing is left to be done. */
export async function auditRun(aftermath: Aftermath): Promise<{ violations: Violation[]; outcomes: Outcome[] }> {
  const { servers, customers, log, timesAreWrong } = aftermath;
  const evidence = new Everything(aftermath);
  const answered = customers.flatMap(({ orderIds, plan }) => [...orderIds].map((orderId) => ({ orderId, key: plan.key })));
  const { findings } = await audit(evidence, {
    as: { is: 'settled' },
    answered: { orders: answered, complete: true },
    stocked: new Map(Object.entries(stock)),
    limit: 1_000,
  });
  const violations: Violation[] = findings
    .filter(({ rule }) => !(timesAreWrong && rule === 'P5-times'))
    .map(({ promise, rule, order, sku, text }) => ({ promise, order: order ?? sku, text: `${text} (${rule})` }));
  for (const text of await unrestOf(servers)) violations.push({ promise: 'P7', order: undefined, text });
  for (const text of disorder(log)) violations.push({ promise: 'P5', order: undefined, text });
  const outcomes = customers.flatMap(({ orderIds, refusals, plan }) => {
    const [id = ''] = orderIds;
    for (const text of refusals) violations.push({ promise: 'P1', order: id, text: `the customer was told: ${text}` });
    const dossier = evidence.dossiers.get(id);
    return dossier ? [outcomeOf(dossier, plan.n)] : [];
  });
  return { violations, outcomes };
}

/** The services' books and the outside world's, which is no folder here. */
class Everything implements Evidence {
  readonly has = { outside: true, notification: true, orchestrator: true };
  readonly dossiers = new Map<string, Dossier>();
  private readonly books: Books;

  constructor(private readonly aftermath: Aftermath) {
    this.books = new Books(new RestingBooks(aftermath.servers));
  }

  async sweep(work: (batch: readonly Dossier[]) => void): ReturnType<Evidence['sweep']> {
    const products = await this.books.sweep((batch) => {
      for (const dossier of batch) this.dossiers.set(dossier.id, dossier);
    });
    for (const [id, { money, goods, letters }] of this.aftermath.outside) {
      const dossier = this.dossiers.get(id) ?? emptyDossier(id);
      dossier.money.push(...money);
      dossier.goods.push(...goods);
      dossier.letters.push(...letters);
      this.dossiers.set(id, dossier);
    }
    work([...this.dossiers.values()]);
    return products;
  }

  /** Everything has come to rest: nobody looks twice. */
  of(): ReturnType<Evidence['of']> {
    return Promise.resolve([]);
  }
}

function outcomeOf({ order, money, goods, reservation }: Dossier, n: number): Outcome {
  const sum = (what: string): number => money.filter((line) => line.what === what).reduce((total, { amount }) => total + amount, 0);
  return {
    n,
    status: order?.status ?? 'lost',
    code: order?.reason ?? undefined,
    kept: sum('charged') - sum('cancelled'),
    isShipped: goods.some(({ what }) => what === 'shipped') && !goods.some(({ what }) => what === 'cancelled'),
    isIssued: reservation?.state === 'issued',
  };
}

/** Messages of one sender about one saga whose first copies are not in the order of their numbers, within a topic. */
function disorder(log: readonly Stored[]): string[] {
  const last = new Map<string, number>();
  const met = new Set<string>();
  return log.flatMap(({ message, source, id, type, seq }) => {
    if (source === '' || met.has(id)) return [];
    met.add(id);
    const line = `${source} ${message.topic} ${message.key}`;
    const before = last.get(line) ?? 0;
    last.set(line, Math.max(before, seq));
    return seq > before ? [] : [`${type} ${source}#${seq} of ${message.key} came after #${before}`];
  });
}
