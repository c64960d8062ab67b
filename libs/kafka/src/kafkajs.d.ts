declare module 'kafkajs/src/network/requestQueue/index.js' {
  /** The part of kafkajs's request queue that idle-timer.ts mends. */
  export default class RequestQueue {
    readonly pending: unknown[];
    throttledUntil: number;
    throttleCheckTimeoutId: NodeJS.Timeout | null;
    checkPendingRequests(): void;
    scheduleCheckPendingRequests(): void;
  }
}

declare module 'kafkajs/src/consumer/consumerGroup.js' {
  /** The part of kafkajs's member of a group that heartbeats.ts mends. */
  export default class ConsumerGroup {
    constructor(options: object);
    memberId: string | null;
    coordinator: { heartbeat(payload: object): Promise<void> } | null;
    /** When a heartbeat was answered last, by Date.now. */
    lastRequest: number;
    heartbeat(options: { readonly interval: number }): Promise<void>;
  }
}

declare module 'kafkajs/src/protocol/encoder.js' {
  /** The part of kafkajs's encoder that lean-records.ts uses: bytes, of which `offset` are written. */
  export default class Encoder {
    buf: Buffer;
    offset: number;
    readonly buffer: Buffer;
    ensureAvailable: (this: Encoder, length: number) => void;
    static sizeOfVarLong(value: number): number;
    writeVarLong(value: number): this;
    writeBuffer(value: Buffer): this;
    writeInt8(value: number): this;
  }
}

declare module 'kafkajs/src/protocol/recordBatch/record/v0/index.js' {
  import type Encoder from 'kafkajs/src/protocol/encoder.js';
  /** A message as kafkajs hands it to its encoder. */
  export interface KafkaRecord {
    readonly offsetDelta?: number;
    readonly timestampDelta?: number;
    readonly key?: Buffer | string | null;
    readonly value: Buffer | string | null;
    readonly headers?: Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;
  }
  const encodeRecord: (record: KafkaRecord) => Encoder;
  export default encodeRecord;
}

declare module 'kafkajs/src/protocol/decoder.js' {
  /** The part of kafkajs's decoder that lean-decoding.ts and lean-batches.ts use: bytes, of which `offset` have been read. */
  export default class Decoder {
    constructor(buffer: Buffer);
    readonly buffer: Buffer;
    readonly offset: number;
    canReadBytes(length: number): boolean;
    readInt32(): number;
    readBytes(length: number): Buffer;
    readVarIntBytes(): Buffer;
  }
}

declare module 'kafkajs/src/protocol/recordBatch/record/v0/decoder.js' {
  import type Decoder from 'kafkajs/src/protocol/decoder.js';
  /** What kafkajs knows of the batch that a record stands in; 64-bit numbers are decimals. */
  export interface BatchContext {
    readonly magicByte: number;
    readonly firstOffset: string;
    readonly firstTimestamp: string;
    readonly maxTimestamp: string;
    readonly timestampType: number;
    readonly isControlBatch?: boolean;
    readonly inTransaction?: boolean;
    readonly partitionLeaderEpoch?: number;
    readonly lastOffsetDelta?: number;
    readonly producerId?: string;
    readonly producerEpoch?: number;
    readonly firstSequence?: number;
  }
  /** A record as kafkajs hands it on. */
  export interface DecodedRecord {
    readonly magicByte: number;
    readonly attributes: number;
    readonly timestamp: string;
    readonly offset: string;
    readonly key: Buffer | null;
    readonly value: Buffer | null;
    readonly headers: Record<string, Buffer | null | (Buffer | null)[]>;
    readonly isControlRecord: boolean;
    readonly batchContext: BatchContext;
    /** Ours: why there is a batch in the place of its records. */
    readonly unreadable?: string;
  }
  const decodeRecord: (decoder: Decoder, batchContext: BatchContext) => DecodedRecord;
  export default decodeRecord;
}

declare module 'kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js' {
  import type Decoder from 'kafkajs/src/protocol/decoder.js';
  import type { DecodedRecord } from 'kafkajs/src/protocol/recordBatch/record/v0/decoder.js';
  /** The records that a fetch brought of one partition, from their length on. */
  const decodeMessages: (decoder: Decoder) => Promise<readonly DecodedRecord[]>;
  export default decodeMessages;
}
