import { Reason, type Style, styles, wireName } from '@duet/message';
import {
  type Asked,
  cancelPreview,
  type Definition,
  durationText,
  type Input,
  type Instance,
  isEnded,
  type SagaStep,
  type Status,
  statuses,
} from '@duet/saga';
import { Type } from 'class-transformer';
import { IsArray, IsBoolean, IsIn, IsInt, IsObject, IsOptional, IsString, ValidateNested } from 'class-validator';
import type { Done, Entry, Listed } from './instance.store';
import { type Residue, residueOf } from './residue';

/** What the REST answers look like, for the OpenAPI document. The compiler holds them to what is really answered. */

/** How a step stands. `open`: not asked for yet · `asked` · `done` · `refused` · `void`: refused because it came after its undo · `undone` · `parked`: a person is needed. */
const stepStates = ['open', 'asked', 'done', 'refused', 'void', 'undone', 'parked'] as const;
type StepState = (typeof stepStates)[number];

export class StepView {
  /** The command's wire name. */
  @IsString() command!: string;
  /** Who carries it out. */
  @IsString() service!: string;
  @IsIn(['compensatable', 'pivot', 'retriable']) kind!: SagaStep['kind'];
  @IsIn(stepStates) state!: StepState;
  /** How often it was asked for. */
  @IsInt() asked!: number;
  /** How long its answer may take. */
  @IsString() within!: string;
  /** What takes it back: its undo, or the pivot's cancel question. */
  @IsOptional() @IsString() back?: string;
  @IsOptional() @IsIn(stepStates) backState?: StepState;
  /** Why it, or its way back, waits for a person at its owner. */
  @IsOptional() @ValidateNested() @Type(() => Reason) parked?: Reason;
}

export class NextView {
  /** In words: `waiting for payment to answer payment.ProcessPayment`. */
  @IsString() text!: string;
  @IsString() command!: string;
  @IsString() service!: string;
  /** ISO 8601. */
  @IsString() since!: string;
  /** When something is done about it, ISO 8601. */
  @IsString() due!: string;
  /** How often its time has been up already. */
  @IsInt() overdue!: number;
}

export class PreviewView {
  @IsBoolean() possible!: boolean;
  /** In words. */
  @IsString() text!: string;
  /** The undos that would be sent, in order. */
  @IsArray() undos!: string[];
  /** The question that would be asked first. */
  @IsOptional() @IsString() asks?: string;
}

export class EntryView {
  /** ISO 8601. */
  @IsString() at!: string;
  /** What happened, in words. */
  @IsString() text!: string;
  /** What was asked for then. */
  @IsArray() sent!: Entry['sent'];
  /** Who did it, for what a person did. */
  @IsOptional() @IsString() actor?: string;
  @IsOptional() @ValidateNested() @Type(() => Reason) refused?: Reason;
  /** As it is stored: the state can be computed again from these. */
  @IsObject() input!: Input;
}

export class ResidueView implements Residue {
  @IsString() command!: string;
  @IsString() service!: string;
  @IsIn(['done', 'unknown']) state!: 'done' | 'unknown';
  @IsString() undo!: string;
  @IsOptional() @ValidateNested() @Type(() => Reason) parked?: Reason;
}

export class SagaSummary {
  @IsString() process!: string;
  @IsString() id!: string;
  @IsInt() version!: number;
  @IsIn(styles) style!: Style;
  @IsIn(statuses) status!: Status;
  /** Why it was turned back. */
  @IsOptional() @ValidateNested() @Type(() => Reason) reason?: Reason;
  /** The command whose answer is awaited. */
  @IsOptional() @IsString() step?: string;
  /** ISO 8601, like all times here. */
  @IsString() startedAt!: string;
  @IsString() updatedAt!: string;
  @IsOptional() @IsString() endedAt?: string;
}

export class SagaPage {
  @IsArray() @ValidateNested({ each: true }) @Type(() => SagaSummary) items!: SagaSummary[];
  @IsOptional() @IsString() next?: string;
}

export class SagaView extends SagaSummary {
  /** What the saga knows. */
  @IsObject() facts!: Readonly<Record<string, unknown>>;
  @IsArray() @ValidateNested({ each: true }) @Type(() => StepView) steps!: StepView[];
  /** What it waits for, and until when; absent when it has ended. */
  @IsOptional() @ValidateNested() @Type(() => NextView) next?: NextView;
  @ValidateNested() @Type(() => PreviewView) ifCancelled!: PreviewView;
  /** What was done and is not undone, in a saga that was turned back. */
  @IsArray() @ValidateNested({ each: true }) @Type(() => ResidueView) residue!: ResidueView[];
  @IsArray() @ValidateNested({ each: true }) @Type(() => EntryView) history!: EntryView[];
}

export class OperationView {
  /** What happened, in words. */
  @IsString() text!: string;
  /** What was asked for. */
  @IsArray() sent!: Entry['sent'];
  @ValidateNested() @Type(() => SagaView) saga!: SagaView;
}

/** What a person did to a saga, and how the saga stands by now. */
export class DoneView extends EntryView {
  @IsString() process!: string;
  @IsString() saga!: string;
  @IsIn(['cancel', 'pause', 'resume', 'retry', 'done']) did!: Done['input']['is'];
  /** What it was about, where that was said. */
  @IsOptional() @IsString() command?: string;
  @IsIn(statuses) status!: Status;
}
export class DonePage {
  @IsArray() @ValidateNested({ each: true }) @Type(() => DoneView) items!: DoneView[];
  @IsOptional() @IsString() next?: string;
}

