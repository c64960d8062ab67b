export * from './broker';
export { delegating } from './delegating';
export * from './errors';
export { kafkaBroker } from './kafka';
export type { KafkaOptions, Log, LogEntry } from './kafka-client';
export { memoryBroker, memoryCluster, type MemoryCluster, type RawMessage } from './memory';
