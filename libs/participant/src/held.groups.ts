import type { Database } from './database.store';
import { textOf } from './errors';
import { type HeldFilter, type HeldMessage, listHeld } from './held.list.store';
import type { HeldOperations, Operated } from './held.operations';

/** What was done about one message of many. */
export interface OneOfMany {
  readonly message: HeldMessage;
  readonly operated: Operated;
}

/** A part of a group: those behind `after`, at most `limit`. */
export interface Part {
  readonly after: number;
  readonly limit: number;
}

/** What was done about a part of a group, in the order in which they were held; `next` is where the rest begins, if there is any. */
export interface PartDone {
  readonly done: readonly OneOfMany[];
  readonly next: number | undefined;
}

/** What cannot be told of one is told of the others all the same. */
const failed = (error: unknown): Operated => ({ is: 'refused', why: { code: 'failed', text: textOf(error) } });

/** As many are tried side by side. */
const atOnce = 8;

/**
 * What people do about many held messages: each is decided upon by itself, and has its own answer. A part ends when its time is up, so that whoever asks sees that it goes
 * on; asked from `next` on it meets no message twice, however often one fails again.
 */
export class HeldGroups {
  constructor(
    private readonly database: Database,
    private readonly operations: HeldOperations,
    /** How long new ones are begun, and how long outside calls are waited for then, in milliseconds. */
    private readonly patienceMs: number,
  ) {}

  redrive(filter: HeldFilter, part: Part, actor: string): Promise<PartDone> {
    return this.each(filter, part, (id, until) => this.operations.redrive(id, actor, until));
  }

  drop(filter: HeldFilter, part: Part, note: string, actor: string): Promise<PartDone> {
    return this.each(filter, part, (id) => this.operations.drop(id, note, actor));
  }

  private async each(
    filter: HeldFilter,
    { after, limit }: Part,
    operate: (id: string, until: number) => Promise<Operated>,
  ): Promise<PartDone> {
    const found = await this.database.connection((client) => listHeld(client, filter, { after, limit: limit + 1 }));
    const part = found.slice(0, limit);
    const done: OneOfMany[] = [];
    const until = Date.now() + this.patienceMs;
    let begun = 0;
    const work = async (): Promise<void> => {
      while (begun < part.length && (begun === 0 || Date.now() < until)) {
        const place = begun++;
        const message = part[place];
        if (message) done[place] = { message, operated: await operate(message.row.id, until).catch(failed) };
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return { done, next: begun < found.length ? part[begun - 1]?.n : undefined };
  }
}
