import type { Migration } from 'kysely/migration';
import * as instance from './0001_instance';

/** The orchestrator's own tables. */
export const migrations: Readonly<Record<string, Migration>> = { '0001_instance': instance };
