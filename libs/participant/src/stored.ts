import type { ReceivedMessage } from '@duet/message';

/** Headers as JSON: text where it is UTF-8, `{ base64 }` where it is not, a list where a header came more than once. */
export type StoredHeaders = Record<string, StoredHeader | StoredHeader[]>;
type StoredHeader = string | { base64: string };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function toStored(bytes: Buffer): StoredHeader {
  try {
    const text = utf8.decode(bytes);
    // PostgreSQL cannot take U+0000 out of JSON.
    return text.includes('\u0000') ? { base64: bytes.toString('base64') } : text;
  } catch {
    return { base64: bytes.toString('base64') };
  }
}
const fromStored = (header: StoredHeader): Buffer =>
  typeof header === 'string' ? Buffer.from(header) : Buffer.from(header.base64, 'base64');

/** The headers of a message that waits, so that its bytes come back unchanged. A name that PostgreSQL cannot hold is written with U+FFFD. */
export function headersToStored(headers: ReceivedMessage['headers']): StoredHeaders {
  const stored: StoredHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    stored[name.replaceAll('\u0000', '\ufffd')] = Buffer.isBuffer(value) ? toStored(value) : value.map(toStored);
  }
  return stored;
}

export function headersFromStored(stored: StoredHeaders): ReceivedMessage['headers'] {
  return Object.fromEntries(
    Object.entries(stored).map(([name, value]) => [name, Array.isArray(value) ? value.map(fromStored) : fromStored(value)]),
  );
}
