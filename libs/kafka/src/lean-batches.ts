import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import type { BatchContext, DecodedRecord } from 'kafkajs/src/protocol/recordBatch/record/v0/decoder.js';
import kafkajs from 'kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js';
import { decodeRecord } from './lean-decoding';

/**
 * What one fetch brought of one partition, taken apart within bounds. kafkajs 2.2.4 unpacks whatever it is sent: 2 MiB of gzip become 2 GiB of memory; a codec that it does
 * not have, and 150,000 records in one batch (it hands them on as arguments), end its consumer, the next one's too, and the partition stands still for ever.
 * Here such a batch becomes one message that says why it is `unreadable`, with the batch's bytes as its value.
 */
export async function decodeMessages(decoder: Decoder): Promise<readonly DecodedRecord[]> {
  // The format of before Kafka 0.11, which no broker takes any more, is left to kafkajs.
  if (!decoder.canReadBytes(sizeBytes + headerBytes) || decoder.buffer.readInt8(decoder.offset + sizeBytes + at.magic) !== 2)
    return kafkajs(decoder);
  const size = decoder.readInt32();
  if (size <= 0 || !decoder.canReadBytes(size)) return [];
  const bytes = decoder.readBytes(size);
  const records: DecodedRecord[] = [];
  let room = most.bytes;
  // What does not fit beside the others comes with the next fetch.
  for (let start = 0; start + headerBytes <= bytes.length;) {
    const end = start + at.rest + bytes.readInt32BE(start + at.length);
    // The last one may be there in part only.
    if (end > bytes.length || end < start + headerBytes) break;
    const batch = batchOf(bytes.subarray(start, end));
    if (records.length > 0 && records.length + batch.count > most.records) break;
    const unpacked = await unpack(batch, room);
    if (unpacked === undefined) break;
    const read = typeof unpacked === 'string' ? unpacked : recordsOf(batch, unpacked);
    if (typeof read === 'string') records.push(unreadable(batch, read));
    else for (const record of read) records.push(record);
    if (batch.codec !== 0) room -= typeof unpacked === 'string' ? 0 : unpacked.length;
    start = end;
  }
  return records;
}

/** Of what one fetch brings of one partition. A topic takes messages of up to 2 MiB; thrice that in records of ours would be some thousands. */
export const most = { bytes: 6 * 1_048_576, records: 50_000 };

/** Where what stands in a batch (version 2 of the format). */
const at = { length: 8, rest: 12, magic: 16, attributes: 21, lastOffsetDelta: 23, firstTimestamp: 27, maxTimestamp: 35 };
const beyond = { producerId: 43, producerEpoch: 51, firstSequence: 53, count: 57 };
const headerBytes = 61;
const sizeBytes = 4;
const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

interface Batch {
  readonly context: BatchContext;
  readonly codec: number;
  readonly count: number;
  readonly lastOffset: string;
  readonly payload: Buffer;
}

function batchOf(bytes: Buffer): Batch {
  const attributes = bytes.readInt16BE(at.attributes);
  const firstOffset = bytes.readBigInt64BE(0);
  const lastOffsetDelta = bytes.readInt32BE(at.lastOffsetDelta);
  return {
    context: {
      magicByte: 2,
      firstOffset: String(firstOffset),
      firstTimestamp: String(bytes.readBigInt64BE(at.firstTimestamp)),
      maxTimestamp: String(bytes.readBigInt64BE(at.maxTimestamp)),
      partitionLeaderEpoch: bytes.readInt32BE(at.rest),
      inTransaction: (attributes & 0x10) > 0,
      isControlBatch: (attributes & 0x20) > 0,
      timestampType: (attributes & 0x8) > 0 ? 1 : 0,
      lastOffsetDelta,
      producerId: String(bytes.readBigInt64BE(beyond.producerId)),
      producerEpoch: bytes.readInt16BE(beyond.producerEpoch),
      firstSequence: bytes.readInt32BE(beyond.firstSequence),
    },
    codec: attributes & 0x7,
    count: bytes.readInt32BE(beyond.count),
    lastOffset: String(firstOffset + BigInt(lastOffsetDelta)),
    payload: bytes.subarray(headerBytes),
  };
}

const inflate = promisify(gunzip);

/** The records' bytes; or why there will never be any; undefined where they have no room beside the others. */
async function unpack({ codec, count, payload }: Batch, room: number): Promise<Buffer | string | undefined> {
  if (count > most.records) return `its batch has ${count} messages; at most ${most.records} are taken apart`;
  if (codec === 0) return payload;
  if (codec !== 1) return `its batch is compressed with ${codecs[codec] ?? `codec ${codec}`}; only gzip is read here`;
  if (room <= 0) return undefined;
  try {
    return await inflate(payload, { maxOutputLength: room });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') return `its batch is no gzip: ${(error as Error).message}`;
    return room < most.bytes ? undefined : `its batch of ${payload.length} bytes takes more than ${most.bytes} when it is unpacked`;
  }
}

function recordsOf({ context, count }: Batch, bytes: Buffer): DecodedRecord[] | string {
  const decoder = new Decoder(bytes);
  const records: DecodedRecord[] = [];
  for (let left = count; left > 0; left--) {
    if (!decoder.canReadBytes(1)) return `its batch says that it has ${count} messages, and has ${records.length}`;
    records.push(decodeRecord(new Decoder(decoder.readVarIntBytes()), context));
  }
  return records;
}

/** Its place is that of the batch's last message, so that reading goes on behind the batch. */
const unreadable = ({ context, lastOffset, payload }: Batch, why: string): DecodedRecord => ({
  magicByte: 2,
  attributes: 0,
  timestamp: context.firstTimestamp,
  offset: lastOffset,
  key: null,
  value: payload,
  headers: {},
  isControlRecord: false,
  batchContext: context,
  unreadable: why,
});

/** Puts `decodeMessages` in the place of kafkajs's own. It loads its requests when it first sends one, so this must come before. */
export function mendBatches(): void {
  const loaded = require.cache[require.resolve('kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js')];
  if (loaded) loaded.exports = decodeMessages;
}
