import { Reason } from '@duet/message';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import type { OneOfMany } from './held.groups';
import type { Operated } from './held.operations';
import type { Became, Outcome } from './held.store';

type Happened = Extract<Operated, { is: 'happened' }>;

/** What a person did by hand, and what came of it. */
export class SettleHeld {
  /** The outcome's wire name; the command's success if not said. */
  @IsOptional() @IsString() @MaxLength(256) outcome?: string;
  /** The outcome's data, as its class says. */
  @IsObject() body!: Record<string, unknown>;
  @IsString() @MinLength(1) @MaxLength(4_000) note!: string;
}

/** Why it is given up. */
export class DropHeld {
  @IsString() @MinLength(1) @MaxLength(4_000) note!: string;
}

/** Which messages: by their reason, by what they ask for, or, said so, all. */
class HeldGroup {
  /** The code of their reason. */
  @IsOptional() @IsString() @MaxLength(256) reason?: string;
  /** The command, or the event that was heard. */
  @IsOptional() @IsString() @MaxLength(256) task?: string;
  /** Whatever their reason and their task. */
  @IsOptional() @IsBoolean() all?: boolean;
  /** Where the rest begins, as the answer before said. */
  @IsOptional() @Matches(/^\d{1,15}$/u) cursor?: string;
  /** How many in one go; 50 if not said. */
  @IsOptional() @IsInt() @Min(1) @Max(200) limit?: number;
}
export class RedriveGroup extends HeldGroup {
  /** `parked` if not said. */
  @IsOptional() @IsIn(['parked', 'retrying']) state?: 'parked' | 'retrying';
}
export class DropGroup extends HeldGroup {
  /** `parked` if not said. */
  @IsOptional() @IsIn(['parked', 'retrying', 'aside']) state?: 'parked' | 'retrying' | 'aside';
  @IsString() @MinLength(1) @MaxLength(4_000) note!: string;
}

export class OutcomeView implements Outcome {
  /** Its wire name. */
  @IsString() type!: string;
  @IsObject() body!: object;
}

/** `calling`: its outside call is under way still · `waiting`: behind others of its saga · `retrying`: it failed again, and is tried again by itself · `parked`: it failed again, and waits for a person · `dropped`: it was given up · how its step stands, otherwise. */
const states = ['calling', 'waiting', 'retrying', 'parked', 'dropped', 'done', 'refused', 'undone'] as const;

export class OperatedView {
  @IsIn(states) state!: (typeof states)[number];
  /** What happened, in words. */
  @IsString() text!: string;
  /** The message that told the world, where it is kept. */
  @IsOptional() @ValidateNested() @Type(() => OutcomeView) outcome?: OutcomeView;
  /** Why it was refused, or failed again. */
  @IsOptional() @ValidateNested() @Type(() => Reason) reason?: Reason;
}

/** What became of a held message, in words and for programs. */
export function operatedOf({ task, became, dropped }: Happened): OperatedView {
  return dropped ? droppedOf(task, became) : becameOf(task, became);
}

function droppedOf(task: string, { step }: Became): OperatedView {
  if (task === '') return { state: 'dropped', text: 'what nobody could read is gone' };
  const outcome = step?.outcome;
  if (!outcome) return { state: 'dropped', text: 'it is given up, and nothing follows from it' };
  return { state: 'dropped', text: `${task} is given up for good, and ${outcome.type} was told`, outcome, ...reasonIn(outcome) };
}

const reasonIn = ({ body }: Outcome): { reason?: Reason } => ('reason' in body ? { reason: body.reason as Reason } : {});

function becameOf(command: string, { held, step }: Became): OperatedView {
  if (held && held.state !== 'aside') {
    const { state, reason, dueAt } = held;
    const because = reason ? `: ${reason.text}` : '';
    if (state === 'calling') return { state, text: `the outside call of ${command} is under way` };
    if (state === 'waiting') return { state, text: `${command} waits behind others of its saga` };
    const text =
      state === 'parked'
        ? `it failed again and waits for a person${because}`
        : `it failed again and is tried again at ${dueAt?.toISOString()}${because}`;
    return { state, text, ...(reason && { reason }) };
  }
  const outcome = step?.outcome;
  const told = outcome ? `, and ${outcome.type} was told` : '';
  const answer = { ...(outcome && { outcome }) };
  switch (step?.state) {
    case 'refused': {
      const because = outcome ? reasonIn(outcome) : {};
      const text = `${command} was refused${because.reason ? ` (${because.reason.text})` : ''}${told}`;
      return { state: 'refused', text, ...answer, ...because };
    }
    case 'undone':
    case 'tombstone':
      return { state: 'undone', text: `${command} is undone${told}`, ...answer };
    case 'calling':
    case 'done':
    case undefined:
      return { state: 'done', text: `${step ? command : 'it'} is done${told}`, ...answer };
  }
}

/** What was done about one message of a group. */
export class OneOfManyView {
  @IsString() id!: string;
  @IsString() task!: string;
  @IsOptional() @IsString() process!: string | null;
  @IsOptional() @IsString() saga!: string | null;
  /** As for one message, or `not-done`: it made no sense, and the text says why. */
  @IsIn([...states, 'not-done']) state!: OperatedView['state'] | 'not-done';
  @IsString() text!: string;
  /** Why it was not done, for programs. */
  @IsOptional() @IsString() code?: string;
}

export class GroupDoneView {
  @IsArray() @ValidateNested({ each: true }) @Type(() => OneOfManyView) items!: OneOfManyView[];
  /** Where the rest begins: the cursor to ask with next. Absent when that was all. */
  @IsOptional() @IsString() next?: string;
}

export function oneOfManyOf({ message: { row }, operated }: OneOfMany): OneOfManyView {
  const about = { id: row.id, task: row.task, process: row.ref?.process ?? null, saga: row.ref?.saga ?? null };
  if (operated.is === 'happened') {
    const { state, text } = operatedOf(operated);
    return { ...about, state, text };
  }
  // It was there a moment ago, and has been handled meanwhile; what was asked for is never faulty.
  const { code, text } = operated.is === 'refused' ? operated.why : { code: 'not-held', text: 'it is not held any more' };
  return { ...about, state: 'not-done', text, code };
}