export class ResidueItem extends ResidueView {
  @IsString() process!: string;
  @IsString() saga!: string;
  @IsIn(statuses) status!: Status;
}
export class ResidueTotal {
  @IsString() command!: string;
  @IsInt() count!: number;
}
export class ResiduePage {
  /** How many sagas have this left, over all. */
  @IsArray() @ValidateNested({ each: true }) @Type(() => ResidueTotal) totals!: ResidueTotal[];
  @IsArray() @ValidateNested({ each: true }) @Type(() => ResidueItem) items!: ResidueItem[];
  @IsOptional() @IsString() next?: string;
}

export function summaryOf({ instance, startedAt, updatedAt, endedAt }: Listed): SagaSummary {
  const { process, saga, version, style, status, reason, waiting } = instance;
  return {
    ...{ process, id: saga, version, style, status },
    ...(reason && { reason }),
    ...(waiting && { step: waiting.command }),
    startedAt: startedAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    ...(endedAt && { endedAt: endedAt.toISOString() }),
  };
}

export const sagaOf = (definition: Definition, listed: Listed, history: readonly Entry[]): SagaView => {
  const { instance } = listed;
  const next = nextOf(instance);
  return {
    ...summaryOf(listed),
    facts: instance.facts,
    steps: definition.steps.map((step) => stepOf(instance, step)),
    ...(next && { next }),
    ifCancelled: previewOf(definition, instance),
    residue: residueOf(definition, instance),
    history: history.map(entryOf),
  };
};

function stepOf({ asked }: Instance, { command, kind, withinMs, back }: SagaStep): StepView {
  const own = asked[wireName(command)];
  const way = back && asked[wireName(back.command)];
  const parked = own?.parked ?? way?.parked;
  return {
    ...{ command: wireName(command), service: command.context, kind, within: durationText(withinMs), asked: own?.times ?? 0 },
    state: kind === 'compensatable' && way?.outcome === 'ok' ? 'undone' : stateOf(own),
    ...(back && { back: wireName(back.command), backState: stateOf(way) }),
    ...(parked && { parked }),
  };
}

function stateOf(asked: Asked | undefined): StepState {
  if (asked?.parked) return 'parked';
  switch (asked?.outcome) {
    case 'ok':
      return 'done';
    case 'fail':
      return 'refused';
    case 'void':
      return 'void';
    case undefined:
      return (asked?.times ?? 0) > 0 ? 'asked' : 'open';
  }
}

/** What it waits for, and until when. */
export function nextOf({ waiting, status, asked }: Instance): NextView | undefined {
  if (!waiting) return undefined;
  const { command, since, due, overdue } = waiting;
  const service = command.slice(0, command.indexOf('.'));
  const parked = asked[command]?.parked;
  const text = parked
    ? `waiting for a person: ${command} is parked at ${service} (${parked.text})`
    : status === 'paused'
      ? `paused before ${command}; resume it to go on`
      : status === 'watching'
        ? `watching for ${service} to do ${command} by itself`
        : `waiting for ${service} to answer ${command}`;
  return { text, command, service, since: new Date(since).toISOString(), due: new Date(due).toISOString(), overdue };
}

/** What a cancel would do now, or why it is too late. */
export function previewOf(definition: Definition, instance: Instance): PreviewView {
  if (isEnded(instance.status)) return { possible: false, text: `it has ended: it is ${instance.status}`, undos: [] };
  const { tooLate, undos, asks } = cancelPreview(definition, instance);
  if (tooLate) return { possible: false, text: tooLate.text, undos: [] };
  const names = undos.map(wireName);
  const then = names.length > 0 ? `${names.join(', then ')} would run` : 'there is nothing to undo';
  const text = asks ? `${wireName(asks)} would be asked first, and may say that it is too late; if not, ${then}` : then;
  return { possible: true, text, undos: names, ...(asks && { asks: wireName(asks) }) };
}

const entryOf = ({ input, sent, refused }: Entry): EntryView => ({
  at: new Date(input.at).toISOString(),
  text: textOf(input),
  sent,
  ...('actor' in input && input.actor !== undefined && { actor: input.actor }),
  ...(refused && { refused }),
  input,
});

export const doneOf = ({ process, saga, status, ...entry }: Done): DoneView => ({
  ...entryOf(entry),
  ...{ process, saga, status, did: entry.input.is },
  ...('command' in entry.input && entry.input.command !== undefined && { command: entry.input.command }),
});

function textOf(input: Input): string {
  switch (input.is) {
    case 'started':
      return `it began, in the style ${input.style}`;
    case 'heard':
      return `${input.type} was heard${input.void ? ', which only says that an action came after its undo' : ''}`;
    case 'due':
      return 'the time of what was awaited was up';
    case 'parked':
      return `${input.command} is parked at its owner: ${input.reason.text}`;
    case 'freed':
      return `${input.command} is not parked any more`;
    case 'cancel':
      return `it is to be cancelled: ${input.reason.text}`;
    case 'pause':
      return 'it was paused';
    case 'resume':
      return 'it was resumed';
    case 'retry':
      return `${input.command ?? 'what waits'} is to be tried again now`;
    case 'done':
      return `${input.command} was done by hand: ${input.note}`;
  }
}
