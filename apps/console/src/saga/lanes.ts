import type { MessageView, ParkedView, SagaDetail } from '../api/types';
import { durationText } from '../words/duration';
import { shortName } from '../words/names';

/** The picture of a saga: time left to right, one lane for each service. All lengths in px. Pure, so that it can be looked at in a test. */
export interface LanesPicture {
  readonly width: number;
  readonly height: number;
  readonly lanes: readonly { readonly service: string; readonly y: number }[];
  readonly marks: readonly Mark[];
  /** Idle times that are drawn shorter than they were. */
  readonly folds: readonly { readonly x: number; readonly text: string }[];
  /** Times since the start, where they are readable. */
  readonly ticks: readonly { readonly x: number; readonly text: string }[];
}

/** A message, what is awaited, or what is parked. */
export interface Mark {
  readonly key: string;
  readonly kind: 'command' | 'event' | 'waiting' | 'parked';
  readonly means: MessageView['means'];
  readonly service: string;
  readonly x: number;
  readonly y: number;
  /** Beside the mark. */
  readonly text: string;
  /** All of it, in words: on hover, and for who does not see it. */
  readonly about: string;
  /** Where it comes from: the mark of its cause. */
  readonly from?: Point;
  /** A command's sender, on the way. */
  readonly via?: Point;
  /** For an undo: what it takes back. */
  readonly undoes?: Point;
}
export interface Point {
  readonly x: number;
  readonly y: number;
}

const laneHeight = 40;
const [left, top] = [110, 24];
/** Between one mark and the next, at least; more where a label needs it, at most so much for time that passed. */
const [least, most] = [26, 104];
/** The width of a folded time. */
const folded = 74;
/** As wide as a letter of a label is, about. */
const letter = 6.6;
/** A command's sender stands so far before its end. */
const sent = 14;

type Drawn = Pick<SagaDetail, 'lanes' | 'log' | 'waitsFor' | 'parked' | 'steps'>;

/** Lays a saga out. `now`: in milliseconds, for what it waits for. */
export function lanesPicture(saga: Drawn, now: number): LanesPicture {
  const names = lanesOf(saga);
  const lanes = names.map((service, n) => ({ service, y: top + n * laneHeight + laneHeight / 2 }));
  const yOf = (service: string): number => lanes[names.indexOf(service)]?.y ?? top;
  const passes = gapsOf(saga.log);
  const marks = new Map<string, Mark>();
  const folds: { x: number; text: string }[] = [];
  const ticks: { x: number; text: string }[] = [];
  /** Up to where each lane is written on. */
  const taken = new Map<string, number>();
  let x = left;
  saga.log.forEach((message, n) => {
    const service = message.to ?? message.service;
    const gap = passes.gaps[n] ?? 0;
    const isFolded = gap > passes.foldOver;
    const room = message.to === undefined ? 0 : sent;
    const step = n === 0 ? 0 : isFolded ? folded : Math.min(most, least + room + gap * passes.pxPerMs);
    const before = x;
    x = Math.max(x + step, (taken.get(service) ?? 0) + 8 + room);
    if (isFolded) folds.push({ x: (before + x) / 2, text: durationText(gap) });
    const text =
      message.reason && message.means === 'refusal' ? `${shortName(message.type)} · ${message.reason.code}` : shortName(message.type);
    const from = message.cause === undefined ? undefined : marks.get(message.cause);
    const undone = message.undoes === undefined ? undefined : markOf(saga, marks, message.undoes);
    marks.set(message.id, {
      ...{ key: message.id, kind: message.kind, means: message.means, service, x, y: yOf(service), text, about: aboutOf(message) },
      ...(from && { from: { x: from.x, y: from.y } }),
      ...(message.to !== undefined && { via: { x: x - sent, y: yOf(message.service) } }),
      ...(undone && message.means === 'undo' && { undoes: { x: undone.x, y: undone.y } }),
    });
    taken.set(service, x + 10 + text.length * letter);
    if (n === 0 || x - (ticks.at(-1)?.x ?? 0) > 60) ticks.push({ x, text: n === 0 ? '0' : durationText(message.sinceStartMs) });
  });
  const latest = [...marks.values()];
  const open = openMarks(saga, now).map((mark): Mark => {
    const at = Math.max(x + 40, (taken.get(mark.service) ?? 0) + 16);
    taken.set(mark.service, at + 14 + mark.text.length * letter);
    const y = yOf(mark.service);
    const own = latest.filter(({ service }) => service === mark.service);
    // The command, where one was sent; else what its service reacts to is the latest that was said.
    const cause = own.findLast(({ text }) => mark.text.startsWith(`${text} `)) ?? own.at(-1) ?? latest.at(-1);
    return { ...mark, x: at, y, means: 'forward', ...(cause && mark.kind === 'waiting' && { from: { x: cause.x, y: cause.y } }) };
  });
  const width = Math.max(x, ...taken.values(), left + 200) + 16;
  return { width, height: top + lanes.length * laneHeight + 22, lanes, marks: [...latest, ...open], folds, ticks };
}

