import type { Migration } from 'kysely/migration';
import * as log from './0001_log';

export const migrations: Readonly<Record<string, Migration>> = { '0001_log': log };
