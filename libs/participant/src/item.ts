import type { Envelope, Reason, ReceivedMessage, Style } from '@duet/message';
import { type Call, type Heard, type Publish, type SagaRef, sagaKey, type StepInfo } from './call';
import type { Decision } from './decision';
import { textOf } from './errors';
import type { HeldRow } from './held.rows.store';
import type { OutboxRow } from './outbox.store';
import type { LockedSaga } from './runtime.store';
import type { Roles, Task } from './task';

/** What a unit of work is about. */
export type Item =
  /** A message that was received. */
  | { readonly is: 'message'; readonly ref: SagaRef; readonly message: Envelope; readonly raw: ReceivedMessage }
  /** A saga whose held messages are to be looked at: something is due, or an outside call has answered. */
  | { readonly is: 'visit'; readonly ref: SagaRef; readonly answers: readonly Answer[] }
  /** Something that begins here, not with a message: an order placed over REST. */
  | {
      readonly is: 'start';
      readonly ref: SagaRef;
      readonly style: Style;
      readonly work: (publish: Publish) => Promise<void>;
      readonly failed: (error: unknown) => void;
      /** For traces: what it is, and the traceparent of who asked for it. */
      readonly name?: string;
      readonly within?: string | undefined;
    }
  /** A person's decision about a held message. `told` hears why it makes no sense, or nothing if it does; again when the unit runs again. */
  | {
      readonly is: 'decision';
      readonly ref: SagaRef;
      readonly heldId: string;
      readonly decision: Decision;
      readonly told: (why: Reason | undefined) => void;
    };

/** What an outside call came to, with the lease under which it was made. */
export interface Answer {
  readonly heldId: string;
  readonly lease: string;
  /** What was called for, as the unit that recorded the call had it. */
  readonly task: Task;
  readonly result: { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };
}

/** An outside call that the unit has recorded; to be made once the unit is committed. */
export interface CallToMake {
  readonly heldId: string;
  readonly lease: string;
  readonly ref: SagaRef;
  readonly task: Task;
  readonly body: object;
  readonly action: Call['action'];
}

/** How handlers are run: by Nest. */
export interface Invoke {
  handle(task: Task, body: object, result: unknown, about: StepInfo | Heard): Promise<unknown>;
  /** Those of projections, with all that has come for them. */
  note(tasks: readonly Task[]): Promise<void>;
}

export interface UnitSettings {
  readonly service: string;
  readonly roles: Roles;
  readonly invoke: Invoke;
  readonly leaseMs: number;
  readonly retryMs: number;
  readonly retryAtMostMs: number;
  readonly parkAfter: number;
  /** How many outside calls may be recorded now, and after how long (milliseconds) one for which there is no room is looked at again. */
  readonly roomForCalls: () => number;
  readonly laterMs: number;
  /** The queue that what the unit says goes out through; asked just before the unit commits. */
  readonly sender: () => string;
}

export interface Committed {
  readonly outbox: readonly OutboxRow[];
  readonly sagas: readonly LockedSaga[];
  /** The queue that the outbox was meant for when it was committed. */
  readonly sender: string;
  readonly calls: readonly CallToMake[];
  /** For metrics and logs. */
  readonly handled: readonly { readonly task: Task; readonly ref: SagaRef }[];
  readonly heldNow: readonly HeldRow[];
  readonly duplicates: number;
}

/** Handlers that failed. Nothing of the unit has happened. */
export class UnitFailed extends Error {
  override readonly name = 'UnitFailed';
  constructor(
    /** By the id of the task, or `startId` of the start item. */
    readonly failures: ReadonlyMap<string, unknown>,
  ) {
    super(`${failures.size} of the handlers failed; nothing of this unit has happened. ${[...failures.values()].map(textOf).join('; ')}`);
  }
}

/** How a start item is named among the failures of a unit. */
export const startId = (ref: SagaRef): string => `start:${sagaKey(ref)}`;
