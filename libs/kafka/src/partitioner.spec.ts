import * as fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { murmur2, partitionOf } from './partitioner';

describe('the partition of a key', () => {
  it.each([
    // From the tests of Kafka itself (UtilsTest.testMurmur2).
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('%s has the hash that it has in Java', (key, hash) => expect(murmur2(Buffer.from(key))).toBe(hash));

  it('is the one that kafkajs chooses', () => {
    const choose = Partitioners.DefaultPartitioner();
    const metadata = (count: number) =>
      Array.from({ length: count }, (_, partitionId) => ({ partitionId, partitionErrorCode: 0, leader: 0, replicas: [], isr: [] }));
    const key = fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(key, fc.integer({ min: 1, max: 50 }), (bytes, count) =>
        expect(partitionOf(bytes, count)).toBe(
          choose({ topic: 't', partitionMetadata: metadata(count), message: { key: bytes, value: null } }),
        ),
      ),
      { numRuns: 500 },
    );
  });
});
