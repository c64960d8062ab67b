import { Witness, WitnessModule } from '@duet/participant';
import type { ConfigOf } from '@duet/platform';
import { type DynamicModule, Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { EventsController } from './events.controller';
import { FiguresStore } from './figures.store';
import { ForgettingStore } from './forgetting.store';
import { Live } from './live';
import { migrations } from './migrations';
import type { fields } from './observer.config';
import { ObserverStore } from './observer.store';
import { Overview } from './overview';
import { Pages } from './pages';
import { PassingOn, SERVICES, servicesOf } from './passing-on';
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
      controllers: [SystemController, SagasController, EventsController, PassingOn],
      providers: [
        ObserverStore,
        SagasStore,
        FiguresStore,
        Sight,
        Overview,
        Live,
        ForgettingStore,
        { provide: SERVICES, useValue: servicesOf(settings.services) },
        { provide: Pages, useFactory: (host: HttpAdapterHost) => new Pages(settings.console, host), inject: [HttpAdapterHost] },
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
