import { ParticipantModule } from '@duet/participant';
import type { ConfigOf } from '@duet/platform';
import { type DynamicModule, Module } from '@nestjs/common';
import { migrations } from './migrations';
import { Carrier } from './shipping.carrier';
import { HttpCarrier } from './shipping.carrier.http';
import { InlineCarrier } from './shipping.carrier.inline';
import type { fields } from './shipping.config';
import { ShippingController } from './shipping.controller';
import { declaration } from './shipping.declaration';
import { ShippingHandlers } from './shipping.handlers';
import { ShippingStore } from './shipping.store';

@Module({})
export class ShippingModule {
  static with(settings: ConfigOf<typeof fields>): DynamicModule {
    const { carrierUrl, carrierTimeoutMs } = settings;
    return {
      module: ShippingModule,
      imports: [ParticipantModule.register({ declaration, settings, migrations })],
      controllers: [ShippingHandlers, ShippingController],
      providers: [
        ShippingStore,
        {
          provide: Carrier,
          useFactory: () => (carrierUrl === 'inline' ? new InlineCarrier() : new HttpCarrier(carrierUrl, carrierTimeoutMs)),
        },
      ],
    };
  }
}