/** Who has spoken, who was spoken to, who is waited for: in the order in which they came in. */
function lanesOf({ lanes, log, waitsFor, parked }: Drawn): string[] {
  const spokenTo = log.flatMap(({ to }) => to ?? []);
  return [...new Set([...lanes, ...spokenTo, ...waitsFor.map(({ service }) => service), ...parked.map(({ service }) => service)])];
}

/** The time before each message, what is so long that it is folded, and how much room the rest gets. */
export function gapsOf(log: readonly Pick<MessageView, 'at'>[]): { gaps: number[]; foldOver: number; pxPerMs: number } {
  const times = log.map(({ at }) => Date.parse(at));
  const gaps = times.map((time, n) => (n === 0 ? 0 : Math.max(0, time - times[n - 1]!)));
  const sorted = gaps.filter((gap) => gap > 0).sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const foldOver = Math.max(500, 10 * median);
  const lived = gaps.reduce((sum, gap) => sum + (gap > foldOver ? 0 : gap), 0);
  return { gaps, foldOver, pxPerMs: lived === 0 ? 0 : Math.min(2, 500 / lived) };
}

/** The mark of the step that an undo takes back: the command where there was one, else the event that answered it. */
function markOf({ log, steps }: Drawn, marks: ReadonlyMap<string, Mark>, command: string): Mark | undefined {
  const answer = steps.find((step) => step.command === command)?.answer;
  const found = log.find(({ type }) => type === answer) ?? log.find(({ type }) => type === command);
  return found && marks.get(found.id);
}

function openMarks({ waitsFor, parked }: Drawn, now: number): Pick<Mark, 'key' | 'kind' | 'service' | 'text' | 'about'>[] {
  const isParked = (service: string, command: string | undefined): boolean =>
    parked.some((one) => one.service === service && (command === undefined || one.command === command));
  return [
    ...waitsFor
      .filter(({ service, command }) => !isParked(service, command))
      .map(({ service, command, since, overdue }) => {
        const what = command === undefined ? 'what comes next' : shortName(command);
        const time = durationText(now - Date.parse(since));
        return {
          ...{ key: `waits ${service} ${command ?? ''}`, kind: 'waiting' as const, service, text: `${what} … ${time}` },
          about: `waiting for ${service} to do ${what} since ${since}, ${time}${overdue ? '; it is overdue' : ''}`,
        };
      }),
    ...parked.map(({ service, command, messageId, reason }: ParkedView) => ({
      ...{ key: `parked ${messageId} ${command}`, kind: 'parked' as const, service, text: `${shortName(command)} parked: ${reason.code}` },
      about: `${command} is parked at ${service}: ${reason.text}`,
    })),
  ];
}

function aboutOf(message: MessageView): string {
  const { kind, type, service, to, at, sinceStartMs, tookMs, causeType, reason, undoes, means } = message;
  return [
    `${kind === 'command' ? `command ${type}, ${service} to ${to ?? '?'}` : `event ${type} of ${service}`}, ${durationText(sinceStartMs)} after the start (${at})`,
    ...(causeType === undefined ? [] : [`because of ${causeType}${tookMs === undefined ? '' : `, after ${durationText(tookMs)}`}`]),
    ...(means === 'undo' && undoes !== undefined ? [`takes back ${undoes}`] : []),
    ...(reason ? [`${reason.code}: ${reason.text}`] : []),
  ].join('; ');
}
