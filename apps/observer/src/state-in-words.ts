import { durationText } from '@duet/saga';
import { keptOfOne } from './bounds';
import { loopText } from './loop';
import type { SagaView } from './saga-view';

/** A time of day, UTC: `14:02:11`. */
const timeOfDay = (at: number): string => new Date(at).toISOString().slice(11, 19);

/** How a saga stands, in a sentence: `waiting for shipping since 14:02:11`. What it waits for comes last, so that `withUsual` can go on. */
export function stateInWords(saga: SagaView): string {
  const parts = [loopPart(saga), parkedPart(saga), undoPart(saga), endPart(saga) ?? waitingPart(saga)];
  return parts.filter((part) => part !== undefined).join('; ');
}

/** The sentence with what is known only over all sagas: `waiting for shipping since 14:02:11 (usually 40 ms)`. */
export const withUsual = (words: string, usuallyMs: number | undefined): string =>
  usuallyMs === undefined ? words : `${words} (usually ${durationText(usuallyMs)})`;

/** The sentence with what is not in it: of a saga with very many messages, not all are kept. */
export const withBeyond = (words: string, beyond: number): string =>
  beyond === 0 ? words : `${words}; that is told by the first ${keptOfOne} of its messages: ${beyond} more were heard and are not kept`;

const short = (name: string): string => name.slice(name.indexOf('.') + 1);

const loopPart = ({ loop }: SagaView): string | undefined => loop && `loop: ${loopText(loop)}`;

function parkedPart({ parked }: SagaView): string | undefined {
  const [first, ...others] = parked;
  if (!first) return undefined;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return `waiting for a person: ${short(first.command)} is parked at ${first.service} since ${timeOfDay(first.at)}${more}${first.reason ? ` (${first.reason.text})` : ''}`;
}

function undoPart({ concerns, notUndone }: SagaView): string | undefined {
  if (!concerns.includes('undo-incomplete')) return undefined;
  return `incomplete undo: ${notUndone.map(short).join(', ')} ${notUndone.length === 1 ? 'was' : 'were'} done and ${notUndone.length === 1 ? 'is' : 'are'} not undone`;
}

function endPart({ state, endedAt, startedAt, reason }: SagaView): string | undefined {
  if (endedAt === undefined) return undefined;
  const when = `at ${timeOfDay(endedAt)}, after ${durationText(endedAt - startedAt)}`;
  if (state === 'completed') return `completed ${when}`;
  return `turned back ${when}${reason ? `: ${reason.text.replace(/\.$/, '')} (${reason.code})` : ''}`;
}

function waitingPart({ waiting, messages, parked, concerns, state }: SagaView): string | undefined {
  const back = state === 'compensating' ? 'taking back: ' : '';
  const [first] = waiting;
  if (first) {
    const who = [...new Set(waiting.map(({ service }) => service))].join(' and ');
    return `${back}waiting for ${who}${first.command === undefined ? ' to decide what comes next' : ''} since ${timeOfDay(first.since)}`;
  }
  if (parked.length > 0 || concerns.includes('undo-incomplete')) return undefined;
  const last = messages.at(-1)!;
  return `${back}last heard: ${short(last.type)} of ${last.service} at ${timeOfDay(last.at)}; nothing is known to follow`;
}
