import type { Facts, Settlement, Style } from '@duet/message';

/** What the runtime knows about the action that an undo or a cancel question is about; for any other command it is `none`. */
export type ActionState = 'none' | 'unknown' | 'done' | 'refused';

/** What an outside call is told. The key is what makes it safe to repeat (the idea is Stripe's Idempotency-Key). */
export interface Call {
  /** The idempotency key of this call, the same at every repetition and in every replica. */
  readonly key: string;
  /** For an undo or a cancel question: the key of the action's own call. */
  readonly of?: string;
  /** What is known about the action that is to be undone. */
  readonly action: ActionState;
  /** What the saga knows: the start event's fields and what successful outcomes added. */
  readonly facts: Facts;
  /** Aborted when another replica has taken over, or when the service stops. */
  readonly signal: AbortSignal;
}

/** What a handler of a command is told beside the command. */
export interface StepInfo {
  /** What had become of the action, for an undo or a cancel question. */
  readonly action: ActionState;
}

/** What is known of an event that was heard, beside its body. */
export interface Heard {
  readonly id: string;
  /** Its wire name. */
  readonly type: string;
  readonly process: string;
  readonly saga: string;
  readonly style: Style;
  /** When it was made, ISO 8601. */
  readonly time: string;
  /** Messages between the start of the saga and this one. */
  readonly hop: number;
  /** What the saga knows. */
  readonly facts: Facts;
  /** It only answers who asked: an action came after its undo. Heard by the saga's orchestrator alone. */
  readonly void: boolean;
  /** For an orchestrator: sends commands with this unit of work. Anybody else returns outcomes and reacts. */
  readonly publish: Publish;
}

/** An event as a projection is given it: together with others, once or more often, and in any order. */
export interface Noted<E> {
  readonly event: E;
  readonly about: Omit<Heard, 'publish'>;
}

/** What may be said of a message beside its data. */
export interface PublishOptions {
  /** What the saga knows. If not given: what the message that was heard says, or, where nothing was heard, the fields of what is published. */
  readonly facts?: Facts;
  readonly style?: Style;
  readonly hop?: number;
  /** Of the orchestrator's definition. */
  readonly processVersion?: number;
  /** How often this has been said, this time included; 1 if not given. A repeat is a message of its own. */
  readonly time?: number;
  /** Why it is said again. */
  readonly ask?: 'again' | 'now' | 'settled';
  readonly settlement?: Settlement;
}

/**
 * Sends a message, made by its class's `of`, with the unit of work. Its id follows from the saga, the class, its place among those of its class that this work publishes, and the time: two starts
 * of one saga that publish the same class tell the world once.
 */
export type Publish = (message: object, options?: PublishOptions) => void;

/** One saga: a process and the id of what it is about. */
export interface SagaRef {
  readonly process: string;
  readonly saga: string;
}

/** A saga as a map key. */
export const sagaKey = ({ process, saga }: SagaRef): string => `${process}/${saga}`;

/** The key of a step's outside call: the same for whatever asks for the step. */
export const callKey = (ref: SagaRef, step: string): string => `${ref.process}/${ref.saga}/${step}`;
