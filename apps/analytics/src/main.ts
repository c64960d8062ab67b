import 'reflect-metadata';
import { runService } from '@duet/participant';
import { fields } from './analytics.config';
import { AnalyticsModule } from './analytics.module';

void runService({
  name: 'analytics',
  description: 'What customers order, what it brings, and why orders come to nothing, by the minute.',
  fields,
  module: (config) => AnalyticsModule.with(config),
});
