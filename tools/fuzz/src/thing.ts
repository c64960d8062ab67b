import { mutated, mutatedRequest, type Next, rightMessage, rightRequest, type Route, sampleOf } from '@duet/probe';
import { chance, type Codec, pick, type RawMessage } from '@duet/testbed';
import type { JsonSchema } from '@duet/message';

/** A message of the business, as manifests have it, and a topic that it can be sent to. */
export interface Known {
  readonly type: string;
  readonly topic: string;
  readonly schema: JsonSchema;
}

/** All that can be thrown at: the same catalogue and the same seed make the same things. */
export interface Catalogue {
  readonly messages: readonly Known[];
  /** Topics that are no message's. */
  readonly others: readonly string[];
  readonly routes: readonly { readonly service: string; readonly route: Route }[];
}

/** Some messages in one batch, for one topic, without its prefix; or the bytes of a request to a service. */
export type Thing =
  | { readonly is: 'messages'; readonly n: number; readonly topic: string; readonly codec: Codec; readonly messages: readonly RawMessage[] }
  | { readonly is: 'request'; readonly n: number; readonly service: string; readonly bytes: Buffer };

const most = { messages: 20 };

/** An endless row of things, numbered from 1. */
export function* things(seed: number, { messages, others, routes }: Catalogue): Generator<Thing, never> {
  for (let n = 1; ; n++) {
    // Each has chances of its own, so that one can be made without those before it.
    const next = chance(seed * 1_000_003 + n);
    // The first numbers of seeds that lie side by side are not far apart.
    next();
    const isMessage = routes.length === 0 || (messages.length > 0 && next() < 0.3);
    yield isMessage ? batchOf(n, next, messages, others) : requestOf(n, next, routes);
  }
}

function batchOf(n: number, next: Next, known: readonly Known[], others: readonly string[]): Thing {
  const first = pick(known, next);
  const topic = next() < 0.05 ? pick([...others, ...known.map((one) => one.topic)], next) : first.topic;
  const chances = next();
  const codec = chances < 0.9 ? 'none' : chances < 0.97 ? 'gzip' : pick(['snappy', 'lz4', 'zstd'] as const, next);
  const beside = known.filter((one) => one.topic === first.topic);
  const messages = Array.from({ length: 1 + Math.floor(next() * most.messages) }, () => {
    const { type, schema } = pick(beside, next);
    const saga = uuid(next);
    const body = { ...(sampleOf(schema) as object), ...('orderId' in (schema.properties ?? {}) && { orderId: saga }) };
    return mutated(rightMessage(type, JSON.stringify(body), { saga, id: uuid(next) }), next);
  });
  return { is: 'messages', n, topic, codec, messages };
}

function requestOf(n: number, next: Next, routes: Catalogue['routes']): Thing {
  const { service, route } = pick(routes, next);
  const right = rightRequest(route, { inPath: next() < 0.5 ? uuid(next) : 'nothing', key: uuid(next) });
  return { is: 'request', n, service, bytes: mutatedRequest(route, right, next) };
}

function uuid(next: Next): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(next() * 16).toString(16)).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** The bytes of a thing for people and for copying: what is not plain as \xNN. */
export function escaped(thing: Thing): string {
  if (thing.is === 'request') return `to ${thing.service}: ${text(thing.bytes)}`;
  return `to ${thing.topic} (${thing.codec}): ${thing.messages.map(messageText).join('; ')}`;
}
/** The same of one message. */
export const messageText = ({ key, value, headers }: RawMessage): string =>
  `key ${text(key)}, value ${text(value)}, headers ${headers.map(([name, bytes]) => `${text(Buffer.from(name))}: ${text(bytes)}`).join(', ')}`;

/** More than this of one text is not told: the seed and the number make it again. */
const longest = 2_000;
const text = (bytes: Buffer | null): string =>
  bytes === null
    ? 'null'
    : `"${bytes
        .subarray(0, longest)
        .toString('latin1')
        .replaceAll(
          /[^ -~]|["\\]/g,
          (letter) => `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}`,
        )}"${bytes.length > longest ? `… (${bytes.length} bytes)` : ''}`;
