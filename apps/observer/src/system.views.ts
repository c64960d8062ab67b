import { Reason, type Style, styles } from '@duet/message';
import { Type } from 'class-transformer';
import { IsArray, IsBoolean, IsIn, IsInt, IsOptional, IsString, ValidateNested } from 'class-validator';
import { SagaRow, type SagaState, sagaStates } from './saga.views';

/** What the REST answers about all sagas together look like. Times and durations are as in saga.views.ts. */

/** How long something takes, over many sagas. Quantiles are read from a histogram whose classes are a fifth wide. */
export class LatencyView {
  @IsInt() count!: number;
  @IsInt() p50Ms!: number;
  @IsInt() p95Ms!: number;
  @IsInt() p99Ms!: number;
}

/** The same in each style; absent where there is nothing to tell. */
export class LatencyInStyles implements Partial<Record<Style, LatencyView>> {
  @IsOptional() @ValidateNested() @Type(() => LatencyView) choreography?: LatencyView;
  @IsOptional() @ValidateNested() @Type(() => LatencyView) orchestration?: LatencyView;
  @IsOptional() @ValidateNested() @Type(() => LatencyView) hybrid?: LatencyView;
}

/** How many sagas have not ended, and how many of these need a look. */
export class NowView {
  @IsInt() running!: number;
  @IsInt() compensating!: number;
  @IsInt() stalled!: number;
  /** Sagas with a message that waits for a person. */
  @IsInt() parked!: number;
  @IsInt() loop!: number;
  @IsInt() undoIncomplete!: number;
  @IsInt() undoFailed!: number;
}

/** Sagas of one minute. */
export class MinuteView {
  /** When the minute began. */
  @IsString() minute!: string;
  @IsString() process!: string;
  @IsIn([...styles]) style!: Style;
  @IsInt() started!: number;
  @IsInt() completed!: number;
  @IsInt() compensated!: number;
}

/** How sagas have ended, and why, in the window. */
export class OutcomeView {
  @IsString() process!: string;
  @IsIn([...styles]) style!: Style;
  @IsIn([...sagaStates]) state!: SagaState;
  /** The code of the reason that turned them back. */
  @IsOptional() @IsString() reason?: string;
  @IsInt() count!: number;
}

/** What one step takes: from the asking to the answer. */
export class StepLatencyView {
  @IsString() process!: string;
  @IsIn([...styles]) style!: Style;
  /** The command; of a leader that decides what comes next, the command that it then sends. */
  @IsString() step!: string;
  /** Who takes the time. */
  @IsString() service!: string;
  /** It is a leader's deciding, not a step's doing. */
  @IsBoolean() deciding!: boolean;
  @ValidateNested() @Type(() => LatencyView) latency!: LatencyView;
  /** Its part of the time of all steps in the window, in percent. */
  @IsInt() sharePercent!: number;
}

export class BottleneckView {
  @IsString() service!: string;
  /** The part of the time of all steps that it takes, in percent. */
  @IsInt() sharePercent!: number;
  /** `payment takes 61 % of the time`. */
  @IsString() text!: string;
}

/** Messages that a service has still to read. */
export class BacklogView {
  @IsString() service!: string;
  /** Absent where the broker could not tell. */
  @IsOptional() @IsInt() messages?: number;
}

export class OverviewView {
  /** The moment that this is about: now, or, while the observer catches up, the time of what it has read. */
  @IsString() asOf!: string;
  /** The observer has read everything that there is. */
  @IsBoolean() caughtUp!: boolean;
  /** The place in its log up to which this is true: resume `GET /api/events` from here. */
  @IsString() position!: string;
  @ValidateNested() @Type(() => NowView) now!: NowView;
  /** What needs a look, the most urgent first; at most twenty. */
  @IsArray() @ValidateNested({ each: true }) @Type(() => SagaRow) needs!: SagaRow[];
  /** The last hour, minute by minute; minutes in which nothing happened are left out. */
  @IsArray() @ValidateNested({ each: true }) @Type(() => MinuteView) minutes!: MinuteView[];
  /** The last hour. */
  @IsArray() @ValidateNested({ each: true }) @Type(() => OutcomeView) outcomes!: OutcomeView[];
  /** This hour and the one before it. */
  @IsArray() @ValidateNested({ each: true }) @Type(() => StepLatencyView) steps!: StepLatencyView[];
  /** Absent while nothing was done in this hour and the one before it. */
  @IsOptional() @ValidateNested() @Type(() => BottleneckView) bottleneck?: BottleneckView;
  @IsArray() @ValidateNested({ each: true }) @Type(() => BacklogView) backlog!: BacklogView[];
  /** How it is decided what is stalled, what is a loop and what is an incomplete undo: sentences. */
  @IsArray() @IsString({ each: true }) rules!: string[];
}

/** A process that was seen, or that a manifest speaks of. */
export class ProcessView {
  @IsString() process!: string;
  /** The styles that were seen. */
  @IsArray() @IsIn([...styles], { each: true }) styles!: Style[];
  /** Sagas that are known. */
  @IsInt() sagas!: number;
  /** Some manifest speaks of it. */
  @IsBoolean() declared!: boolean;
}
export class ProcessList {
  @IsArray() @ValidateNested({ each: true }) @Type(() => ProcessView) items!: ProcessView[];
}

export class FlowNode {
  /** The service. */
  @IsString() service!: string;
  /** It leads this process. */
  @IsBoolean() leads!: boolean;
  /** It has a manifest. */
  @IsBoolean() declared!: boolean;
  /** How many messages of this process it has sent. */
  @IsInt() messages!: number;
}

