import * as fc from 'fast-check';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import kafkajs, { type BatchContext } from 'kafkajs/src/protocol/recordBatch/record/v0/decoder.js';
import { decodeRecord } from './lean-decoding';
import { encodeRecord } from './lean-records';

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const name = fc.oneof(
  fc.constantFrom('ce_id', 'ce_type', 'ce_time', 'content-type', 'length', ''),
  fc.string({ unit: 'binary', maxLength: 80 }).filter((text) => !(text in Object.prototype)),
);
const context = (base: bigint, timestampType: number): BatchContext => ({
  magicByte: 2,
  firstOffset: String(base),
  firstTimestamp: String(base),
  maxTimestamp: String(base + 7n),
  timestampType,
});

describe('a record, decoded lean', () => {
  it('is what kafkajs makes of it', () => {
    const record = fc.record({
      offsetDelta: fc.nat(),
      timestampDelta: fc.oneof(fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), fc.constant(0)),
      key: fc.oneof(bytes, fc.constant(null)),
      value: fc.oneof(bytes, fc.constant(null)),
      headers: fc.array(fc.tuple(name, fc.oneof(bytes, fc.array(bytes, { minLength: 1, maxLength: 3 }))), { maxLength: 20 }).map(withAll),
    });
    const base = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 53n }), fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 2n ** 41n }));
    fc.assert(
      fc.property(record, base, fc.constantFrom(0, 1), (one, first, timestampType) => {
        const stored = new Decoder(encodeRecord(one).buffer).readVarIntBytes();
        const ours = decodeRecord(new Decoder(stored), context(first, timestampType));
        expect(ours).toStrictEqual(kafkajs(new Decoder(stored), context(first, timestampType)));
      }),
      { numRuns: 500 },
    );
  });

  it('has what kafkajs mistakes for a second header: those that are named as what every object has', () => {
    const names = ['__proto__', 'constructor', 'toString'];
    const one = encodeRecord({ value: null, headers: withAll(names.map((each) => [each, Buffer.from(each)])) });
    const { headers } = decodeRecord(new Decoder(new Decoder(one.buffer).readVarIntBytes()), context(0n, 0));
    expect(Object.entries(headers).map(([key, value]) => [key, String(value)])).toEqual(names.map((each) => [each, each]));
    expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
  });

  it('costs as much as it is long, also when a header comes two hundred thousand times', () => {
    const count = 200_000;
    const one = encodeRecord({ value: null, headers: { a: Array.from({ length: count }, () => Buffer.of(1)) } });
    const began = process.cpuUsage();
    const { headers } = decodeRecord(new Decoder(new Decoder(one.buffer).readVarIntBytes()), context(0n, 0));
    expect(headers['a']).toHaveLength(count);
    const { user } = process.cpuUsage(began);
    expect(user).toBeLessThan(2_000_000);
  });
});

/** An own property for each, whatever its name. */
function withAll(headers: [string, Buffer | Buffer[]][]): Record<string, Buffer | Buffer[]> {
  const all = {};
  for (const [key, value] of headers) Object.defineProperty(all, key, { value, enumerable: true, configurable: true });
  return all;
}
