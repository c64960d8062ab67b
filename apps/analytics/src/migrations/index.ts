import type { Migration } from 'kysely/migration';
import * as minute from './0001_minute';

export const migrations: Readonly<Record<string, Migration>> = { '0001_minute': minute };
