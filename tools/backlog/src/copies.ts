import { randomUUID } from 'node:crypto';
import type { IncomingMessage, OutgoingMessage } from '@duet/kafka';

/** A message as it was read, to be sent again as that of other sagas. */
export interface Template {
  readonly topic: string;
  readonly saga: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** @throws NoTemplate where it is no message of a saga */
export function templateOf({ topic, key, value, headers }: IncomingMessage): Template {
  if (key === null || value === null) throw new NoTemplate(`the message on ${topic} has no key or no value`);
  return {
    topic,
    saga: key.toString(),
    value: value.toString(),
    headers: Object.fromEntries(Object.entries(headers).map(([name, one]) => [name, String(one)])),
  };
}

/** The same message of another saga: wherever the saga's id stands, the new one does, and its own id is new. */
export function copyOf({ topic, saga, value, headers }: Template): OutgoingMessage {
  const key = randomUUID();
  const changed = Object.fromEntries(Object.entries(headers).map(([name, text]): [string, string] => [name, text.replaceAll(saga, key)]));
  return { topic, key, value: value.replaceAll(saga, key), headers: { ...changed, ce_id: randomUUID() } };
}

export class NoTemplate extends Error {
  override readonly name = 'NoTemplate';
}
