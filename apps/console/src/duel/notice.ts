import type { MessageView } from '../api/types';
import { counted, shortName } from '../words/names';
import { type Frame, leaderOf, ofRuntime, type Side } from './duel';

/** What one side's message shows: who acted, and whether somebody told it to. Follows from its cause, kind and meaning alone, for any process. */
export function noticeOf(side: Side, message: MessageView): string {
  const leader = leaderOf(side);
  if (message.void)
    return `${message.service} says ${shortName(message.type)}, and nothing follows from it: it had been taken back before.`;
  if (message.type.startsWith(ofRuntime)) return runtimeNotice(message);
  if (message.kind === 'command') return commandNotice(message);
  if (message.cause === undefined) return beginNotice(side, message, leader);
  const cause = side.log.find(({ id }) => id === message.cause);
  return cause?.kind === 'command' ? toldNotice(message, cause) : reactedNotice(side, message, leader);
}

const because = ({ causeType }: MessageView): string => (causeType === undefined ? '' : ` because it heard ${shortName(causeType)}`);
const whyOf = ({ reason }: MessageView): string => (reason === undefined ? '' : ` (${reason.text.replace(/\.$/, '')})`);
const list = (names: readonly string[]): string => new Intl.ListFormat('en').format([...new Set(names)]);

const runtimeNotice = (message: MessageView): string =>
  message.type === `${ofRuntime}MessageFreed`
    ? `Somebody has decided at ${message.service}: the saga goes on.`
    : `${message.service} cannot go on without a person${whyOf(message)}. Only this saga waits; all the others flow on.`;

function beginNotice({ log, steps }: Side, message: MessageView, leader: string | undefined): string {
  const said = `${message.service} says that it happened: ${shortName(message.type)}.`;
  if (message !== log[0]) return `${said} Nothing in this saga caused it: it came from outside.`;
  if (leader !== undefined) return `${said} ${leader} hears it, and leads from here.`;
  const next = steps.filter(({ on }) => on === message.type).map(({ service }) => service);
  return next.length === 0 ? said : `${said} It asks nobody for anything: ${list(next)} will act on it unasked.`;
}

function commandNotice(message: MessageView): string {
  const { service, to = 'its owner', type, ask, means, undoes } = message;
  const again = ask === 'again' || ask === 'now' ? ' again' : '';
  const asks = `${service} asks ${to}${again} for ${shortName(type)}${because(message)}`;
  if (means === 'undo')
    return undoes === undefined ? `${asks}. It ends what was turned back.` : `${asks}, to take ${shortName(undoes)} back.`;
  if (means === 'question') return `${asks}: is there still a way back? Only ${to} can know.`;
  return `${asks}. Nothing has been done yet: ${to} has to hear it first.`;
}

function toldNotice(message: MessageView, cause: MessageView): string {
  const [name, asked] = [shortName(message.type), shortName(cause.type)];
  if (message.means === 'refusal')
    return `${message.service} refused ${asked}: ${name}${whyOf(message)}. It need not know what has to be undone: ${cause.service} does.`;
  if (message.means === 'undo' && message.undoes !== undefined)
    return `${message.service} took ${shortName(message.undoes)} back (${name}) because ${cause.service} told it to.`;
  return `${message.service} said ${name} because ${cause.service} told it to do ${asked}.`;
}

function reactedNotice({ log, steps }: Side, message: MessageView, leader: string | undefined): string {
  const { service, type, means, undoes, causeType } = message;
  const name = shortName(type);
  if (means === 'refusal' && leader === undefined) {
    const undone = log.filter(({ cause }) => cause === message.id).map((follows) => follows.service);
    const who = undone.length > 0 ? list(undone) : 'whoever has something to take back';
    return `${service} could not go on: ${name}${whyOf(message)}. Nobody is in charge: ${who} must hear it and act unasked.`;
  }
  if (causeType === undefined) return `${service} said ${name}.`;
  if (undoes !== undefined)
    return `${service} took ${shortName(undoes)} back (${name}) because it heard ${shortName(causeType)}; nobody told it to.`;
  const step = steps.find(({ answer }) => answer === type);
  const did = step === undefined ? `said ${name}` : `did ${shortName(step.command)} (${name})`;
  const itself = leader === undefined ? 'nobody told it to' : `not even ${leader} told it to`;
  return `${service} ${did} because it heard ${shortName(causeType)}; ${itself}.`;
}

/** What to notice when the sides are looked at together. */
export function comparisonOf(sides: readonly Side[], frame: Frame): string {
  const message = frame.moves.find((move) => move !== undefined);
  if (!message || sides.length < 2) return '';
  const name = shortName(message.type);
  const places = sides.map(({ style, log }, side) => ({ style, when: whenOf(log, frame.said[side]!, frame.moves[side], message.type) }));
  const named = (when: When): string => list(places.filter((place) => place.when === when).map(({ style }) => style));
  if (places.every(({ when }) => when === 'now')) {
    const counts = sides.map(({ style }, side) => `${counted(frame.said[side]!, 'message')} in ${style}`);
    return `The same fact in every style: ${name}. It took ${counts.join(', ')}.`;
  }
  if (message.kind === 'command' && places.every(({ when }) => when === 'now' || when === 'never'))
    return `Only in ${named('now')} is this message needed: in ${named('never')} nobody asks for ${name}.`;
  const others = (['before', 'later', 'never'] as const).filter((when) => named(when) !== '');
  const told = { before: 'it was said before in', later: 'it is still to come in', never: 'it is not said in' } as const;
  return `${name} is said in ${named('now')}; ${others.map((when) => `${told[when]} ${named(when)}`).join('; ')}.`;
}

type When = 'now' | 'before' | 'later' | 'never';

/** When a side says a message of this type, as seen from a step. */
function whenOf(log: readonly MessageView[], said: number, move: MessageView | undefined, type: string): When {
  if (move) return 'now';
  const place = log.findIndex((message) => message.type === type);
  if (place < 0) return 'never';
  return place < said ? 'before' : 'later';
}
