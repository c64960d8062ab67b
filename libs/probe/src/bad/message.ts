import { randomUUID } from 'node:crypto';
import type { MalformedCode, ReceivedMessage } from '@duet/message';
import type { RawMessage } from '@duet/testbed';

/** How a message differs from a right one; what is not said stays. Text is sent in UTF-8. */
export interface Change {
  readonly key?: Bytes | null;
  readonly value?: Bytes | null;
  /** By name: another value; null, the header without a value; undefined, no such header; a list, the header so many times. */
  readonly headers?: Readonly<Record<string, Bytes | null | undefined | readonly Bytes[]>>;
}
type Bytes = string | Buffer;

/** A message that is right but for one thing. */
export interface BadMessage {
  readonly name: string;
  /** Why whoever reads it sets it aside. */
  readonly code: MalformedCode;
  readonly change: Change;
  /** On a topic of events nobody looks any closer: by its headers it is none of their business. */
  readonly isIgnoredAsEvent?: boolean;
}

/** A message as a service would send it, but for its body. @param type its wire name */
export function rightMessage(type: string, value = '{}', ids: { readonly saga?: string; readonly id?: string } = {}): RawMessage {
  const { saga = randomUUID(), id = randomUUID() } = ids;
  const headers = {
    ce_specversion: '1.0',
    ce_id: id,
    ce_source: '/test',
    ce_type: type,
    ce_time: '2026-01-01T00:00:00Z',
    ce_subject: saga,
    ce_dataschema: `/${type.replace('.', '/')}/1`,
    'content-type': 'application/json',
    ce_correlationid: saga,
    ce_process: 'place-order',
    ce_style: 'choreography',
    ce_hop: '1',
    ce_seq: '1',
    ce_facts: '{}',
  };
  return {
    key: Buffer.from(saga),
    value: Buffer.from(value),
    headers: Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]),
  };
}

/** The message with its change. */
export function changed({ key, value, headers }: RawMessage, change: Change): RawMessage {
  const others = headers.filter(([name]) => !Object.hasOwn(change.headers ?? {}, name));
  const said = Object.entries(change.headers ?? {}).flatMap(([name, to]) =>
    to === undefined ? [] : isList(to) ? to.map((one) => [name, bytesOf(one)] as const) : [[name, bytesOf(to)] as const],
  );
  return {
    key: change.key === undefined ? key : bytesOf(change.key),
    value: change.value === undefined ? value : bytesOf(change.value),
    headers: [...others, ...said],
  };
}

/** The message as libs/kafka hands it on. */
export function asReceived(topic: string, { key, value, headers }: RawMessage): ReceivedMessage {
  const lists = new Map<string, (Buffer | null)[]>();
  for (const [name, bytes] of headers) {
    const list = lists.get(name);
    if (list) list.push(bytes);
    else lists.set(name, [bytes]);
  }
  return { topic, key, value, headers: Object.fromEntries([...lists].map(([name, list]) => [name, list.length > 1 ? list : list[0]])) };
}

const isList = (to: Bytes | null | readonly Bytes[]): to is readonly Bytes[] => Array.isArray(to);
const bytesOf = (to: Bytes | null): Buffer | null => (typeof to === 'string' ? Buffer.from(to) : to);
