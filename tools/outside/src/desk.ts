import { isDeepStrictEqual } from 'node:util';
import { type Answer, problem, replayed } from './answer';
import type { Journal } from './journal';

/** A line of a desk's journal: what was done under a key, or that nothing may happen under it any more. */
export interface DeskLine<Request extends object> {
  readonly at: string;
  /** `charged`, `declined`, `shipped`, `refused`: what the desk did. `cancelled`: what was done under the key is undone, for ever. */
  readonly what: string;
  readonly key: string;
  /** Absent when a key is cancelled. */
  readonly request?: Request;
  readonly answer: Answer;
}

/** What a desk decides about a request. An outcome is kept and said again; a failure is forgotten, and the client tries again. */
export type Decision = { readonly outcome: string; readonly answer: Answer } | { readonly failure: Answer };

/**
 * A counter of the outside world that does things once for each key and can undo them by key.
 *
 * - The same key and the same request again: the same answer, nothing is done. While the first is still in progress, the second waits for it.
 * - The same key with another request: 422 `key-reused`.
 * - `undo` by key works whatever became of the key: done, refused, in progress, or never heard of. Afterwards the key is dead: 409 `cancelled`.
 * - What was answered is in the journal, so a crash forgets nothing.
 */
export class Desk<Request extends object> {
  private readonly done = new Map<string, DeskLine<Request> & { readonly request: Request }>();
  private readonly undone = new Map<string, DeskLine<Request>>();
  private readonly inProgress = new Map<string, { readonly request: Request; readonly answer: Promise<Answer> }>();
  /** A line counts in memory at once, but is answered only when it is on the disk. */
  private readonly stored = new Map<string, Promise<void>>();

  constructor(private readonly journal: Journal<DeskLine<Request>>) {
    for (const line of journal.lines) this.keep(line);
  }

  /** Carries a request out once. `decide` may take its time; if the key is cancelled meanwhile, its outcome does not come to pass. */
  async carryOut(key: string, request: Request, decide: () => Promise<Decision>): Promise<Answer> {
    if (this.undone.has(key)) return this.dead(key);
    const before = this.done.get(key) ?? this.inProgress.get(key);
    if (before && !isDeepStrictEqual(before.request, request))
      return problem(422, 'key-reused', `The key ${key} was used for another request.`);
    const done = this.done.get(key);
    if (done) {
      await this.stored.get(key);
      return replayed(done.answer);
    }
    const running = this.inProgress.get(key);
    if (running) return running.answer.then((answer) => (answer.status < 500 ? replayed(answer) : answer));
    const answer = this.first(key, request, decide).finally(() => this.inProgress.delete(key));
    this.inProgress.set(key, { request, answer });
    return answer;
  }

  /** Undoes what was done under the key, if anything, and closes the key. `say` builds the answer from what was done. */
  async undo(key: string, say: (done: { what: string; request: Request; answer: Answer } | undefined) => Answer): Promise<Answer> {
    const before = this.undone.get(key);
    if (before) {
      await this.stored.get(key);
      return replayed(before.answer);
    }
    const answer = say(this.done.get(key));
    await this.write({ at: new Date().toISOString(), what: 'cancelled', key, answer });
    return answer;
  }

  /** What was done, oldest first, with what undid it. */
  all(): { line: DeskLine<Request> & { readonly request: Request }; undone: DeskLine<Request> | undefined }[] {
    return [...this.done.values()].map((line) => ({ line, undone: this.undone.get(line.key) }));
  }

  private async first(key: string, request: Request, decide: () => Promise<Decision>): Promise<Answer> {
    const decision = await decide();
    if (this.undone.has(key)) return this.dead(key);
    if ('failure' in decision) return decision.failure;
    await this.write({ at: new Date().toISOString(), what: decision.outcome, key, request, answer: decision.answer });
    return decision.answer;
  }

  private dead(key: string): Answer {
    return problem(409, 'cancelled', `The key ${key} was cancelled: nothing can happen under it any more.`);
  }

  private write(line: DeskLine<Request>): Promise<void> {
    this.keep(line);
    const stored = this.journal.append(line);
    this.stored.set(line.key, stored);
    return stored.finally(() => {
      if (this.stored.get(line.key) === stored) this.stored.delete(line.key);
    });
  }

  private keep(line: DeskLine<Request>): void {
    const { request } = line;
    if (request) this.done.set(line.key, { ...line, request });
    else this.undone.set(line.key, line);
  }
}
