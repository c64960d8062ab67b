import { Witness, WitnessModule } from '@duet/participant';
import type { ConfigOf } from '@duet/platform';
import { type DynamicModule, Module } from '@nestjs/common';
import { EventsController } from './events.controller';
import { FiguresStore } from './figures.store';
import { ForgettingStore } from './forgetting.store';
import { Live } from './live';
import { migrations } from './migrations';
import type { fields } from './observer.config';
import { ObserverStore } from './observer.store';
import { Overview } from './overview';
import { SagasController } from './sagas.controller';
import { SagasStore } from './sagas.store';
import { Sight } from './sight';
import { SystemController } from './system.controller';
import { Upkeep } from './upkeep';

@Module({})
export class ObserverModule {
  static with(settings: ConfigOf<typeof fields>): DynamicModule {
    return {
      module: ObserverModule,
      imports: [WitnessModule.register({ name: 'observer', settings, migrations })],
      controllers: [SystemController, SagasController, EventsController],
      providers: [
        ObserverStore,
        SagasStore,
        FiguresStore,
        Sight,
        Overview,
        Live,
        ForgettingStore,
        {
          provide: Upkeep,
          useFactory: (store: ObserverStore, forgetting: ForgettingStore, overview: Overview, witness: Witness) =>
            new Upkeep(settings, store, forgetting, overview, witness),
          inject: [ObserverStore, ForgettingStore, Overview, Witness],
        },
      ],
    };
  }
}
