import 'reflect-metadata';
import { runService } from '@duet/participant';
import { fields } from './notification.config';
import { NotificationModule } from './notification.module';

void runService({
  name: 'notification',
  description: 'The mails that customers were sent.',
  fields,
  module: (config) => NotificationModule.with(config),
});
