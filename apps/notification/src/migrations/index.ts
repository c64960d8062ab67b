import type { Migration } from 'kysely/migration';
import * as mail from './0001_mail';

export const migrations: Readonly<Record<string, Migration>> = { '0001_mail': mail };
