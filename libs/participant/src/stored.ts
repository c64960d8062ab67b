import type { ReceivedMessage } from '@duet/message';

/** Headers as JSON: text where it is UTF-8, `{ base64 }` where it is not, null where there is no value, a list where a header came more than once. */
export type StoredHeaders = Record<string, StoredHeader | null | (StoredHeader | null)[]>;
export type StoredHeader = string | { base64: string };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

// eslint-disable-next-line no-control-regex -- it is what it looks for
const unlike = /[\u0000\ufffd]/;

/** Bytes as JSON: text where it is UTF-8. `cut`: they end anywhere, also within a character, which is then left out of the text. */
export function bytesToStored(bytes: Buffer, cut = false): StoredHeader {
  const base64 = () => ({ base64: bytes.toString('base64') });
  // Nearly all are: what is wrong would have become U+FFFD.
  const plain = cut ? undefined : bytes.toString();
  if (plain !== undefined && !unlike.test(plain)) return plain;
  try {
    const text = cut ? new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true }) : utf8.decode(bytes);
    // PostgreSQL cannot take U+0000 out of JSON.
    return text.includes('\u0000') ? base64() : text;
  } catch {
    return base64();
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
