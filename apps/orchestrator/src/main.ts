import 'reflect-metadata';
import { OrchestrationModule } from '@duet/orchestration';
import { runService } from '@duet/participant';
import { fields, withinAtMost } from './orchestrator.config';
import { declaration } from './orchestrator.declaration';

void runService({
  name: 'orchestrator',
  description: 'The orchestrator: sagas that it leads, where each stands, what it waits for, and what a person can do about it.',
  fields,
  module: (settings) => OrchestrationModule.register({ declaration: withinAtMost(declaration, settings.withinAtMostMs), settings }),
});
