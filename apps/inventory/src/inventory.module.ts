import { ParticipantModule } from '@duet/participant';
import type { ConfigOf } from '@duet/platform';
import { type DynamicModule, Module } from '@nestjs/common';
import type { fields } from './inventory.config';
import { StockController } from './inventory.controller';
import { declaration } from './inventory.declaration';
import { InventoryHandlers } from './inventory.handlers';
import { InventoryStore } from './inventory.store';
import { migrations } from './migrations';

@Module({})
export class InventoryModule {
  static with(settings: ConfigOf<typeof fields>): DynamicModule {
    return {
      module: InventoryModule,
      imports: [ParticipantModule.register({ declaration, settings, migrations })],
      controllers: [InventoryHandlers, StockController],
      providers: [InventoryStore],
    };
  }
}
