import type Decoder from 'kafkajs/src/protocol/decoder.js';
import type { BatchContext, DecodedRecord } from 'kafkajs/src/protocol/recordBatch/record/v0/decoder.js';

/**
 * kafkajs 2.2.4 copies the headers read so far for each further one, decodes the same names again and again, and calculates offsets with objects of 64 bits.
 * Every service decodes every record of the topics that it reads, and drops most of them by a header. Here is the same record for a quarter of the time.
 */
export function decodeRecord(decoder: Decoder, batchContext: BatchContext): DecodedRecord {
  const reader = new Reader(decoder.buffer, decoder.offset);
  const attributes = reader.int8();
  const timestampDelta = reader.varLong();
  const offsetDelta = reader.varInt();
  const { magicByte, firstOffset, firstTimestamp, maxTimestamp, timestampType, isControlBatch = false } = batchContext;
  return {
    magicByte,
    attributes,
    timestamp: timestampType === logAppendTime && maxTimestamp ? maxTimestamp : plus(firstTimestamp, timestampDelta),
    offset: plus(firstOffset, offsetDelta),
    key: reader.bytes(),
    value: reader.bytes(),
    headers: reader.headers(),
    isControlRecord: isControlBatch,
    batchContext,
  };
}

/** Kafka's code for "the time is the broker's". */
const logAppendTime = 1;

/** Numbers as kafkajs writes them: decimals. Beyond 2⁵³ they are added as what they are. */
function plus(base: string, delta: number | bigint): string {
  const from = Number(base);
  const sum = from + Number(delta);
  return Number.isSafeInteger(from) && Number.isSafeInteger(sum) ? String(sum) : String(BigInt(base) + BigInt(delta));
}

type Headers = Record<string, Buffer | null | (Buffer | null)[]>;

class Reader {
  constructor(
    private readonly buffer: Buffer,
    private at: number,
  ) {}

  int8(): number {
    return this.buffer.readInt8(this.at++);
  }

  /** Protocol Buffers' ZigZag, of 32 bits. */
  varInt(): number {
    let value = 0;
    let shift = 0;
    let byte: number;
    do {
      byte = this.buffer[this.at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte >= 0x80);
    return (value >>> 1) ^ -(value & 1);
  }

  /** The same of 64 bits: a number where it is a small one. */
  varLong(): number | bigint {
    let end = this.at;
    while ((this.buffer[end] ?? 0) >= 0x80) end++;
    if (end - this.at < 4) return this.varInt();
    let value = 0n;
    for (let place = end; place >= this.at; place--) value = (value << 7n) | BigInt((this.buffer[place] ?? 0) & 0x7f);
    this.at = end + 1;
    return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n));
  }

  bytes(): Buffer | null {
    const length = this.varInt();
    if (length === -1) return null;
    return this.buffer.subarray(this.at, (this.at += length));
  }

  /** A name that comes more than once has a list. */
  headers(): Headers {
    const headers: Headers = {};
    for (let left = this.varInt(); left > 0 && this.at < this.buffer.length; left--) {
      const name = this.name();
      const value = this.bytes();
      const before = Object.hasOwn(headers, name) ? headers[name] : undefined;
      // One and the same header can come a hundred thousand times: a new list for each would take minutes.
      if (Array.isArray(before)) {
        before.push(value);
        continue;
      }
      const now = before === undefined ? value : [before, value];
      // As an assignment it would set the prototype.
      if (name === '__proto__') Object.defineProperty(headers, name, { value: now, enumerable: true, configurable: true, writable: true });
      else headers[name] = now;
    }
    return headers;
  }

  private name(): string {
    const length = this.varInt();
    if (length < 0) return 'null';
    const start = this.at;
    this.at += length;
    const slot = (length * 31 + (this.buffer[this.at - 1] ?? 0)) & (names.length - 1);
    const known = names[slot];
    if (known?.bytes.length === length && this.is(known.bytes, start)) return known.name;
    const bytes = this.buffer.subarray(start, this.at);
    const name = bytes.toString();
    if (length <= 64) names[slot] = { bytes: Buffer.from(bytes), name };
    return name;
  }

  private is(bytes: Buffer, start: number): boolean {
    for (let place = 0; place < bytes.length; place++) if (bytes[place] !== this.buffer[start + place]) return false;
    return true;
  }
}

/** Names read lately, each in the one place that its length and its last letter give it. A power of two of them. */
const names: ({ readonly bytes: Buffer; readonly name: string } | undefined)[] = Array.from({ length: 256 }, () => undefined);
