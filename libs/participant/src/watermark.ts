import type { Broker, Offsets } from '@duet/kafka';
import { Logger } from '@nestjs/common';
import type { Database } from './database.store';
import { textOf } from './errors';
import { endTurn, type Found, takeTurn, type Turn } from './timers.store';

/** Where the input topics ended at a time (ISO 8601, the database's): by topic and partition. What had been written by then is before it. */
export interface Note {
  readonly at: string;
  readonly ends: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** How far partitions have been read that have not been read up to the note, and since when they have been there: by `topic/partition`. */
export type Standings = Readonly<Record<string, { readonly read: string; readonly since: string }>>;

export interface WatermarkSettings {
  /** The consumer group and the topics, by their full names. */
  readonly group: string;
  readonly topics: readonly string[];
  /** When the broker was not asked, or did not answer, for so long (milliseconds), the time before it does not count against a partition. */
  readonly awayMs: number;
}

/** How long (milliseconds) a replica may take for a turn before another one takes over. Longer than kafkajs tries to get an answer. */
const turnMs = 15_000;

/**
 * What the service has read, as a time: everything that had been written to its input topics by then. One replica at a time takes a note: first the time,
 * then where the topics end. When the group has committed that much, the time of the note has been reached. Notes live in the database: replicas share them.
 */
export class Watermark {
  private readonly logger = new Logger('Watermark');
  private away = false;

  constructor(
    private readonly database: Database,
    private readonly broker: Pick<Broker, 'endOffsets' | 'firstOffsets' | 'committedOffsets'>,
    private readonly settings: WatermarkSettings,
  ) {}

  /** Looks whether the note has been reached, or takes one and looks at once. True when it is worth looking again: more has been reached, or the note was void. */
  async advance(): Promise<boolean> {
    const turn = await this.database.connection((client) => takeTurn(client, turnMs));
    if (!turn) return false;
    let found: Found | undefined;
    try {
      found = await this.look(turn);
      this.away = false;
    } catch (error) {
      if (!this.away)
        this.logger.warn({ msg: 'timers are due, but the broker cannot say what has been read; they wait', error: textOf(error) });
      this.away = true;
    } finally {
      await this.database.connection((client) => endTurn(client, turn, found));
    }
    return found !== undefined && found.note === null;
  }

  private async look(turn: Turn): Promise<Found> {
    const now = turn.now.toISOString();
    const note = turn.note ?? { at: now, ends: await this.ends() };
    const left = await this.left(note);
    const nothing = { note: null, standings: null, stalledSince: null };
    if (!left) return nothing;
    if (left.size === 0) return { ...nothing, reached: note.at };
    const askedLately = turn.askedAt && turn.now.getTime() - turn.askedAt.getTime() <= this.settings.awayMs;
    const standings = standingsOf(left, (askedLately && turn.standings) || {}, now);
    return { note, standings, stalledSince: stalledSince(standings) };
  }

  private async ends(): Promise<Note['ends']> {
    const ends = this.settings.topics.map(async (topic) => [topic, textOfAll(await this.broker.endOffsets(topic))] as const);
    return Object.fromEntries(await Promise.all(ends));
  }

  /** What is still to be read, over all topics that this build of the service reads. Undefined: the note is void. */
  private async left(note: Note): Promise<ReadonlyMap<string, bigint> | undefined> {
    const all = new Map<string, bigint>();
    let isVoid = false;
    const look = async (topic: string): Promise<void> => {
      const noted = new Map(Object.entries(note.ends[topic] ?? {}).map(([partition, end]) => [Number(partition), BigInt(end)]));
      const committed = await this.broker.committedOffsets(this.settings.group, topic);
      if (leftToRead(noted, committed).size === 0) return;
      // Only now, for it is rare: what was thrown away unread cannot be waited for, and a log that was lost has begun anew.
      const [first, end] = await Promise.all([this.broker.firstOffsets(topic), this.broker.endOffsets(topic)]);
      if ([...noted].some(([partition, offset]) => offset > (end.get(partition) ?? 0n))) isVoid = true;
      for (const [partition, read] of leftToRead(noted, committed, first)) all.set(`${topic}/${partition}`, read);
    };
    await Promise.all(this.settings.topics.map(look));
    return isVoid ? undefined : all;
  }
}

const textOfAll = (offsets: Offsets): Record<string, string> =>
  Object.fromEntries([...offsets].map(([partition, offset]) => [partition, String(offset)]));

/** The partitions that have not been read up to the noted end, and from where they are still to be read. A group that has committed nothing has read nothing. */
export function leftToRead(noted: Offsets, committed: Offsets, first: Offsets = new Map()): Map<number, bigint> {
  const left = new Map<number, bigint>();
  for (const [partition, end] of noted) {
    const [read, begin] = [committed.get(partition) ?? 0n, first.get(partition) ?? 0n];
    const from = read > begin ? read : begin;
    if (from < end) left.set(partition, from);
  }
  return left;
}

/** A partition that has moved since it was looked at last begins to stand anew. */
export function standingsOf(left: ReadonlyMap<string, bigint>, before: Standings, now: string): Standings {
  return Object.fromEntries(
    [...left].map(([place, offset]) => {
      const read = String(offset);
      const was = before[place];
      return [place, was?.read === read ? was : { read, since: now }];
    }),
  );
}

/** Since when the slowest has not moved at all; null when there is none. */
export const stalledSince = (standings: Standings): string | null =>
  Object.values(standings)
    .map(({ since }) => since)
    .sort()[0] ?? null;
