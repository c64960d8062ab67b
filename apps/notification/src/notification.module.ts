import { ParticipantModule } from '@duet/participant';
import type { ConfigOf } from '@duet/platform';
import { type DynamicModule, Module } from '@nestjs/common';
import { migrations } from './migrations';
import { Addresses } from './notification.addresses';
import type { fields } from './notification.config';
import { NotificationController } from './notification.controller';
import { declaration } from './notification.declaration';
import { NotificationHandlers } from './notification.handlers';
import { Mailer } from './notification.mailer';
import { InlineMailer } from './notification.mailer.inline';
import { SmtpMailer } from './notification.mailer.smtp';
import { NotificationStore } from './notification.store';

@Module({})
export class NotificationModule {
  static with(settings: ConfigOf<typeof fields>): DynamicModule {
    const { smtpUrl, from } = settings;
    return {
      module: NotificationModule,
      imports: [ParticipantModule.register({ declaration, settings, migrations })],
      controllers: [NotificationHandlers, NotificationController],
      providers: [
        Addresses,
        NotificationStore,
        { provide: Mailer, useFactory: () => (smtpUrl === 'inline' ? new InlineMailer() : new SmtpMailer(smtpUrl, from)) },
      ],
    };
  }
}
