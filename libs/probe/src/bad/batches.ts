import type { MalformedCode } from '@duet/message';
import { type Codec, type RawMessage, recordBatch } from '@duet/testbed';
import { changed } from './message';

/** A batch of messages in which none can be read. */
export interface BadBatch {
  readonly name: string;
  readonly code: MalformedCode;
  /** How many messages the broker counts. */
  readonly count: number;
  /** Whether all of it is set aside as one message: nobody knows what is in it. */
  readonly isOne: boolean;
  readonly bytesOf: (right: RawMessage) => Buffer;
}

const one = (codec: Codec, code: MalformedCode, name = `a message in ${codec}`): BadBatch => ({
  ...{ name, code, count: 1, isOne: code === 'batch' },
  bytesOf: (right) => recordBatch([changed(right, { headers: { ce_style: 'tango' } })], codec),
});

const small: RawMessage = { key: null, value: null, headers: [] };

/** What can be wrong with how messages are packed. */
export const badBatches: readonly BadBatch[] = [
  one('gzip', 'style', 'a bad message in gzip'),
  one('snappy', 'batch'),
  one('lz4', 'batch'),
  one('zstd', 'batch'),
  {
    ...{ name: '64 KiB of gzip that become 64 MiB', code: 'batch', count: 1, isOne: true },
    bytesOf: (right) => (bomb ??= recordBatch([changed(right, { value: Buffer.alloc(64 * 1_048_576) })], 'gzip')),
  },
  {
    ...{ name: '60,000 messages in one', code: 'batch', count: 60_000, isOne: true },
    bytesOf: () => (crowd ??= recordBatch(Array.from({ length: 60_000 }, () => small))),
  },
];
let bomb: Buffer | undefined;
let crowd: Buffer | undefined;
