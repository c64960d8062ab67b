import { gzipSync, zstdCompressSync } from 'node:zlib';
import { crc32c } from './crc32c';

/** A message as bytes on their way to the broker, also such as no client would send. */
export interface RawMessage {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** In this order; a name may come more than once, and may have no value. */
  readonly headers: readonly (readonly [name: string, value: Buffer | null])[];
}

/** How a batch is compressed, by Kafka's own numbers. */
export const codecs = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;
export type Codec = keyof typeof codecs;

/** Kafka's record batch, version 2 of the format, with the messages in one. @param time of all of them, in milliseconds since 1970 */
export function recordBatch(messages: readonly RawMessage[], codec: Codec = 'none', time = Date.now()): Buffer {
  const records = compressed(Buffer.concat(messages.map(recordOf)), codec);
  // What is summed up begins with the attributes; no producer is named.
  const summed = Buffer.concat([
    ...[int16(codecs[codec]), int32(messages.length - 1), int64(time), int64(time)],
    ...[int64(-1), int16(-1), int32(-1), int32(messages.length)],
    records,
  ]);
  const rest = Buffer.concat([int32(-1), Buffer.of(2), uint32(crc32c(summed)), summed]);
  return Buffer.concat([int64(0), int32(rest.length), rest]);
}

function recordOf({ key, value, headers }: RawMessage, place: number): Buffer {
  const named = headers.flatMap(([name, bytes]) => [sized(Buffer.from(name)), sized(bytes)]);
  const record = Buffer.concat([Buffer.of(0, 0), varint(place), sized(key), sized(value), varint(headers.length), ...named]);
  return Buffer.concat([varint(record.length), record]);
}

function compressed(bytes: Buffer, codec: Codec): Buffer {
  switch (codec) {
    case 'none':
      return bytes;
    case 'gzip':
      return gzipSync(bytes);
    case 'zstd':
      return zstdCompressSync(bytes);
    case 'snappy':
      return snappy(bytes);
    case 'lz4':
      return lz4(bytes);
  }
}

/** Java's framing of Snappy around one block of one literal: as it is, and not smaller. */
function snappy(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length - 1);
  const block = Buffer.concat([unsigned(bytes.length), Buffer.of(63 << 2), length, bytes]);
  return Buffer.concat([Buffer.from('\x82SNAPPY\0', 'latin1'), int32(1), int32(1), int32(block.length), block]);
}

/** An LZ4 frame of blocks as they are, of 64 KiB each. */
function lz4(bytes: Buffer): Buffer {
  const parts: Buffer[] = [Buffer.of(0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82)];
  for (let start = 0; start < bytes.length; start += 65_536) {
    const part = bytes.subarray(start, start + 65_536);
    const length = Buffer.alloc(4);
    length.writeUInt32LE((part.length | 0x80000000) >>> 0);
    parts.push(length, part);
  }
  return Buffer.concat([...parts, int32(0)]);
}

const sized = (bytes: Buffer | null): Buffer => (bytes ? Buffer.concat([varint(bytes.length), bytes]) : varint(-1));
/** Protocol Buffers' ZigZag. */
const varint = (value: number): Buffer => unsigned(((value << 1) ^ (value >> 31)) >>> 0);

function unsigned(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest <= 0x7f) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}

const written = (size: number, write: (bytes: Buffer) => void): Buffer => {
  const bytes = Buffer.alloc(size);
  write(bytes);
  return bytes;
};
export const int16 = (value: number): Buffer => written(2, (bytes) => bytes.writeInt16BE(value));
export const int32 = (value: number): Buffer => written(4, (bytes) => bytes.writeInt32BE(value));
const uint32 = (value: number): Buffer => written(4, (bytes) => bytes.writeUInt32BE(value));
export const int64 = (value: number): Buffer => written(8, (bytes) => bytes.writeBigInt64BE(BigInt(value)));
