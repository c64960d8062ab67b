import { Reason } from '@duet/message';
import { Type } from 'class-transformer';
import { IsArray, IsIn, IsInt, IsObject, IsOptional, IsString, ValidateNested } from 'class-validator';
import { type HeldGroup, type HeldMessage, previewBytes } from './held.list.store';
import type { Operation } from './held.store';
import type { OperationDone } from './operations.store';
import type { HeldRow, HeldState } from './held.rows.store';
import { bytesToStored, headersToStored, type StoredHeader, type StoredHeaders } from './stored';
import type { StepState } from './turn';

/** What the REST answers about held messages look like, for the OpenAPI document. The compiler holds them to what is really answered. */

export const heldStates = ['waiting', 'calling', 'retrying', 'parked', 'aside'] as const satisfies readonly HeldState[];

/** Where a message comes from, as its headers say; of what nobody could read, as far as they can be read. */
export class Lineage {
  /** Its wire name. */
  @IsOptional() @IsString() type?: string;
  /** The service that made it: `/payment`. */
  @IsOptional() @IsString() source?: string;
  /** When it was made. */
  @IsOptional() @IsString() time?: string;
  @IsOptional() @IsString() process?: string;
  @IsOptional() @IsString() saga?: string;
  @IsOptional() @IsString() style?: string;
  /** The id of the message that caused it. */
  @IsOptional() @IsString() cause?: string;
  /** Messages between the start of the saga and this one. */
  @IsOptional() @IsString() hop?: string;
  /** The version of the orchestrator's definition; absent when choreographed. */
  @IsOptional() @IsString() version?: string;
  /** Asked again: by a deadline, by an operator, or answered by hand. */
  @IsOptional() @IsString() ask?: string;
}
const lineageHeaders: Readonly<Record<keyof Lineage, string>> = {
  type: 'ce_type',
  source: 'ce_source',
  time: 'ce_time',
  process: 'ce_process',
  saga: 'ce_subject',
  style: 'ce_style',
  cause: 'ce_causationid',
  hop: 'ce_hop',
  version: 'ce_processversion',
  ask: 'ce_ask',
};

/** A key or a value. */
export class Bytes {
  /** Where it is UTF-8. */
  @IsOptional() @IsString() text?: string;
  /** Where it is not. */
  @IsOptional() @IsString() base64?: string;
}

/** One message that waits here. */
export class HeldView {
  /** Of the message and of what it asks for; for what nobody could read, its place in the log. */
  @IsString() id!: string;
  @IsIn(heldStates) state!: HeldState;
  /** A command's wire name, `hears`, or '' for what nobody could read. */
  @IsString() task!: string;
  /** What is known of its step. `calling`: its outside call was made, and its outcome is not known · `none`: nothing has happened. */
  @IsIn(['none', 'calling', 'done', 'refused', 'undone', 'tombstone']) step!: StepState | 'none';
  @IsOptional() @IsString() process!: string | null;
  @IsOptional() @IsString() saga!: string | null;
  @IsString() topic!: string;
  @IsOptional() @IsString() messageId!: string | null;
  @IsInt() attempts!: number;
  /** Why it is not done. */
  @IsOptional() @ValidateNested() @Type(() => Reason) reason!: Reason | null;
  @IsString() heldAt!: string;
  /** When it is tried again; for a call under way, the end of its lease. */
  @IsOptional() @IsString() dueAt!: string | null;
  @ValidateNested() @Type(() => Lineage) lineage!: Lineage;
  /** Text where it is UTF-8, else `{ base64 }`, null where there is no value; a list where a header came more than once. In a list, long ones are cut (`…`). */
  @IsObject() headers!: StoredHeaders;
  @IsOptional() @ValidateNested() @Type(() => Bytes) key!: Bytes | null;
  /** In a list, only its beginning. */
  @IsOptional() @ValidateNested() @Type(() => Bytes) value!: Bytes | null;
  /** Of the whole value. */
  @IsInt() bytes!: number;
}

export class HeldPage {
  @IsArray() @ValidateNested({ each: true }) @Type(() => HeldView) items!: HeldView[];
  @IsOptional() @IsString() next?: string;
}

/** What a person did about it. */
export class DidView {
  @IsIn(['redrive', 'settle', 'drop']) did!: Operation['did'];
  @IsString() actor!: string;
  @IsOptional() @IsString() note!: string | null;
  @IsString() at!: string;
}

/** How something stands that a person did about a held message: as it is held still, or again, or as its step stands; see OperatedView. */
const operatedStates = ['waiting', 'calling', 'retrying', 'parked', 'dropped', 'done', 'refused', 'undone'] as const;

