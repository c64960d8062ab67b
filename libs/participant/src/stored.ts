import { type ReceivedMessage, utf8Of } from '@duet/message';

/** Headers as JSON: text where it is UTF-8, `{ base64 }` where it is not, null where there is no value, a list where a header came more than once. */
export type StoredHeaders = Record<string, StoredHeader | null | (StoredHeader | null)[]>;
export type StoredHeader = string | { base64: string };

/** Bytes as JSON: text where it is UTF-8. `cut`: they end anywhere, also within a character, which is then left out of the text. */
export function bytesToStored(bytes: Buffer, cut = false): StoredHeader {
  const text = cut ? beginningOf(bytes) : utf8Of(bytes);
  // PostgreSQL cannot take U+0000 out of JSON.
  return text === undefined || text.includes('\u0000') ? { base64: bytes.toString('base64') } : text;
}

function beginningOf(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
}

const toStored = (bytes: Buffer | null): StoredHeader | null => bytes && bytesToStored(bytes);
const fromStored = (header: StoredHeader | null): Buffer | null =>
  header === null ? null : typeof header === 'string' ? Buffer.from(header) : Buffer.from(header.base64, 'base64');

/** The headers of a message that waits, so that its bytes come back unchanged. A name that PostgreSQL cannot hold is written with U+FFFD. */
export function headersToStored(headers: ReceivedMessage['headers']): StoredHeaders {
  const stored = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [[name.replaceAll('\u0000', '\ufffd'), Buffer.isBuffer(value) || value === null ? toStored(value) : value.map(toStored)] as const],
  );
  // Not by assignment, which would take a header named __proto__ for a prototype.
  return Object.fromEntries(stored);
}

export function headersFromStored(stored: StoredHeaders): ReceivedMessage['headers'] {
  return Object.fromEntries(
    Object.entries(stored).map(([name, value]) => [name, Array.isArray(value) ? value.map(fromStored) : fromStored(value)]),
  );
}
