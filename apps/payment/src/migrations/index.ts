import type { Migration } from 'kysely/migration';
import * as payment from './0001_payment';

export const migrations: Readonly<Record<string, Migration>> = { '0001_payment': payment };
