import { Reason, type Style, styles } from '@duet/message';
import { Type } from 'class-transformer';
import { IsArray, IsBoolean, IsIn, IsInt, IsObject, IsOptional, IsString, ValidateNested } from 'class-validator';
import { ParkedView } from './parked.views';

/**
 * What the REST answers look like, for the OpenAPI document; the compiler holds them to what is really answered. All times are ISO 8601 with milliseconds, by the clocks of the services that sent the
 * messages (`ce_time`); all durations are whole milliseconds. Message names are wire names: `payment.ProcessPayment`. A service is named as its `ce_source` without the slash.
 */

/** Where a saga stands: going forward, taking back, ended with everything done, ended with everything that was done taken back. */
export const sagaStates = ['running', 'compensating', 'completed', 'compensated'] as const;
export type SagaState = (typeof sagaStates)[number];

/**
 * Why somebody should look at a saga. `stalled`: what it waits for is overdue · `parked`: a message of it waits for a person · `loop`: its messages cause one another in a circle ·
 * `undo-incomplete`: nothing is on its way any more, and a step that was done is not undone · `undo-failed`: an undo is parked.
 */
export const concerns = ['stalled', 'parked', 'loop', 'undo-incomplete', 'undo-failed'] as const;
export type Concern = (typeof concerns)[number];

/**
 * How a step stands. `open`: not asked for yet · `waiting`: asked for, not answered · `done` · `refused` · `void`: refused because it came after its undo · `undoing`: its undo was asked for ·
 * `undone` · `parked`: it, or its undo, waits for a person.
 */
export const stepStates = ['open', 'waiting', 'done', 'refused', 'void', 'undoing', 'undone', 'parked'] as const;
export type StepState = (typeof stepStates)[number];

/** `compensatable`: can be undone · `pivot`: after it there is no way back · `retriable`: asked for until it succeeds. */
export const stepKinds = ['compensatable', 'pivot', 'retriable'] as const;
export type StepKind = (typeof stepKinds)[number];

/** What a saga waits for. */
export class WaitingView {
  /** The silent service. */
  @IsString() service!: string;
  /** What it is to do; absent where a leader is to decide what comes next. */
  @IsOptional() @IsString() command?: string;
  /** When it was asked, or heard what it reacts to. */
  @IsString() since!: string;
  /** How long it usually takes (the median over all sagas of this process and style); absent while too few are known. */
  @IsOptional() @IsInt() usuallyMs?: number;
  /** From when on it is taken for stalled: see `GET /api/overview`, `rules`. */
  @IsString() dueAt!: string;
  /** It is later than that. */
  @IsBoolean() overdue!: boolean;
}

/** One line of a list of sagas. */
export class SagaRow {
  @IsString() process!: string;
  /** The saga's id: for `place-order` the order's. */
  @IsString() id!: string;
  @IsIn([...styles]) style!: Style;
  /** The version of the orchestrator's definition; absent when choreographed. */
  @IsOptional() @IsInt() version?: number;
  @IsIn([...sagaStates]) state!: SagaState;
  /** Empty where all is well. */
  @IsArray() @IsIn([...concerns], { each: true }) concerns!: Concern[];
  /** The state in words: `waiting for shipping since 14:02:11 (usually 40 ms)`. Times of day in it are UTC. */
  @IsString() text!: string;
  /** Absent when it has ended, or when no manifest says what would follow. */
  @IsOptional() @ValidateNested() @Type(() => WaitingView) waiting?: WaitingView;
  /** Why it was turned back. */
  @IsOptional() @ValidateNested() @Type(() => Reason) reason?: Reason;
  /** The customer's opaque id, where the saga's facts hold a `customerId`. */
  @IsOptional() @IsString() customer?: string;
  /** Time of its first message. */
  @IsString() startedAt!: string;
  /** Time of its latest message. */
  @IsString() lastAt!: string;
  /** Absent while it has not ended. */
  @IsOptional() @IsString() endedAt?: string;
  /** From its first message to its end, or to its latest message while it has not ended. */
  @IsInt() durationMs!: number;
  /** How many messages it has by now, each counted once. */
  @IsInt() messages!: number;
  /** How many more of its messages were heard and are not kept, since there are too many; some may be counted twice. Nothing here is told by them. Absent: none. */
  @IsOptional() @IsInt() beyond?: number;
  /** The most messages that lie between its start and one of them. */
  @IsInt() hops!: number;
}

export class SagaRows {
  @IsArray() @ValidateNested({ each: true }) @Type(() => SagaRow) items!: SagaRow[];
  /** The cursor of the next page; absent on the last. */
  @IsOptional() @IsString() next?: string;
}

/** One message of a saga, in a lane of the service that sent it. */
export class MessageView {
  @IsString() id!: string;
  /** Its place in the observer's log: `id` of its event in `GET /api/events`. */
  @IsString() position!: string;
  @IsString() type!: string;
  @IsIn(['command', 'event']) kind!: 'command' | 'event';
  /** Who sent it. */
  @IsString() service!: string;
  /** Whom a command is for; absent for events. */
  @IsOptional() @IsString() to?: string;
  @IsString() at!: string;
  /** Since the saga's first message. */
  @IsInt() sinceStartMs!: number;
  /** The message that caused it; it may be unknown here. */
  @IsOptional() @IsString() cause?: string;
  /** The type of the message that caused it, where that is known. */
  @IsOptional() @IsString() causeType?: string;
  /** Since the message that caused it: what its sender took. */
  @IsOptional() @IsInt() tookMs?: number;
  @IsInt() hop!: number;
  /** Its number among the messages of this saga from this service. */
  @IsInt() seq!: number;
  /** Asked again: by a deadline, by an operator, or answered by hand. */
  @IsOptional() @IsIn(['again', 'now', 'settled']) ask?: 'again' | 'now' | 'settled';
  /** It answers who asked, and nothing follows from it. */
  @IsBoolean() void!: boolean;
  /** What it means to the saga: it goes forward, refuses, takes something back, asks whether there is a way back, or is beside the process. */
  @IsIn(['forward', 'refusal', 'undo', 'question', 'beside']) means!: 'forward' | 'refusal' | 'undo' | 'question' | 'beside';
  /** For an undo, and what answers one: the command that it takes back. */
  @IsOptional() @IsString() undoes?: string;
  @IsOptional() @ValidateNested() @Type(() => Reason) reason?: Reason;
  /** Its data. */
  @IsObject() body!: object;
  /** W3C trace context. */
  @IsOptional() @IsString() traceparent?: string;
}

