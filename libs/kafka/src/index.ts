export * from './broker';
export * from './errors';
export { kafkaBroker } from './kafka';
export type { KafkaOptions, Log, LogEntry } from './kafka-client';
export { memoryBroker, memoryCluster, type MemoryCluster, type RawMessage } from './memory';
