import type { Migration } from 'kysely/migration';
import * as stock from './0001_stock';
import * as seed from './0002_seed';

export const migrations: Readonly<Record<string, Migration>> = { '0001_stock': stock, '0002_seed': seed };
