import type { Migration } from 'kysely/migration';
import * as shipment from './0001_shipment';

export const migrations: Readonly<Record<string, Migration>> = { '0001_shipment': shipment };
