import { ParticipantModule } from '@duet/participant';
import type { ConfigOf } from '@duet/platform';
import { type DynamicModule, Module } from '@nestjs/common';
import { migrations } from './migrations';
import type { fields } from './payment.config';
import { PaymentController } from './payment.controller';
import { declaration } from './payment.declaration';
import { PaymentHandlers } from './payment.handlers';
import { HttpPaymentProvider } from './payment.provider.http';
import { InlinePaymentProvider } from './payment.provider.inline';
import { PaymentProvider } from './payment.provider';
import { PaymentStore } from './payment.store';

@Module({})
export class PaymentModule {
  static with(settings: ConfigOf<typeof fields>): DynamicModule {
    const { providerUrl, providerTimeoutMs } = settings;
    return {
      module: PaymentModule,
      imports: [ParticipantModule.register({ declaration, settings, migrations })],
      controllers: [PaymentHandlers, PaymentController],
      providers: [
        PaymentStore,
        {
          provide: PaymentProvider,
          useFactory: () =>
            providerUrl === 'inline' ? new InlinePaymentProvider() : new HttpPaymentProvider(providerUrl, providerTimeoutMs),
        },
      ],
    };
  }
}
