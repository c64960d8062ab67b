export { Definitions, UnknownVersion } from './definitions';
export { OrchestrationModule, type OrchestrationOptions } from './orchestration.module';