/** A message on its way from one service to another. */
export class FlowEdge {
  @IsString() from!: string;
  @IsString() to!: string;
  @IsString() type!: string;
  @IsIn(['command', 'event']) kind!: 'command' | 'event';
  /** What it means to the process: see MessageView. */
  @IsIn(['forward', 'refusal', 'undo', 'question', 'beside']) means!: 'forward' | 'refusal' | 'undo' | 'question' | 'beside';
  /** In which styles a manifest says so; empty: nobody has declared it. */
  @IsArray() @IsIn([...styles], { each: true }) declaredIn!: Style[];
  /** How often `to` has said something because of it, by style. Of one that only takes note, nothing is heard: 0. */
  @IsInt() choreography!: number;
  @IsInt() orchestration!: number;
  @IsInt() hybrid!: number;
  /** In which of these `to` only takes note of it (a mail, a projection, a leader that hears of the end), so that nothing is to follow. */
  @IsArray() @IsIn([...styles], { each: true }) notedIn!: Style[];
  /** From this message to what `to` says because of it, in all styles together. */
  @IsOptional() @ValidateNested() @Type(() => LatencyView) latency?: LatencyView;
  /** The same in each style in which it has happened. */
  @ValidateNested() @Type(() => LatencyInStyles) latencyIn!: LatencyInStyles;
}

export class FlowView {
  @IsString() process!: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => FlowNode) nodes!: FlowNode[];
  @IsArray() @ValidateNested({ each: true }) @Type(() => FlowEdge) edges!: FlowEdge[];
}

/** A service that has published a manifest, or was only heard. */
export class ServiceView {
  @IsString() service!: string;
  /** It has published what it does. */
  @IsBoolean() declared!: boolean;
  /** Which build of it said so. */
  @IsOptional() @IsString() build?: string;
  /** The commands that it carries out. */
  @IsArray() @IsString({ each: true }) handles!: string[];
  /** What it does by itself: `payment.ProcessPayment on inventory.StockReserved`. */
  @IsArray() @IsString({ each: true }) reacts!: string[];
  /** The events that it only takes note of. */
  @IsArray() @IsString({ each: true }) notes!: string[];
  /** The processes that it leads. */
  @IsArray() @IsString({ each: true }) leads!: string[];
  /** Messages of it that are known. */
  @IsInt() messages!: number;
  /** When it sent its first and its latest message. */
  @IsOptional() @IsString() firstAt?: string;
  @IsOptional() @IsString() lastAt?: string;
  /** Messages that it has still to read; absent where the broker could not tell. */
  @IsOptional() @IsInt() backlog?: number;
  /** Processes of it that read now; 0: it is gone. Absent where the broker could not tell. */
  @IsOptional() @IsInt() readers?: number;
  /** Sagas that wait for it now. */
  @IsInt() awaited!: number;
  /** Of these, those that are stalled. */
  @IsInt() stalled!: number;
}
export class ServiceList {
  @IsArray() @ValidateNested({ each: true }) @Type(() => ServiceView) items!: ServiceView[];
}

/**
 * Where what the services declare and what happens differ. `undeclared-service`: it speaks and has no manifest · `undeclared-event`: no manifest says that this service says so ·
 * `silent-reaction`: the event was heard often, and the command never followed · `unheard-event`: declared, and nobody hears it · `service-gone`: it has a manifest, and nobody reads for it.
 */
export const differenceKinds = ['undeclared-service', 'undeclared-event', 'silent-reaction', 'unheard-event', 'service-gone'] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

export class DifferenceView {
  @IsIn([...differenceKinds]) kind!: DifferenceKind;
  @IsString() service!: string;
  /** The event, or the command that does not follow. */
  @IsOptional() @IsString() type?: string;
  /** The event that is to cause it. */
  @IsOptional() @IsString() on?: string;
  @IsOptional() @IsString() process?: string;
  /** How often it was seen, or its cause. */
  @IsInt() count!: number;
  /** A sentence. */
  @IsString() text!: string;
}
export class DifferenceList {
  @IsArray() @ValidateNested({ each: true }) @Type(() => DifferenceView) items!: DifferenceView[];
}

/** A message that cannot be read at all. */
export class UnreadableView {
  /** Its place at the broker: topic/partition/offset. */
  @IsString() at!: string;
  /** When the broker was given it. */
  @IsString() time!: string;
  @IsString() code!: string;
  @IsString() text!: string;
}
export class UnreadablePage {
  @IsArray() @ValidateNested({ each: true }) @Type(() => UnreadableView) items!: UnreadableView[];
  @IsOptional() @IsString() next?: string;
}

/** A message on the live tape: `data` of the event `message` in `GET /api/events`. */
export class TapeEntry {
  @IsString() id!: string;
  /** Its place in the observer's log. */
  @IsString() position!: string;
  @IsString() process!: string;
  @IsString() saga!: string;
  @IsIn([...styles]) style!: Style;
  @IsString() type!: string;
  @IsIn(['command', 'event']) kind!: 'command' | 'event';
  @IsString() service!: string;
  @IsString() at!: string;
  @IsInt() hop!: number;
  @IsBoolean() void!: boolean;
  @IsIn(['forward', 'refusal', 'undo', 'question', 'beside']) means!: 'forward' | 'refusal' | 'undo' | 'question' | 'beside';
  @IsOptional() @IsString() cause?: string;
  @IsOptional() @ValidateNested() @Type(() => Reason) reason?: Reason;
}
