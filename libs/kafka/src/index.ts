export * from './broker';
export * from './errors';
export { memoryBroker, memoryCluster, type MemoryCluster, type RawMessage } from './memory';
