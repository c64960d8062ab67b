import { Partitioners } from 'kafkajs';

const murmur2 = Partitioners.DefaultPartitioner();

/** The partition of a key: murmur2, as Kafka's own clients have it, so that the in-memory twin and programs in other languages agree. */
export function partitionOf(topic: string, key: string, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionId,
    partitionErrorCode: 0,
    leader: 0,
    replicas: [],
    isr: [],
  }));
  return murmur2({ topic, partitionMetadata, message: { key, value: null } });
}
