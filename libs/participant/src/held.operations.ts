import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type CommandClass, type Fault, type Reason, settlementFaults, wireName } from '@duet/message';
import type { Declaration } from '@duet/saga';
import type { SagaRef } from './call';
import type { Database } from './database.store';
import type { Decision } from './decision';
import { type Became, operationsOn, sagaOfMessage, whatBecameOf } from './held.store';
import type { Participant } from './participant';
import { findHeld } from './runtime.store';

/** What happened, or why nothing did. `unknown`: this service has never met such a message. */
export type Operated =
  | { readonly is: 'happened'; readonly command: string; readonly became: Became }
  | { readonly is: 'refused'; readonly why: Reason }
  | { readonly is: 'faulty'; readonly faults: readonly Fault[] }
  | { readonly is: 'unknown' };

/** What a person says came of a held command; with its success if no outcome is named. */
export interface SaidByHand {
  readonly outcome?: string;
  readonly body: object;
  readonly note: string;
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

  /** Has it tried again now. */
  redrive(id: string, actor: string): Promise<Operated> {
    return this.operate(id, () => ({ is: 'redrive', actor }));
  }

  /** Records what a person did by hand; its outcome is sent as if the handler had returned it. */
  settle(id: string, said: SaidByHand, actor: string): Promise<Operated> {
    return this.operate(
      id,
      (command) => {
        if (!command) return { code: 'no-outcome', text: 'it is no command, so nothing is said to have come of it; try it again instead' };
        const settlement = { outcome: said.outcome ?? wireName(command.ok), body: said.body, actor, note: said.note };
        const faults = settlementFaults(command, settlement, 'refused');
        return faults.length > 0 ? faults : { is: 'settle', ...settlement };
      },
      (before) => this.isSame(before, said, actor),
    );
  }

  private async operate(
    id: string,
    decisionOn: (command: CommandClass | undefined) => Decision | Reason | Fault[],
    isRepeated: (before: Settled) => boolean = () => false,
  ): Promise<Operated> {
    const held = await this.database.connection((client) => findHeld(client, id));
    if (!held) return this.afterwards(id, isRepeated);
    const { ref, task, state } = held.row;
    if (!ref || state === 'aside')
      return {
        is: 'refused',
        why: { code: 'aside', text: 'nobody can read it, so there is nothing to do about it here; have it sent anew' },
      };
    const decision = decisionOn(this.commandOf(task));
    if (Array.isArray(decision)) return { is: 'faulty', faults: decision };
    if ('code' in decision) return { is: 'refused', why: decision };
    let why: Reason | undefined;
    await this.participant.submit([{ is: 'decision', ref, heldId: id, decision, told: (reason) => (why = reason) }]);
    if (why?.code === 'not-held') return this.afterwards(id, isRepeated);
    return why ? { is: 'refused', why } : { is: 'happened', command: task, became: await this.becomes(id, ref, task) };
  }

  /** An outside call is waited for, for a while. */
  private async becomes(id: string, ref: SagaRef, task: string): Promise<Became> {
    for (const end = Date.now() + this.patienceMs; ; await pause(lookEvery)) {
      const became = await this.database.connection((client) => whatBecameOf(client, id, ref, task));
      if (became.held?.state !== 'calling' || Date.now() > end) return became;
    }
  }

  /** It is not held any more: whoever says the same as was said hears the same; everybody else, what has become of it. */
  private async afterwards(id: string, isRepeated: (before: Settled) => boolean): Promise<Operated> {
    const [messageId, command] = [id.slice(0, id.lastIndexOf('#')), id.slice(id.lastIndexOf('#') + 1)];
    const ref = await this.database.connection((client) => sagaOfMessage(client, messageId));
    if (!ref) return { is: 'unknown' };
    const [became, operations] = await this.database.connection((client) =>
      Promise.all([whatBecameOf(client, id, ref, command), operationsOn(client, ref, command, messageId)]),
    );
    const settled = operations.find(({ did }) => did === 'settle');
    if (settled && isRepeated({ ...settled, command, became })) return { is: 'happened', command, became };
    const by = settled ? `, as ${settled.actor} said` : '';
    const text = became.step ? `${command} is ${became.step.state === 'tombstone' ? 'undone' : became.step.state}${by}` : 'it was handled';
    return { is: 'refused', why: { code: settled ? 'settled' : 'not-held', text: `it is not held any more: ${text}` } };
  }

  private isSame({ command, actor, note, became }: Settled, said: SaidByHand, by: string): boolean {
    const { ok } = this.commandOf(command) ?? {};
    const outcome = said.outcome ?? (ok && wireName(ok));
    const recorded = became.step?.outcome;
    return actor === by && note === said.note && recorded?.type === outcome && isDeepStrictEqual(recorded?.body, said.body);
  }

  private commandOf(task: string): CommandClass | undefined {
    return this.declaration.handles.find((command) => wireName(command) === task);
  }
}

/** What a person has said before about a message. */
interface Settled {
  readonly command: string;
  readonly actor: string;
  readonly note: string | null;
  readonly became: Became;
}
