import type { Envelope, Reason, Style } from '@duet/message';
import type { Overheard } from '@duet/participant';
import { classOf } from './histogram';
import type { Landscape } from './landscape';
import { type SagaView, sagaView } from './saga-view';
import type { SagaState } from './saga.views';
import type { Parking, Seen } from './seen';
import { stateInWords } from './state-in-words';

/** What is listed of a saga: a pure function of its messages and the manifests. Times in milliseconds since 1970. */
export interface Summary {
  readonly process: string;
  readonly id: string;
  readonly view: SagaView;
  readonly words: string;
  /** How long its leader allows for what it waits for, in milliseconds. */
  readonly withinMs: number | undefined;
  /** When what it waits for is late because the whole saga is, in milliseconds since 1970. */
  readonly dueAt: number | undefined;
}

export function summaryOf(process: string, id: string, messages: readonly Seen[], landscape: Landscape): Summary {
  const view = sagaView(messages, process, landscape);
  return {
    process,
    id,
    view,
    words: stateInWords(view),
    withinMs: withinOf(view, process, landscape),
    dueAt: lateAt(view.waiting[0]?.since, view, process, landscape),
  };
}

/** By when what has been waited for since then must have come at the latest, where nobody leads: before the whole is late. What is asked for after that has its own time. */
export function lateAt(
  since: number | undefined,
  { style, startedAt }: SagaView,
  process: string,
  landscape: Landscape,
): number | undefined {
  const deadlineMs = landscape.deadlineMs(process, style);
  if (deadlineMs === undefined || since === undefined) return undefined;
  return since < startedAt + deadlineMs ? startedAt + deadlineMs : undefined;
}

function withinOf({ waiting: [first], style, version }: SagaView, process: string, landscape: Landscape): number | undefined {
  if (first?.command === undefined) return undefined;
  return landscape.ledBy(process, style, version)?.steps.find(({ command, back }) => command === first.command || back === first.command)
    ?.withinMs;
}

/** One effect of a message, for counting. */
export interface Effect {
  readonly process: string;
  readonly style: Style;
  readonly cause: Seen | undefined;
  readonly effect: Seen;
  /** The class of the time between them; -1 where that says nothing: it has no cause, or was asked for once more. */
  readonly class: number;
  readonly ms: number;
}

/**
 * The effects that a saga's new messages add: those of which the effect or the cause is new. A message whose cause has not been heard yet is counted when it has been, so that in the
 * end everything is counted once, whatever came first.
 */
export function effectsOf(process: string, messages: readonly Seen[], fresh: ReadonlySet<string>): Effect[] {
  const known = new Map(messages.map((message) => [message.id, message]));
  return messages.flatMap((effect): Effect[] => {
    const { style } = effect;
    if (effect.cause === undefined) return fresh.has(effect.id) ? [{ process, style, cause: undefined, effect, class: -1, ms: 0 }] : [];
    const cause = known.get(effect.cause);
    if (!cause || !(fresh.has(effect.id) || fresh.has(cause.id))) return [];
    const ms = Math.max(0, effect.at - cause.at);
    const counts = effect.ask === undefined && !effect.void;
    return [{ process, style, cause, effect, class: counts ? classOf(ms) : -1, ms: counts ? ms : 0 }];
  });
}

/** What a saga adds to the tally of each minute: that it began, and how and why it ended. */
export interface Tallied {
  readonly process: string;
  readonly style: Style;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly state: SagaState;
  readonly reason: string | undefined;
}
export interface Tick {
  readonly minute: number;
  readonly process: string;
  readonly style: Style;
  readonly what: 'started' | 'completed' | 'compensated';
  readonly reason: string;
  readonly count: number;
}

const minuteOf = (at: number): number => Math.floor(at / 60_000) * 60_000;

function ticks({ process, style, startedAt, endedAt, state, reason }: Tallied, count: number): Tick[] {
  const started: Tick = { minute: minuteOf(startedAt), process, style, what: 'started', reason: '', count };
  if (endedAt === undefined) return [started];
  const what = state === 'completed' ? 'completed' : 'compensated';
  return [started, { minute: minuteOf(endedAt), process, style, what, reason: reason ?? '', count }];
}

/** What changes in the tally when a saga that was so is so now. */
export function tallyChange(before: Tallied | undefined, now: Tallied): Tick[] {
  const sums = new Map<string, Tick>();
  for (const tick of [...(before ? ticks(before, -1) : []), ...ticks(now, 1)]) {
    const key = JSON.stringify([tick.minute, tick.style, tick.what, tick.reason]);
    sums.set(key, { ...tick, count: (sums.get(key)?.count ?? 0) + tick.count });
  }
  return [...sums.values()].filter(({ count }) => count !== 0);
}

/** What a body says for a reason, where it says it as a Reason does. */
export function reasonIn(body: object): Reason | undefined {
  const { reason } = body as { reason?: Partial<Reason> | null };
  if (typeof reason?.code !== 'string' || typeof reason.text !== 'string') return undefined;
  return clipped({ code: reason.code, text: reason.text });
}

/** A code gets into an index, which takes no long texts. */
const clipped = ({ code, text }: Reason): Reason => ({ code: code.slice(0, longestName), text: text.slice(0, 2_000) });
const longestName = 128;

const roles = ['action', 'undo', 'cancel', 'retriable', 'hears'] as const;

/** What one of the runtime's own events says about a message that waits for a person; undefined for any other message. */
export function parkingIn({ type, body }: Pick<Envelope, 'type' | 'body'>): Parking | undefined {
  const freed = type === 'duet.MessageFreed';
  if (!freed && type !== 'duet.MessageParked') return undefined;
  const said = body as Partial<Record<'service' | 'command' | 'messageId' | 'role' | 'code' | 'text', unknown>>;
  const { service, command, messageId, code, text } = said;
  if (typeof service !== 'string' || typeof command !== 'string' || typeof messageId !== 'string') return undefined;
  const role = roles.find((one) => one === said.role);
  return {
    ...{
      service: service.slice(0, longestName),
      command: command.slice(0, longestName),
      messageId: messageId.slice(0, longestName),
      freed,
    },
    ...(role && { role }),
    ...(typeof code === 'string' && typeof text === 'string' && { reason: clipped({ code, text }) }),
  };
}

/** Who sent a message: `/payment` is payment. */
export const serviceOf = (source: string): string => source.replace(/^\//, '');

/** On a topic of commands it is a command, elsewhere an event. */
export const kindOf = ({ topic }: Overheard): 'command' | 'event' => (topic.endsWith('.commands') ? 'command' : 'event');
