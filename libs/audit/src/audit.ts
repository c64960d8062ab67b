import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { derivedId } from '@duet/message';
import type { Dossier, StockRecord } from './dossier';
import { isAnyByHand, isUnderWay, judge, type Suspicion } from './judge';
import type { Finding, Look, Sources } from './rule';
import { answeredRules } from './rules/keys';
import { Reservations } from './rules/stock';
import type { Readers, Unread } from './unread';

/** Where the audit reads. Each database is read at one moment; the moments of two databases are not the same. */
export interface Evidence {
  readonly has: Sources;
  /** Every order and every trace of one, each once, as they were at the beginning; and the products of that moment. `work` is given a batch at a time. */
  sweep(work: (batch: readonly Dossier[]) => void): Promise<StockRecord[]>;
  /** Some of them again, as they are now, and what had not been read of them at that same moment. */
  of(orderIds: readonly string[], readers: Readers): Promise<{ readonly dossier: Dossier; readonly unread: readonly Unread[] }[]>;
}

/** An order that somebody was answered. */
export interface Answered {
  readonly orderId: string;
  /** The Idempotency-Key. */
  readonly key?: string;
  /** How it must end: `confirmed`, or the code of the reason for which it must be turned back. */
  readonly end?: string;
}

export interface AuditOptions {
  /**
   * `settled`: everything must have ended and come to rest. `live`: orders may be on their way; what looks wrong is looked at again after a grace (milliseconds), and counts when it still is.
   */
  readonly as: { readonly is: 'settled' } | { readonly is: 'live'; readonly graceMs: number; readonly readers: Readers };
  /** What was answered. `complete`: nothing else was. */
  readonly answered?: { readonly orders: readonly Answered[]; readonly complete?: boolean };
  /** How much of a product was ever stocked. */
  readonly stocked?: ReadonlyMap<string, number>;
  /** For how long messages are kept for certain, in milliseconds; six days, if not said: a day less than services keep them if not told otherwise. */
  readonly keptMs?: number;
  /** How many findings are kept in the report; all are counted, and told to `onFinding`. */
  readonly limit?: number;
  readonly onFinding?: (finding: Finding) => void;
  /** After each batch: orders so far, and the last one's id. */
  readonly onProgress?: (orders: number, id: string) => void;
}

/** What an audit has found. */
export interface Report {
  /** How the orders stand. */
  readonly orders: Readonly<Record<'confirmed' | 'rejected' | 'cancelled' | 'placed', number>>;
  /** Those for which a person did something by hand: rules about that are left out. */
  readonly byHand: number;
  /** Those that looked wrong and have moved at every look: on their way. */
  readonly moving: number;
  /** Those that look unfinished because a message has not been read yet. */
  readonly awaited: number;
  /** Mails that the mail server took more than once, with the same Message-ID. */
  readonly mailsTwice: number;
  /** At most as many as were asked for. */
  readonly findings: readonly Finding[];
  /** All of them, by rule. */
  readonly byRule: Readonly<Record<string, number>>;
  /** The orders and products that something is wrong with. */
  readonly wrong: number;
}

const sixDaysMs = 6 * 24 * 3_600_000;
/** How often what looks wrong in a live system is looked at again, at most. */
const mostLooks = 5;
/** Orders that are looked at again together. */
const together = 1_000;

/** Reads everything once, judges every order, and, in a live system, looks again at what looks wrong. */
export async function audit(evidence: Evidence, options: AuditOptions): Promise<Report> {
  return new Audit(evidence, options).run();
}

/** What an order looked like when it looked wrong. */
interface Suspect {
  readonly rows: string;
  readonly suspicions: readonly Suspicion[];
}

class Audit {
  private readonly orders = { confirmed: 0, rejected: 0, cancelled: 0, placed: 0 };
  private readonly findings: Finding[] = [];
  private readonly byRule: Record<string, number> = {};
  private readonly wrong = new Set<string>();
  private readonly reservations = new Reservations();
  private readonly suspects = new Map<string, Suspect>();
  private readonly unseen: Map<string, Answered>;
  private byHand = 0;
  private awaited = 0;
  private mailsTwice = 0;

  constructor(
    private readonly evidence: Evidence,
    private readonly options: AuditOptions,
  ) {
    this.unseen = new Map(options.answered?.orders.map((answered) => [answered.orderId, answered]));
  }

  async run(): Promise<Report> {
    const look = this.look();
    let seen = 0;
    const products = await this.evidence.sweep((batch) => {
      for (const dossier of batch) this.take(dossier, look);
      seen += batch.length;
      this.options.onProgress?.(seen, batch.at(-1)?.id ?? '');
    });
    for (const finding of this.reservations.findings(products, this.options.stocked)) this.found(finding);
    this.compareAnswers();
    for (let n = 1; n < mostLooks && this.suspects.size > 0; n++) await this.lookAgain();
    return {
      ...{ orders: this.orders, byHand: this.byHand, awaited: this.awaited, mailsTwice: this.mailsTwice },
      moving: this.suspects.size,
      findings: this.findings,
      byRule: this.byRule,
      wrong: this.wrong.size,
    };
  }

