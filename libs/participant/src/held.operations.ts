import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type CommandClass, type Fault, type Reason, settlementFaults, wireName } from '@duet/message';
import { joinTrace, tracing } from '@duet/platform';
import type { Declaration } from '@duet/saga';
import type { SagaRef } from './call';
import type { Database } from './database.store';
import type { Decision } from './decision';
import { findHeld } from './held.list.store';
import { type Became, dropAside, type Operation, operationsOn, sagaOfMessage, whatBecameOf } from './held.store';
import type { Participant } from './participant';
import { traceIdOf } from './traces';

/** What happened, or why nothing did. `unknown`: this service has never met such a message. */
export type Operated =
  | {
      readonly is: 'happened';
      /** The command, `hears`, or '' for what nobody can read. */
      readonly task: string;
      readonly became: Became;
      readonly dropped: boolean;
    }
  | { readonly is: 'refused'; readonly why: Reason }
  | { readonly is: 'faulty'; readonly faults: readonly Fault[] }
  | { readonly is: 'unknown' };

/** What a person says came of a held command; with its success if no outcome is named. */
export interface SaidByHand {
  readonly outcome?: string;
  readonly body: object;
  readonly note: string;
}

/** What somebody wants done about a held message. */
interface Wish {
  /** Given its command, if it is one. */
  readonly decision: (command: CommandClass | undefined) => Decision | Reason | Fault[];
  /** Whether what ended it is the very same wish. */
  readonly isFulfilledBy: (end: Ended) => boolean;
}

/** What a person has said before, for good, about a message. */
interface Ended extends Operation {
  readonly task: string;
  readonly became: Became;
}

/** How often it is looked whether an outside call has answered, in milliseconds. */
const lookEvery = 50;

/** What people do about held messages (rule 14), with what came of it. Whatever is asked twice happens once. */
export class HeldOperations {
  constructor(
    private readonly database: Database,
    private readonly participant: Participant,
    private readonly declaration: Declaration,
    /** How long an outside call is waited for, in milliseconds. */
    private readonly patienceMs: number,
  ) {}

  /** Has it tried again now. An outside call is waited for until then (by `Date.now`). */
  redrive(id: string, actor: string, until = this.soon()): Promise<Operated> {
    return this.operate(id, { decision: () => ({ is: 'redrive', actor }), isFulfilledBy: () => false }, until);
  }

  /** Records what a person did by hand; its outcome is sent as if the handler had returned it. */
  settle(id: string, said: SaidByHand, actor: string): Promise<Operated> {
    return this.operate(id, {
      decision: (command) => {
        if (!command) return { code: 'no-outcome', text: 'it is no command, so nothing is said to have come of it; try it again instead' };
        const settlement = { outcome: said.outcome ?? wireName(command.ok), body: said.body, actor, note: said.note };
        const faults = settlementFaults(command, settlement, 'refused');
        return faults.length > 0 ? faults : { is: 'settle', ...settlement };
      },
      isFulfilledBy: (end) => this.isSame(end, said, actor),
    });
  }

  /** Gives it up: what nobody can read, or what was merely heard, goes; an action is refused. */
  async drop(id: string, note: string, actor: string): Promise<Operated> {
    if (await this.database.connection((client) => dropAside(client, id, actor, note)))
      return { is: 'happened', task: '', became: {}, dropped: true };
    return this.operate(id, {
      decision: () => ({ is: 'drop', actor, note }),
      isFulfilledBy: (end) => end.did === 'drop' && end.actor === actor && end.note === note,
    });
  }

  private soon(): number {
    return Date.now() + this.patienceMs;
  }

  private async operate(id: string, wish: Wish, until = this.soon()): Promise<Operated> {
    const held = await this.database.connection((client) => findHeld(client, id));
    if (!held) return this.afterwards(id, wish);
    const { ref, task, state } = held.row;
    if (!ref || state === 'aside')
      return { is: 'refused', why: { code: 'aside', text: 'nobody can read it; drop it, and have it sent anew if it is needed' } };
    if (tracing()) joinTrace(traceIdOf(ref));
    const decision = wish.decision(this.commandOf(task));
    if (Array.isArray(decision)) return { is: 'faulty', faults: decision };
    if ('code' in decision) return { is: 'refused', why: decision };
    let why: Reason | undefined;
    await this.participant.submit([{ is: 'decision', ref, heldId: id, decision, told: (reason) => (why = reason) }]);
    if (why?.code === 'not-held') return this.afterwards(id, wish);
    if (why) return { is: 'refused', why };
    return { is: 'happened', task, became: await this.becomes(id, ref, task, until), dropped: decision.is === 'drop' };
  }

  private async becomes(id: string, ref: SagaRef, task: string, until: number): Promise<Became> {
    for (; ; await pause(lookEvery)) {
      const became = await this.database.connection((client) => whatBecameOf(client, id, ref, task));
      if (became.held?.state !== 'calling' || Date.now() > until) return became;
    }
  }

  /** It is not held any more: whoever says the same as was said hears the same; everybody else, what has become of it. */
  private async afterwards(id: string, { isFulfilledBy }: Wish): Promise<Operated> {
    const { messageId, task } = partsOf(id);
    // An event that this service has received may have asked something of another one.
    if (messageId === '' || !(['', 'hears'].includes(task) || this.commandOf(task))) return { is: 'unknown' };
    const [ref, operations] = await this.database.connection((client) =>
      Promise.all([sagaOfMessage(client, messageId), operationsOn(client, messageId, task)]),
    );
    if (!ref && operations.length === 0) return { is: 'unknown' };
    const became = ref ? await this.database.connection((client) => whatBecameOf(client, id, ref, task)) : {};
    const end = operations.find(({ did }) => did !== 'redrive');
    if (end && isFulfilledBy({ ...end, task, became })) return { is: 'happened', task, became, dropped: end.did === 'drop' };
    return { is: 'refused', why: { code: codes[end?.did ?? 'redrive'], text: `it is not held any more: ${endText(task, became, end)}` } };
  }

  private isSame({ did, task, actor, note, became }: Ended, said: SaidByHand, by: string): boolean {
    const { ok } = this.commandOf(task) ?? {};
    const outcome = said.outcome ?? (ok && wireName(ok));
    const recorded = became.step?.outcome;
    const sameOutcome = recorded?.type === outcome && isDeepStrictEqual(recorded?.body, said.body);
    return did === 'settle' && actor === by && note === said.note && sameOutcome;
  }

  private commandOf(task: string): CommandClass | undefined {
    return this.declaration.handles.find((command) => wireName(command) === task);
  }
}

const codes = { redrive: 'not-held', settle: 'settled', drop: 'dropped' } as const;

function endText(task: string, { step }: Became, end: Operation | undefined): string {
  if (end?.did === 'drop') return `it was dropped by ${end.actor}`;
  const by = end ? `, as ${end.actor} said` : '';
  return step ? `${task} is ${step.state === 'tombstone' ? 'undone' : step.state}${by}` : 'it was handled';
}

/** The id of a held row is its message's and what that asks for; what nobody could read has its place in the log for a name. */
export function partsOf(heldId: string): { messageId: string; task: string } {
  const at = heldId.lastIndexOf('#');
  return at < 0 ? { messageId: heldId, task: '' } : { messageId: heldId.slice(0, at), task: heldId.slice(at + 1) };
}
