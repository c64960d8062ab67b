import 'reflect-metadata';
import { runService } from '@duet/participant';
import { fields } from './order.config';
import { OrderModule } from './order.module';

void runService({
  name: 'order',
  description: 'Orders: placed, read, cancelled. Amounts are integers in minor units.',
  fields,
  module: (config) => OrderModule.with(config),
});
