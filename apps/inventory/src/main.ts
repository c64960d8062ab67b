import 'reflect-metadata';
import { runService } from '@duet/participant';
import { fields } from './inventory.config';
import { InventoryModule } from './inventory.module';

void runService({
  name: 'inventory',
  description: 'Stock: what is available, reserved and shipped.',
  fields,
  module: (config) => InventoryModule.with(config),
});