/** The undo of a step. */
export class UndoView {
  @IsString() command!: string;
  /** Never `undoing` or `undone`. */
  @IsIn([...stepStates]) state!: StepState;
  @IsOptional() @IsString() askedAt?: string;
  @IsOptional() @IsString() answeredAt?: string;
}

/** A step: one command of this saga at its owner, taken or to be expected. */
export class SagaStepView {
  @IsString() command!: string;
  /** Who carries it out. */
  @IsString() service!: string;
  @IsIn([...stepKinds]) kind!: StepKind;
  @IsIn([...stepStates]) state!: StepState;
  /** Part of the way forward; else it ends what was turned back, or stands beside the process. */
  @IsBoolean() forward!: boolean;
  /** How it is asked for in this style: by a command, or because its owner reacts to an event. */
  @IsIn(['command', 'reaction']) by!: 'command' | 'reaction';
  /** The command or the event that asks for it. */
  @IsString() on!: string;
  /** How often it was asked for. */
  @IsInt() asked!: number;
  @IsOptional() @IsString() askedAt?: string;
  @IsOptional() @IsString() answeredAt?: string;
  /** The event that answered it. */
  @IsOptional() @IsString() answer?: string;
  /** From the asking to the answer. */
  @IsOptional() @IsInt() tookMs?: number;
  /** The median over all sagas of this process and style. */
  @IsOptional() @IsInt() usuallyMs?: number;
  /** How long its answer may take, as its leader says; absent where nobody leads. */
  @IsOptional() @IsInt() withinMs?: number;
  /** The undo that the contract has for it. */
  @IsOptional() @ValidateNested() @Type(() => UndoView) undo?: UndoView;
}

/** What a cancel would come to now. */
export class IfCancelledView {
  @IsBoolean() possible!: boolean;
  /** In words: what would happen, or why it is too late. */
  @IsString() text!: string;
  /** The undos that would run, in order; in a choreography at the same time. */
  @IsArray() @IsString({ each: true }) undos!: string[];
  /** The question that decides whether it is too late. */
  @IsOptional() @IsString() asks?: string;
  /** The command that would end the saga. */
  @IsOptional() @IsString() ends?: string;
}

export class LoopLink {
  @IsString() id!: string;
  @IsString() type!: string;
  @IsString() service!: string;
  @IsInt() hop!: number;
  @IsString() at!: string;
}
/** Messages that cause one another in a circle. */
export class LoopView {
  /** In words: `shop.Ping → shop.Pong → shop.Ping, 21 times; stopped at hop 65`. */
  @IsString() text!: string;
  /** The types of one round, in order. */
  @IsArray() @IsString({ each: true }) round!: string[];
  /** How often the round was gone. */
  @IsInt() times!: number;
  /** It went over the limit of hops, so every reader sets its next message aside. */
  @IsBoolean() stopped!: boolean;
  /** From the saga's start, or from as far back as is known, to its deepest message. */
  @IsArray() @ValidateNested({ each: true }) @Type(() => LoopLink) lineage!: LoopLink[];
}

/** One saga with everything that is known of it. */
export class SagaDetail extends SagaRow {
  /** Everything that it waits for, the longest first; `waiting` is the first of them. */
  @IsArray() @ValidateNested({ each: true }) @Type(() => WaitingView) waitsFor!: WaitingView[];
  /** What the saga knows: the start's fields and what successful outcomes added. */
  @IsObject() facts!: object;
  /** Steps taken and to be expected, in the order of the way forward; then the ones taken beside it or back. */
  @IsArray() @ValidateNested({ each: true }) @Type(() => SagaStepView) steps!: SagaStepView[];
  /** The events that are still to come if nothing is refused: `shipping.OrderShipped`, `order.OrderConfirmed`. */
  @IsArray() @IsString({ each: true }) remaining!: string[];
  /** Commands that were done, have an undo, and are not undone, in a saga that was turned back. */
  @IsArray() @IsString({ each: true }) notUndone!: string[];
  @ValidateNested() @Type(() => IfCancelledView) ifCancelled!: IfCancelledView;
  @IsArray() @ValidateNested({ each: true }) @Type(() => ParkedView) parked!: ParkedView[];
  @IsOptional() @ValidateNested() @Type(() => LoopView) loop?: LoopView;
  /** The services, in the order in which they came into it: one lane each. */
  @IsArray() @IsString({ each: true }) lanes!: string[];
  /** In the order of their times, a cause before what it caused. */
  @IsArray() @ValidateNested({ each: true }) @Type(() => MessageView) log!: MessageView[];
}

export class MermaidView {
  /** A sequence diagram of what happened, for copying. */
  @IsString() mermaid!: string;
}
