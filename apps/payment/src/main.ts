import 'reflect-metadata';
import { runService } from '@duet/participant';
import { fields } from './payment.config';
import { PaymentModule } from './payment.module';

void runService({
  name: 'payment',
  description: 'Payments and refunds. Amounts are integers in minor units.',
  fields,
  module: (config) => PaymentModule.with(config),
});
