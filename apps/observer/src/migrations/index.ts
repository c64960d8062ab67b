import type { Migration } from 'kysely/migration';
import * as log from './0001_log';
import * as bounds from './0002_bounds';

export const migrations: Readonly<Record<string, Migration>> = { '0001_log': log, '0002_bounds': bounds };
