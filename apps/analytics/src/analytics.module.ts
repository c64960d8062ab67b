import { ParticipantModule } from '@duet/participant';
import type { ConfigOf } from '@duet/platform';
import { type DynamicModule, Module } from '@nestjs/common';
import type { fields } from './analytics.config';
import { AnalyticsController } from './analytics.controller';
import { declaration } from './analytics.declaration';
import { AnalyticsHandlers } from './analytics.handlers';
import { AnalyticsStore } from './analytics.store';
import { migrations } from './migrations';

@Module({})
export class AnalyticsModule {
  static with(settings: ConfigOf<typeof fields>): DynamicModule {
    return {
      module: AnalyticsModule,
      imports: [ParticipantModule.register({ declaration, settings, migrations })],
      controllers: [AnalyticsHandlers, AnalyticsController],
      providers: [AnalyticsStore],
    };
  }
}
