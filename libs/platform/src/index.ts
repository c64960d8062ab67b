export { createApp, equip, serve, type AppOptions, type ServeOptions } from './app';
export { type ConfigOf, env, type Field, InvalidConfig, platformFields, readConfig } from './config';
export { type CheckResult, Health, type NamedCheck } from './health';
export { maxBodyBytes } from './json-body';
export { JsonLogger, type LogFormat, type LogLevel, type LogOptions } from './logger';
export { openApiOf } from './openapi';
export { PlatformModule } from './platform.module';
export { Problem, type ProblemOptions, type RequestFault } from './problem';
export { ProblemFilter } from './problem.filter';
