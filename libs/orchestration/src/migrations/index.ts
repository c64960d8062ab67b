import type { Migration } from 'kysely/migration';
import * as instance from './0001_instance';
import * as lean from './0002_lean';
import * as done from './0003_done';

/** The orchestrator's own tables. */
export const migrations: Readonly<Record<string, Migration>> = { '0001_instance': instance, '0002_lean': lean, '0003_done': done };
