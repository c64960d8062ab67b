import { ParticipantModule, Timers } from '@duet/participant';
import type { ConfigOf } from '@duet/platform';
import { type DynamicModule, Module } from '@nestjs/common';
import { migrations } from './migrations';
import type { fields } from './order.config';
import { OrderController } from './order.controller';
import { OrderDeadline } from './order.deadline';
import { declaration } from './order.declaration';
import { OrderHandlers } from './order.handlers';
import { OrderProjection } from './order.projection';
import { OrderStore } from './order.store';
import { OrderWaiter } from './order.waiter';
import { ProductController } from './product.controller';

@Module({})
export class OrderModule {
  static with(settings: ConfigOf<typeof fields>): DynamicModule {
    return {
      module: OrderModule,
      imports: [ParticipantModule.register({ declaration, settings, migrations })],
      controllers: [OrderHandlers, OrderProjection, OrderController, ProductController],
      providers: [
        OrderStore,
        OrderWaiter,
        {
          provide: OrderDeadline,
          useFactory: (timers: Timers, store: OrderStore) => new OrderDeadline(timers, store, settings.deadlineMs),
          inject: [Timers, OrderStore],
        },
      ],
    };
  }
}
