import 'reflect-metadata';
import { runService } from '@duet/participant';
import { fields } from './shipping.config';
import { ShippingModule } from './shipping.module';

void runService({ name: 'shipping', description: 'Shipments.', fields, module: (config) => ShippingModule.with(config) });
