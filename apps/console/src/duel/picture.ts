import type { MessageView } from '../api/types';
import { shortName } from '../words/names';
import { leaderOf, ofRuntime, type Side, stepStateAt } from './duel';

/** A box of the picture: where a saga begins, a step, or who leads. Its place is its middle. */
export interface Box {
  readonly id: string;
  readonly service: string;
  /** What is done there. */
  readonly name: string;
  readonly state: string | undefined;
  readonly x: number;
  readonly y: number;
}

/** What moves in a frame: from one box to others. */
export interface Way {
  readonly from: Box;
  readonly to: readonly Box[];
  readonly kind: MessageView['kind'];
  readonly means: MessageView['means'];
  readonly name: string;
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  /** From each step to the one that follows, by the boxes' ids. */
  readonly links: readonly (readonly [Box, Box])[];
  readonly way: Way | undefined;
  /** Where a leader would stand, if there were one. */
  readonly leaderless: { readonly x: number; readonly y: number } | undefined;
}

export const boxSize = { width: 104, height: 44 } as const;
const gap = { x: 10, y: 34 } as const;
const [begin, lead] = ['begin', 'lead'] as const;

/**
 * A side's flow after so many messages: the steps of the process in their order, who leads above them, what stands beside the process below, and the message that was said last.
 * `roomToLead` keeps the leader's room also where nobody leads, so that sides stand level.
 */
export function pictureOf(side: Side, said: number, moved: boolean, roomToLead = leaderOf(side) !== undefined): Picture {
  const { log, steps } = side;
  const soFar = log.slice(0, said);
  const leader = leaderOf(side);
  const [forward, beside] = [steps.filter((step) => step.forward), steps.filter((step) => !step.forward)];
  const wide = Math.max(forward.length + 1, beside.length + 1, 2);
  const xOf = (place: number): number => boxSize.width / 2 + 2 + place * (boxSize.width + gap.x);
  const yOf = (row: number): number => boxSize.height / 2 + 2 + row * (boxSize.height + gap.y);
  const first = roomToLead ? 1 : 0;
  const stepBox = (step: Side['steps'][number], x: number, y: number): Box => ({
    ...{ id: step.command, service: step.service, name: shortName(step.command), x, y },
    state: stepStateAt(step, soFar),
  });
  const start = log[0];
  const row: Box[] = [
    ...(start
      ? [{ id: begin, service: start.service, name: shortName(start.type), state: said > 0 ? 'done' : 'open', x: xOf(0), y: yOf(first) }]
      : []),
    ...forward.map((step, place) => stepBox(step, xOf(place + 1), yOf(first))),
  ];
  const boxes: Box[] = [
    ...(leader === undefined ? [] : [{ id: lead, service: leader, name: 'decides', state: undefined, x: xOf((wide - 1) / 2), y: yOf(0) }]),
    ...row,
    ...beside.map((step, place) => stepBox(step, xOf(wide - beside.length + place), yOf(first + 1))),
  ];
  const last = moved ? soFar.at(-1) : undefined;
  return {
    width: wide * (boxSize.width + gap.x) - gap.x + 4,
    height: yOf(first + (beside.length > 0 ? 1 : 0)) + boxSize.height / 2 + 2,
    boxes,
    links: row.slice(1).map((box, place) => [row[place]!, box] as const),
    way: last && wayOf(side, last, boxes),
    leaderless: roomToLead && leader === undefined ? { x: xOf((wide - 1) / 2), y: yOf(0) } : undefined,
  };
}

function wayOf(side: Side, message: MessageView, boxes: readonly Box[]): Way | undefined {
  const find = (id: string): Box | undefined => boxes.find((box) => box.id === id);
  const from = find(placeOf(side, message));
  if (!from) return undefined;
  const to = [...new Set(goalsOf(side, message))].flatMap((id) => find(id) ?? []).filter((box) => box !== from);
  return { from, to, kind: message.kind, means: message.means, name: shortName(message.type) };
}

/** At which box a message is said. */
function placeOf({ log, steps }: Side, message: MessageView): string {
  if (message.kind === 'command') return lead;
  if (message === log[0]) return begin;
  const step =
    steps.find(({ command, answer }) => answer === message.type || command === message.undoes) ??
    steps.find(({ service }) => service === message.service);
  return step?.command ?? begin;
}

/** At which boxes it is acted on: as it was, or as it is to be. */
function goalsOf(side: Side, message: MessageView): string[] {
  const { log, steps } = side;
  if (message.kind === 'command')
    return steps.filter(({ command, undo }) => command === message.type || undo?.command === message.type).map(({ command }) => command);
  const effects = log.filter(({ cause }) => cause === message.id).map((effect) => placeOf(side, effect));
  const expected = steps.filter(({ by, on }) => by === 'reaction' && on === message.type).map(({ command }) => command);
  const goals = [...effects, ...expected];
  if (message.type.startsWith(ofRuntime)) return [];
  const isAnswer = log.some(({ id, kind }) => id === message.cause && kind === 'command');
  // What a leader did not ask for, it need not hear.
  return goals.length === 0 && leaderOf(side) !== undefined && (isAnswer || message === log[0]) ? [lead] : goals;
}
