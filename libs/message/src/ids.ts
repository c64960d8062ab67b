import { createHash } from 'node:crypto';

/** The namespace of all ids that are derived here. Any UUID would do, as long as it never changes. */
const namespace = Buffer.from('5d4d8e0a6c0b4c1f9a3e1f2b7c6d8e90', 'hex');

/**
 * The id of a message, from what caused it: UUIDv5 (RFC 9562) of the causing message's id, the new message's wire name, and which of several it is.
 * A message that is made twice is the same message.
 */
export function derivedId(cause: string, type: string, index: number): string {
  const bytes = createHash('sha1').update(namespace).update(`${cause}\n${type}\n${index}`).digest();
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
