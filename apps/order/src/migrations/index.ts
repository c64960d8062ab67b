import type { Migration } from 'kysely/migration';
import * as order from './0001_order';
import * as seed from './0002_seed';
import * as overdue from './0003_overdue';
import * as actor from './0004_actor';
import * as lean from './0005_lean';

export const migrations: Readonly<Record<string, Migration>> = {
  '0001_order': order,
  '0002_seed': seed,
  '0003_overdue': overdue,
  '0004_actor': actor,
  '0005_lean': lean,
};
