import { isNativeError } from 'node:util/types';
import { decode, headerOf, Malformed } from '@duet/message';
import { isRetryable, textOf } from './errors';
import type { Answer } from './item';
import type { HeldRow } from './held.rows.store';
import type { LockedSaga } from './runtime.store';
import { type Roles, type Task, taskNamed } from './task';
import type { Queued, Standing } from './turn';

/** One thing that waits for its saga, or has just arrived. */
export interface Entry extends Queued {
  readonly task: Task;
  standing: Standing;
  row: HeldRow | undefined;
  readonly result?: unknown;
  changed: boolean;
}

/** One saga of the unit: its lock, and what waits for it, in order. */
export interface Queue {
  readonly saga: LockedSaga;
  entries: Entry[];
  /** From the first held message on that this build cannot read: what arrives waits behind them. */
  readonly unread: readonly HeldRow[];
  readonly behind: Entry[];
  /** Rows from the unreadable one on that are looked at again later. */
  readonly postponed: readonly HeldRow[];
  readonly changedSteps: Set<string>;
}

export interface QueueSettings {
  readonly service: string;
  readonly roles: Roles;
  readonly retryMs: number;
  readonly retryAtMostMs: number;
  readonly parkAfter: number;
  /** Tasks known to fail: they are held instead of run. */
  readonly failing: ReadonlyMap<string, unknown>;
}

/** What the saga's queue looks like, from its held rows and what their calls have answered. */
export function queueOf(saga: LockedSaga, answers: ReadonlyMap<string, Answer>, settings: QueueSettings): Queue {
  const queue = { saga, behind: [], changedSteps: new Set<string>() };
  const entries: Entry[] = [];
  for (const [place, row] of saga.held.entries()) {
    const answer = answers.get(row.id);
    const task = answer && answer.lease === row.lease ? answer.task : read(row, settings);
    if (typeof task === 'string') {
      const unread = saga.held.slice(place);
      return { ...queue, entries, unread, postponed: postponed(unread, task, settings.retryMs) };
    }
    entries.push(entryOf(row, task, answers, settings));
  }
  return { ...queue, entries, unread: [], postponed: [] };
}

/** A message that has just arrived. */
export const arrived = (task: Task, settings: QueueSettings): Entry =>
  unlessFailing({ task, ask: task.ask, row: undefined, standing: { is: 'fresh' }, changed: false }, settings);

/** What stays in a queue stays in the table: new ones are added, and what was due but had to wait is looked at again a little later. */
export function keep(entry: Entry, retryMs: number): void {
  if (!entry.row) {
    entry.row = newRow(entry.task);
    entry.changed = true;
  } else if (!entry.changed && isDue(entry.row)) {
    entry.row = later(entry.row, retryMs);
    entry.changed = true;
  }
}

/** The held row of a task that has none yet. */
export const newRow = (task: Task): HeldRow => ({
  id: task.id,
  ref: { process: task.message.process, saga: task.message.saga },
  task: task.name,
  messageId: task.message.id,
  raw: task.raw,
  state: 'waiting',
  attempts: 0,
  code: undefined,
  reason: undefined,
  dueIn: undefined,
  lease: undefined,
});

/** What a held row asks for, or why this build of the service cannot tell: an earlier or a later one may have held it. */
function read(row: HeldRow, { roles, service }: QueueSettings): Task | string {
  try {
    const cls = roles.classes.get(headerOf(row.raw, 'ce_type') ?? '');
    const task = cls && taskNamed(row.task, decode(row.raw, cls), row.raw, roles);
    return task ?? `it asks for ${row.task}, which this build of ${service} does not have; deploy one that has it`;
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return `this build of ${service} cannot read it, though the one that held it could; deploy one that can: ${error.message}`;
  }
}

function entryOf(row: HeldRow, task: Task, answers: ReadonlyMap<string, Answer>, settings: QueueSettings): Entry {
  const entry: Entry = { task, ask: task.ask, row, standing: standingOf(row), changed: false };
  const answer = answers.get(row.id);
  if (answer && row.state === 'calling' && row.lease === answer.lease) {
    if (answer.result.ok) return unlessFailing({ ...entry, standing: { is: 'answered' }, result: answer.result.value }, settings);
    return hold(entry, answer.result.error, settings);
  }
  return unlessFailing(entry, settings);
}

function unlessFailing(entry: Entry, settings: QueueSettings): Entry {
  return settings.failing.has(entry.task.id) ? hold(entry, settings.failing.get(entry.task.id), settings) : entry;
}

/** A person has asked for it: it is tried in this unit, or called. */
export function tryNow(entry: Entry): void {
  entry.row = { ...(entry.row ?? newRow(entry.task)), state: 'retrying', dueIn: 0, lease: undefined };
  entry.standing = { is: 'due' };
  entry.changed = true;
}

/** Doubling from `retryMs` up to `retryAtMostMs`, and up to a fifth more or less, so that what failed together is not tried together for ever. */
export function backoff(attempts: number, { retryMs, retryAtMostMs }: Pick<QueueSettings, 'retryMs' | 'retryAtMostMs'>): number {
  return Math.min(retryMs * 2 ** Math.min(attempts - 1, 30), Math.max(retryMs, retryAtMostMs)) * (0.8 + Math.random() * 0.4);
}

/** The message waits, with the reason: for its next try, or for a person where no try can help, or enough have not. */
function hold(entry: Entry, error: unknown, settings: QueueSettings): Entry {
  const row = entry.row ?? newRow(entry.task);
  const again = isRetryable(error) && row.attempts + 1 < settings.parkAfter;
  return {
    ...entry,
    row: {
      ...row,
      state: again ? 'retrying' : 'parked',
      attempts: row.attempts + 1,
      code: isNativeError(error) ? storable(error.name) : 'unknown',
      reason: storable(textOf(error)).slice(0, 4_000),
      dueIn: again ? backoff(row.attempts + 1, settings) : undefined,
      lease: undefined,
    },
    standing: { is: 'blocked' },
    changed: true,
  };
}

/** The unreadable row is tried again, so that it goes on by itself once a build is there that can; what is due behind it is not due for now. */
function postponed([stuck, ...rest]: readonly HeldRow[], reason: string, retryMs: number): HeldRow[] {
  const behind = rest.filter(isDue).map((row) => later(row, retryMs));
  if (!stuck || stuck.state === 'parked' || (stuck.dueIn !== undefined && stuck.dueIn > 0)) return behind;
  return [
    { ...later(stuck, retryMs), attempts: stuck.attempts + 1, code: 'unreadable', reason: storable(reason).slice(0, 4_000) },
    ...behind,
  ];
}

const isDue = ({ dueIn }: HeldRow): boolean => dueIn !== undefined && dueIn <= 0;
const later = (row: HeldRow, retryMs: number): HeldRow => ({ ...row, state: 'retrying', dueIn: retryMs, lease: undefined });

/** PostgreSQL's text cannot hold U+0000. */
const storable = (text: string): string => text.replaceAll('\u0000', '\ufffd');

function standingOf({ state, dueIn }: HeldRow): Standing {
  switch (state) {
    case 'waiting':
      return { is: 'waiting' };
    case 'calling':
      return dueIn !== undefined && dueIn > 0 ? { is: 'in-flight' } : { is: 'due' };
    case 'retrying':
      return dueIn !== undefined && dueIn > 0 ? { is: 'blocked' } : { is: 'due' };
    case 'parked':
    case 'aside':
      return { is: 'blocked' };
  }
}
