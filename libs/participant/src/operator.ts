import { Logger } from '@nestjs/common';
import { type Envelope, messageOf, type Reason, type Settlement, wireName } from '@duet/message';
import { type Decision, decidedOn, isTried, wayBackOf, whyNot } from './decision';
import { textOf, WrongOutcome } from './errors';
import type { Item } from './item';
import { type Entry, type Queue, tryNow } from './queue';
import { actionState } from './turn';
import type { UnitChanges } from './unit-changes';

/** What people decide about held messages, carried out in the unit of work that has the saga's lock. */
export class Operator {
  private readonly logger = new Logger('Unit');

  /** `leads`: this service is the orchestrator of sagas. `failing`: the tasks known to fail. */
  constructor(
    private readonly changes: UnitChanges,
    private readonly leads: boolean,
    private readonly failing: ReadonlyMap<string, unknown>,
  ) {}

  /** A person asks through an orchestrator, and is bound by what binds people here. */
  heed(queue: Queue, entry: Entry, { ask, settlement }: Envelope): void {
    const said = ask === 'settled' ? settlement : undefined;
    const wrong = whyNot(said ? 'settle' : 'redrive', entry, queue, this.leads) ?? (said && this.settle(queue, entry, said));
    if (!wrong && !said) this.free(queue, entry);
    if (wrong) {
      const about = { saga: queue.saga.ref.saga, task: entry.task.name, code: wrong.code, error: wrong.text };
      this.logger.warn({ msg: `what an operator asked for (${ask}) makes no sense here`, ...about });
    }
  }

  /** A person's decision about a held message; why it makes no sense, if it does not. */
  decide(queue: Queue, { heldId, decision }: Extract<Item, { is: 'decision' }>): Reason | undefined {
    const entry = decidedOn(heldId, queue);
    if ('code' in entry) return entry;
    const refused = whyNot(decision.is, entry, queue, this.leads);
    if (refused) return refused;
    if (decision.is === 'settle') return this.settle(queue, entry, decision);
    if (decision.is === 'drop') return this.drop(queue, entry, decision);
    if (isTried(entry)) return undefined;
    this.changes.operated(queue, entry, { did: 'redrive', actor: decision.actor, note: null });
    this.free(queue, entry);
    return undefined;
  }

  private free(queue: Queue, entry: Entry): void {
    // It was tried, and failed again: it stays as it was.
    if (this.failing.has(entry.task.id)) return;
    this.changes.tellFreed(queue, entry, 'redrive');
    tryNow(entry);
  }

  /**
   * Records what a person says came of a step, as if its handler had returned it. The table of undo and cancel question binds people, too: where that says
   * something else, nothing is recorded and the reason is returned.
   */
  private settle(queue: Queue, entry: Entry, { outcome, body, actor, note }: Settlement): Reason | undefined {
    const { task } = entry;
    if (task.work.is !== 'command') return undefined;
    const { command, of } = task.work.role;
    const event = outcome === wireName(command.ok) ? command.ok : command.fail;
    if (!event) return undefined;
    const action = of === undefined ? 'none' : actionState(queue.saga.steps.get(of));
    const wrong = this.unlessUnsayable(() => this.changes.recordOutcome(queue, task, action, messageOf(event, body)));
    if (wrong) return wrong;
    this.changes.operated(queue, entry, { did: 'settle', actor, note });
    this.changes.finish(queue, entry, 'settled');
    return undefined;
  }

  /** An action is refused in its owner's name, and never happens; what was merely heard goes. */
  private drop(queue: Queue, entry: Entry, { actor, note }: Extract<Decision, { is: 'drop' }>): Reason | undefined {
    const { task, ask } = entry;
    const reason = { code: 'dropped', text: `${task.name} was given up by hand` };
    // Where its undo waits already, the saga is being turned back, and nothing more is to follow.
    const isVoid = wayBackOf(entry, queue.entries) !== undefined;
    const wrong = task.work.is === 'command' ? this.unlessUnsayable(() => this.changes.refuse(queue, task, reason, isVoid)) : undefined;
    if (wrong) return wrong;
    if (task.work.is === 'hears' && ask.step !== undefined) this.changes.setStep(queue, ask.step, 'tombstone', undefined);
    this.changes.operated(queue, entry, { did: 'drop', actor, note });
    this.changes.finish(queue, entry, 'drop');
    return undefined;
  }

  /** What a person wants told may contradict what is known, or be too big or too little for anybody to read: then nothing is recorded. */
  private unlessUnsayable(say: () => void): Reason | undefined {
    try {
      say();
      return undefined;
    } catch (error) {
      const contradicts = error instanceof WrongOutcome;
      return { code: contradicts ? 'contradiction' : 'unsayable', text: contradicts ? error.message : textOf(error) };
    }
  }
}
