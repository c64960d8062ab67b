import * as fc from 'fast-check';
import Encoder from 'kafkajs/src/protocol/encoder.js';
import kafkajs from 'kafkajs/src/protocol/recordBatch/record/v0/index.js';
import { encodeRecord, mendRecords } from './lean-records';

const bytes = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
);

describe('a record, encoded lean', () => {
  it('is what kafkajs makes of it, byte for byte', () => {
    const record = fc.record({
      offsetDelta: fc.nat(),
      timestampDelta: fc.oneof(fc.integer({ min: 0, max: 2 ** 40 }), fc.constant(0)),
      key: fc.oneof(bytes, fc.constant(null)),
      value: fc.oneof(bytes, fc.constant(null)),
      headers: fc.dictionary(fc.string({ unit: 'binary', maxLength: 40 }), fc.oneof(bytes, fc.array(bytes, { maxLength: 3 })), {
        maxKeys: 20,
      }),
    });
    fc.assert(
      fc.property(record, (one) => expect(encodeRecord(one).buffer.toString('hex')).toBe(kafkajs(one).buffer.toString('hex'))),
      { numRuns: 300 },
    );
  });

  it('takes the place of what kafkajs makes', () => {
    mendRecords();
    const path = require.resolve('kafkajs/src/protocol/recordBatch/record/v0/index.js');
    expect(require.cache[path]?.exports).toBe(encodeRecord);
  });

  it('finds room for what is written by kafkajs itself, and says nothing but that', () => {
    const says = (parts: readonly Buffer[]): string => {
      const encoder = new Encoder();
      for (const part of parts) encoder.writeBuffer(part).writeInt8(part.length % 100);
      return encoder.buffer.toString('hex');
    };
    const expected = (parts: readonly Buffer[]): string =>
      parts.map((part) => part.toString('hex') + Buffer.from([part.length % 100]).toString('hex')).join('');
    mendRecords();
    // Large enough that it grows several times, with something in it.
    const part = fc.integer({ min: 0, max: 3_000 }).map((length) => Buffer.alloc(length, (length % 255) + 1));
    fc.assert(fc.property(fc.array(part, { minLength: 2, maxLength: 8 }), (parts) => expect(says(parts)).toBe(expected(parts))));
  });

  it('has no more than it was given', () => {
    expect(encodeRecord({ value: null }).buffer).toEqual(kafkajs({ value: null }).buffer);
    expect(encodeRecord({ value: 'x'.repeat(100_000), key: '' }).buffer).toEqual(kafkajs({ value: 'x'.repeat(100_000), key: '' }).buffer);
  });
});