  private look(): Look {
    const now = Date.now() * 1_000;
    const { as, keptMs = sixDaysMs } = this.options;
    return {
      has: this.evidence.has,
      sentBefore: as.is === 'settled' ? Infinity : now - as.graceMs * 1_000,
      keptSince: now - keptMs * 1_000,
    };
  }

  private take(dossier: Dossier, look: Look): void {
    const { id, order, letters } = dossier;
    if (order) this.orders[order.status]++;
    this.mailsTwice += letters.length - new Set(letters).size;
    this.reservations.add(dossier);
    if (isAnyByHand(dossier)) this.byHand++;
    if (this.options.answered) this.compareAnswer(dossier);
    const suspicions = judge(dossier, look);
    if (suspicions.length === 0) return;
    if (this.options.as.is === 'settled') for (const { holds: _, ...finding } of suspicions) this.found(finding);
    else this.suspects.set(id, { rows: rowsOf(dossier), suspicions });
  }

  /**
   * A suspicion about rows that are the same at two looks is about a moment between them at which all databases stood so: no snapshot was ahead of another. What must hold
   * always is wrong then, and so it is when other rows have changed meanwhile but the very same evidence is there: its cause, committed before it, would have been seen at the second look.
   * What must hold at rest is wrong when nothing is on its way: no row says so, and every message has been read by whoever reads it.
   */
  private async lookAgain(): Promise<void> {
    const { as } = this.options;
    if (as.is === 'settled') return;
    await pause(as.graceMs);
    const ids = [...this.suspects.keys()];
    for (let from = 0; from < ids.length; from += together) {
      const wanted = ids.slice(from, from + together);
      const seen = new Map((await this.evidence.of(wanted, as.readers)).map((one) => [one.dossier.id, one]));
      for (const id of wanted) {
        const one = seen.get(id);
        if (one) this.judgeAgain(one.dossier, one.unread);
        else this.suspects.delete(id);
      }
    }
  }

  private judgeAgain(dossier: Dossier, unread: readonly Unread[]): void {
    const { id } = dossier;
    const before = this.suspects.get(id);
    const suspicions = judge(dossier, this.look());
    if (!before || suspicions.length === 0) return void this.suspects.delete(id);
    const rows = rowsOf(dossier);
    const same = rows === before.rows;
    const wasThere = ({ rule, text }: Suspicion): boolean => before.suspicions.some((other) => other.rule === rule && other.text === text);
    const broken = suspicions.filter((one) => one.holds === 'always' && (same || wasThere(one)));
    const unfinished = same && !isUnderWay(dossier) ? suspicions.filter(({ holds }) => holds === 'at rest') : [];
    const wrong = [...broken, ...(unread.length === 0 ? unfinished : [])];
    for (const { holds: _, ...finding } of wrong) this.found(finding);
    if (wrong.length === 0 && unfinished.length > 0) this.awaited++;
    if (same || wrong.length > 0) this.suspects.delete(id);
    else this.suspects.set(id, { rows, suspicions });
  }

  private found(finding: Finding): void {
    this.byRule[finding.rule] = (this.byRule[finding.rule] ?? 0) + 1;
    this.wrong.add(finding.order ?? `product ${finding.sku}`);
    if (this.findings.length < (this.options.limit ?? Infinity)) this.findings.push(finding);
    this.options.onFinding?.(finding);
  }

  private compareAnswer({ id, order }: Dossier): void {
    const answered = this.unseen.get(id);
    if (!order) return;
    this.unseen.delete(id);
    if (!answered) {
      const { code } = answeredRules.asked;
      if (this.options.answered?.complete)
        this.found({
          promise: 'P8',
          rule: code,
          order: id,
          text: `the order is in the books (${order.status}), and nobody was answered it`,
        });
      return;
    }
    const { end } = answered;
    const right = end === undefined || end === order.status || (order.status !== 'confirmed' && end === order.reason);
    if (!right && order.status !== 'placed')
      this.answeredWrong(
        'lost',
        id,
        `the order must end ${end}, and is ${order.status}${order.reason === null ? '' : ` (${order.reason})`}`,
      );
  }

  private compareAnswers(): void {
    for (const { orderId, key } of this.options.answered?.orders ?? []) {
      if (key === undefined) continue;
      const named = derivedId(key.toLowerCase(), 'order', 0);
      if (named !== orderId)
        this.answeredWrong('key', orderId, `the key ${key} names the order ${named}, and was answered with ${orderId}`);
    }
    for (const { orderId } of this.unseen.values()) this.answeredWrong('lost', orderId, 'the order was answered, and is not in the books');
  }

  private answeredWrong(rule: 'lost' | 'key', order: string, text: string): void {
    const { code } = answeredRules[rule];
    this.found({ promise: rule === 'key' ? 'P8' : 'P1', rule: code, order, text });
  }
}

/** Tells whether two looks saw the same. */
const rowsOf = (dossier: Dossier): string => createHash('sha1').update(JSON.stringify(dossier)).digest('base64');