/** What a person did about a held message of this service, and what has become of it by now. */
export class HeldOperationView extends DidView {
  @IsOptional() @IsString() process!: string | null;
  @IsOptional() @IsString() saga!: string | null;
  /** A command's wire name, `hears`, or '' for what nobody could read. */
  @IsString() task!: string;
  @IsString() messageId!: string;
  @IsIn(operatedStates) state!: (typeof operatedStates)[number];
  /** Why it is held still, or again. */
  @IsOptional() @IsString() reason!: string | null;
}

export class HeldOperationsPage {
  @IsArray() @ValidateNested({ each: true }) @Type(() => HeldOperationView) items!: HeldOperationView[];
  @IsOptional() @IsString() next?: string;
}

export class HeldOneView extends HeldView {
  /** What people have done about it, oldest first. */
  @IsArray() @ValidateNested({ each: true }) @Type(() => DidView) operations!: DidView[];
}

/** Messages of which the same was asked, and that stand the same for the same reason. */
export class HeldGroupView {
  @IsIn(heldStates) state!: HeldState;
  /** The code of the reason. */
  @IsOptional() @IsString() reason!: string | null;
  /** The command, or the event that was heard; of what nobody could read, the type that it claims to be. */
  @IsString() task!: string;
  @IsInt() count!: number;
  @IsString() oldest!: string;
  @IsString() newest!: string;
  /** The id of the oldest, and why it is not done. */
  @IsString() example!: string;
  @IsOptional() @IsString() text!: string | null;
}

export class HeldGroupsView {
  @IsArray() @ValidateNested({ each: true }) @Type(() => HeldGroupView) items!: HeldGroupView[];
}

/** As much of a header as a list shows, in characters. */
const longest = 256;
const cut = (header: StoredHeader | null): StoredHeader | null =>
  typeof header === 'string' && header.length > longest ? `${header.slice(0, longest)}…` : header;
const cutAll = (headers: StoredHeaders): StoredHeaders =>
  Object.fromEntries(Object.entries(headers).map(([name, header]) => [name, Array.isArray(header) ? header.map(cut) : cut(header)]));

/** In a list: what is long is cut. */
export function listed(message: HeldMessage): HeldView {
  const view = shown(message);
  return { ...view, headers: cutAll(view.headers) };
}

export function shown({ row, heldAt, bytes, step }: HeldMessage): HeldView {
  const headers = headersToStored(row.raw.headers);
  const { key, value } = row.raw;
  return {
    ...{ id: row.id, state: row.state, task: row.task, step: step ?? 'none' },
    ...{ process: row.ref?.process ?? null, saga: row.ref?.saga ?? null },
    ...{ topic: row.raw.topic, messageId: row.messageId ?? null, attempts: row.attempts },
    reason: row.code === undefined ? null : { code: row.code, text: row.reason ?? '' },
    heldAt: heldAt.toISOString(),
    dueAt: dueAt(row),
    lineage: lineageOf(headers),
    headers,
    // In a list it may be cut, too.
    key: key && bytesOf(bytesToStored(key, key.length === previewBytes)),
    value: value && bytesOf(bytesToStored(value, value.length < bytes)),
    bytes,
  };
}

const bytesOf = (stored: StoredHeader): Bytes => (typeof stored === 'string' ? { text: stored } : stored);

const dueAt = ({ dueIn }: HeldRow): string | null => (dueIn === undefined ? null : new Date(Date.now() + dueIn).toISOString());

function lineageOf(headers: StoredHeaders): Lineage {
  const said = Object.entries(lineageHeaders).flatMap(([name, header]) => {
    const text = headers[header];
    return typeof text === 'string' ? [[name, text] as const] : [];
  });
  return Object.fromEntries(said);
}

export const grouped = ({ code, oldest, newest, ...group }: HeldGroup): HeldGroupView => ({
  ...group,
  reason: code,
  oldest: oldest.toISOString(),
  newest: newest.toISOString(),
});

export const did = ({ at, ...operation }: Operation): DidView => ({ ...operation, at: at.toISOString() });

export const operationShown = (operation: OperationDone): HeldOperationView => {
  const { did, actor, note, at, process, saga, task, messageId, reason } = operation;
  return { did, actor, note, at: at.toISOString(), process, saga, task, messageId, state: operatedState(operation), reason };
};

function operatedState({ did, held, step }: OperationDone): HeldOperationView['state'] {
  if (did === 'drop') return 'dropped';
  // What nobody could read has no such operation, and what has no step was merely heard.
  if (held !== null && held !== 'aside') return held;
  return step === null || step === 'calling' ? 'done' : step === 'tombstone' ? 'undone' : step;
}
