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

declare module 'kafkajs/src/protocol/encoder.js' {
  /** The part of kafkajs's encoder that lean-records.ts uses: bytes, of which `offset` are written. */
  export default class Encoder {
    buf: Buffer;
    offset: number;
    readonly buffer: Buffer;
    static sizeOfVarLong(value: number): number;
    writeVarLong(value: number): this;
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
