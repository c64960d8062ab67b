import type { CommandClass, Facts, Reason, Style } from '@duet/message';

/**
 * How a saga stands: `running` forward · `compensating` · `watching`: hybrid, after the pivot, where others go on by themselves · `completed` · `compensated` ·
 * `compensation_failed`: an undo is parked at its owner, and a person is needed · `paused` by a person.
 */
export type Status = 'running' | 'compensating' | 'watching' | 'completed' | 'compensated' | 'compensation_failed' | 'paused';
export const statuses = [
  'running',
  'compensating',
  'watching',
  'completed',
  'compensated',
  'compensation_failed',
  'paused',
] as const satisfies readonly Status[];

/** Whether nothing will happen any more. */
export const isEnded = (status: Status): boolean => status === 'completed' || status === 'compensated';

/** What became of one command. */
export interface Asked {
  /** How often it was asked for; 0 for what others do by themselves. */
  readonly times: number;
  /** Its outcome; `void` when an action came after its undo and was refused for that. The first one counts, but a void one gives way. */
  readonly outcome?: 'ok' | 'fail' | 'void';
  /** What a person has last said came of it, as JSON: the same said again is said once. */
  readonly said?: string;
  /** Why it waits for a person at its owner. */
  readonly parked?: Reason;
}

/** One saga as its orchestrator knows it. Plain data: from its history alone it can be computed again. */
export interface Instance {
  readonly process: string;
  readonly saga: string;
  /** The version of the definition that it began with, and keeps. */
  readonly version: number;
  readonly style: Style;
  readonly status: Status;
  readonly facts: Facts;
  /** Why it was turned back. */
  readonly reason?: Reason;
  /** Why it shall be turned back, if the pivot's owner says that it is not too late. */
  readonly wish?: Reason;
  /** By the command's wire name. */
  readonly asked: Readonly<Record<string, Asked>>;
  /** Whose answer is awaited: the command's wire name, since when and until when (milliseconds since 1970), and how often that has passed. Absent when the saga has ended. */
  readonly waiting?: { readonly command: string; readonly since: number; readonly due: number; readonly overdue: number };
  readonly paused?: true;
}

/** What happens to an instance: heard, due, or done by a person. `at` is in milliseconds since 1970. Plain data: the history holds these. */
export type Input =
  | { readonly is: 'started'; readonly at: number; readonly saga: string; readonly style: Style; readonly facts: Facts }
  /** An outcome was heard: the event's wire name and its body. */
  | { readonly is: 'heard'; readonly at: number; readonly type: string; readonly body: object; readonly void?: true }
  /** The time of what is awaited is up. */
  | { readonly is: 'due'; readonly at: number }
  /** A command waits for a person at its owner, or does not any more. */
  | { readonly is: 'parked'; readonly at: number; readonly command: string; readonly reason: Reason }
  | { readonly is: 'freed'; readonly at: number; readonly command: string }
  /** Somebody wants it cancelled: a request that was heard, or, with an actor, an operator. */
  | { readonly is: 'cancel'; readonly at: number; readonly reason: Reason; readonly actor?: string }
  | { readonly is: 'pause' | 'resume'; readonly at: number; readonly actor: string }
  /** Ask the owner to try again now; without a command: whatever is parked, or awaited. */
  | { readonly is: 'retry'; readonly at: number; readonly actor: string; readonly command?: string }
  /** A person has done it by hand: the owner records this outcome. */
  | {
      readonly is: 'done';
      readonly at: number;
      readonly actor: string;
      readonly note: string;
      readonly command: string;
      /** The outcome's wire name; its success if not given. */
      readonly outcome?: string;
      readonly body: object;
    };

/** A command on its way to its owner. */
export interface CommandToSend {
  readonly command: CommandClass;
  readonly body: object;
  /** 1 for the first time; a repeat is a message of its own. */
  readonly time: number;
  /** Why it is asked again. */
  readonly ask?: 'again' | 'now' | 'settled';
  /** What a person says came of it, for `settled`. */
  readonly settlement?: { readonly outcome: string; readonly body: object; readonly actor: string; readonly note: string };
}

/** What follows from an input. The next deadline is `instance.waiting.due`. */
export interface Decision {
  readonly instance: Instance;
  readonly commands: readonly CommandToSend[];
  /** Why a person's wish makes no sense; then nothing has changed. */
  readonly refused?: Reason;
}
