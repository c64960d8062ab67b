/** The partition of a key: murmur2, as Kafka's own clients have it, so that the in-memory twin and programs in other languages agree. */
export const partitionOf = (key: Buffer | string, partitions: number): number =>
  (murmur2(Buffer.isBuffer(key) ? key : Buffer.from(key)) & 0x7fffffff) % partitions;

const factor = 0x5bd1e995;

/**
 * The hash of Kafka's clients (org.apache.kafka.common.utils.Utils.murmur2), in 32-bit integers as there. kafkajs's own calculates the same with objects of 64 bits,
 * which is felt with every message.
 */
export function murmur2(data: Buffer): number {
  const whole = data.length & ~3;
  let hash = 0x9747b28c ^ data.length;
  for (let at = 0; at < whole; at += 4) {
    let part = Math.imul(data.readInt32LE(at), factor);
    part = Math.imul(part ^ (part >>> 24), factor);
    hash = Math.imul(hash, factor) ^ part;
  }
  const rest = data.length - whole;
  if (rest > 0) {
    for (let at = 0; at < rest; at++) hash ^= (data[whole + at] ?? 0) << (8 * at);
    hash = Math.imul(hash, factor);
  }
  hash = Math.imul(hash ^ (hash >>> 13), factor);
  return hash ^ (hash >>> 15);
}
