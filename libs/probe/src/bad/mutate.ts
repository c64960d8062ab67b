import { pick, type RawMessage } from '@duet/testbed';
import { nastyJson, nastyTexts } from './nasty';

/** Gives numbers at least 0, below 1: chance, or a seed. */
export type Next = () => number;

/** The message with one to three things changed; the same chances give the same bytes. */
export function mutated(right: RawMessage, next: Next): RawMessage {
  let message = right;
  for (let left = 1 + upTo(3, next); left > 0; left--) message = pick(messageChanges, next)(message, next);
  return message;
}

const upTo = (most: number, next: Next): number => Math.floor(next() * most);
const someBytes = (next: Next, most = 40): Buffer => Buffer.from(Array.from({ length: upTo(most, next) }, () => upTo(256, next)));
const something = (next: Next): Buffer => (next() < 0.2 ? someBytes(next) : Buffer.from(pick(nastyTexts, next)));

type MessageChange = (message: RawMessage, next: Next) => RawMessage;
const withHeaders = (message: RawMessage, headers: RawMessage['headers']): RawMessage => ({ ...message, headers });
const optional = ['ce_ask', 'ce_void', 'ce_settlement', 'ce_causationid', 'ce_processversion', 'traceparent', 'tracestate'];

const changeHeader: MessageChange = (message, next) => {
  const place = upTo(message.headers.length, next);
  const to = next() < 0.1 ? null : something(next);
  return withHeaders(
    message,
    message.headers.map((one, at) => (at === place ? [one[0], to] : one)),
  );
};
const messageChanges: readonly MessageChange[] = [
  changeHeader,
  changeHeader,
  (message, next) => withHeaders(message, message.headers.toSpliced(upTo(message.headers.length, next), 1)),
  (message, next) => {
    const again = message.headers[upTo(message.headers.length, next)];
    const times = next() < 0.05 ? 2_000 : 1;
    return again ? withHeaders(message, [...message.headers, ...Array.from({ length: times }, () => again)]) : message;
  },
  (message, next) => withHeaders(message, [...message.headers, [pick(optional, next), something(next)]]),
  (message, next) => withHeaders(message, [...message.headers, [pick(nastyTexts, next), something(next)]]),
  (message, next) => ({ ...message, key: next() < 0.2 ? null : something(next) }),
  (message, next) => ({ ...message, value: next() < 0.1 ? null : mutatedBytes(message.value ?? Buffer.alloc(0), next) }),
  (message, next) => ({ ...message, value: mutatedJson(message.value ?? Buffer.alloc(0), next) }),
  (message, next) => ({ ...message, value: mutatedJson(message.value ?? Buffer.alloc(0), next) }),
  (message, next) => {
    const place = message.headers.findIndex(([name]) => name === 'ce_facts');
    const facts = mutatedJson(message.headers[place]?.[1] ?? Buffer.from('{}'), next);
    return withHeaders(
      message,
      message.headers.map((one, at) => (at === place ? [one[0], facts] : one)),
    );
  },
];

/** Bytes with some of them flipped, left out or put in, or cut off. */
export function mutatedBytes(bytes: Buffer, next: Next): Buffer {
  const place = upTo(bytes.length + 1, next);
  switch (upTo(4, next)) {
    case 0:
      return Buffer.from(bytes.map((byte, at) => (at === place || next() < 0.01 ? byte ^ (1 << upTo(8, next)) : byte)));
    case 1:
      return bytes.subarray(0, place);
    case 2:
      return Buffer.concat([bytes.subarray(0, place), something(next), bytes.subarray(place)]);
    default:
      return Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + upTo(20, next))]);
  }
}

/** JSON with one of its parts in another's place; what is none is changed as bytes are. */
export function mutatedJson(bytes: Buffer, next: Next): Buffer {
  const text = bytes.toString();
  // Where a part begins: behind a colon, a bracket or a comma, or at the start.
  const starts = [0, ...[...text.matchAll(/[:[,](?=["\d{[tfn-])/g)].map(({ index }) => index + 1)];
  const start = starts[upTo(starts.length, next)] ?? 0;
  const end = endOfPart(text, start);
  const part = pick(nastyJson, next);
  const isName = text[end] === ':';
  return Buffer.from(`${text.slice(0, start)}${isName ? `${JSON.stringify(pick(nastyTexts, next))}` : part}${text.slice(end)}`);
}

/** Where the part ends that begins there; roughly, for it need not be right. */
function endOfPart(text: string, start: number): number {
  let depth = 0;
  let isText = false;
  for (let at = start; at < text.length; at++) {
    const letter = text[at] ?? '';
    if (letter === '"' && text[at - 1] !== '\\') isText = !isText;
    if (isText) continue;
    if (depth === 0 && at > start && ':,]}'.includes(letter)) return at;
    if ('[{'.includes(letter)) depth++;
    if (']}'.includes(letter)) depth--;
  }
  return text.length;
}
