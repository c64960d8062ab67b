import type { Migration } from 'kysely/migration';
import * as first from './0001_runtime';
import * as timer from './0002_timer';
import * as settlement from './0003_settlement';
import * as operation from './0004_operation';
import * as lean from './0005_lean';
import * as sagaRow from './0006_saga_row';
import * as drop from './0007_drop';
import * as keeping from './0008_keeping';

/** The runtime's own tables, in a schema of their own beside the service's. */
export const runtimeMigrations: Readonly<Record<string, Migration>> = {
  '0001_runtime': first,
  '0002_timer': timer,
  '0003_settlement': settlement,
  '0004_operation': operation,
  '0005_lean': lean,
  '0006_saga_row': sagaRow,
  '0007_drop': drop,
  '0008_keeping': keeping,
};
