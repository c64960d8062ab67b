import { ParticipantModule, type ParticipantOptions } from '@duet/participant';
import { type DynamicModule, Module } from '@nestjs/common';
import { Definitions } from './definitions';
import { DoneController } from './done.controller';
import { hearingOf } from './hearing';
import { InstanceStore } from './instance.store';
import { Measures } from './measures';
import { migrations } from './migrations/index';
import { Orchestrator } from './orchestrator';
import { ResidueController, SagasController } from './sagas.controller';

export type OrchestrationOptions = Omit<ParticipantOptions, 'migrations'>;

/** Makes a Nest app the orchestrator of the sagas that its declaration leads: instances, timers, history, operations. A participant that decides. */
@Module({})
export class OrchestrationModule {
  static register(options: OrchestrationOptions): DynamicModule {
    const { hears, leads } = options.declaration;
    return {
      module: OrchestrationModule,
      imports: [ParticipantModule.register({ ...options, migrations })],
      controllers: [hearingOf(hears), SagasController, ResidueController, DoneController],
      providers: [{ provide: Definitions, useFactory: () => new Definitions(leads) }, InstanceStore, Orchestrator, Measures],
    };
  }
}
