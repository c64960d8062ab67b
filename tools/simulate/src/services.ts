import { fields as inventoryFields } from '@duet/inventory/config';
import { InventoryModule } from '@duet/inventory/module';
import type { Broker } from '@duet/kafka';
import { fields as notificationFields } from '@duet/notification/config';
import { Mailer } from '@duet/notification/mailer';
import { NotificationModule } from '@duet/notification/module';
import { OrchestrationModule } from '@duet/orchestration';
import { fields as orchestratorFields, withinAtMost } from '@duet/orchestrator/config';
import { declaration as orchestrator } from '@duet/orchestrator/declaration';
import { fields as orderFields } from '@duet/order/config';
import { OrderModule } from '@duet/order/module';
import { brokerToken, Database, startParticipant } from '@duet/participant';
import { fields as paymentFields } from '@duet/payment/config';
import { PaymentModule } from '@duet/payment/module';
import { PaymentProvider } from '@duet/payment/provider';
import { PlatformModule, readConfig } from '@duet/platform';
import { Carrier } from '@duet/shipping/carrier';
import { fields as shippingFields } from '@duet/shipping/config';
import { ShippingModule } from '@duet/shipping/module';
import type { DynamicModule, INestApplication, LoggerService } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { Postgres } from './postgres.store';

type Environment = Readonly<Record<string, string>>;

/** Every service with its real module. */
const modules = {
  order: (environment) => OrderModule.with(readConfig(orderFields, environment)),
  inventory: (environment) => InventoryModule.with(readConfig(inventoryFields, environment)),
  payment: (environment) => PaymentModule.with(readConfig(paymentFields, environment)),
  shipping: (environment) => ShippingModule.with(readConfig(shippingFields, environment)),
  notification: (environment) => NotificationModule.with(readConfig(notificationFields, environment)),
  orchestrator: (environment) => {
    const settings = readConfig(orchestratorFields, environment);
    return OrchestrationModule.register({ declaration: withinAtMost(orchestrator, settings.withinAtMostMs), settings });
  },
} as const satisfies Record<string, (environment: Environment) => DynamicModule>;

export type ServiceName = keyof typeof modules;
export const serviceNames = Object.keys(modules) as readonly ServiceName[];

/** What a service has around it instead of Kafka, PostgreSQL and the outside world. */
export interface Ports {
  readonly database: Postgres;
  readonly broker: Broker;
  readonly provider: PaymentProvider;
  readonly carrier: Carrier;
  readonly mailer: Mailer;
  readonly logger: LoggerService;
}

/** Makes a service from its module, as its `main.ts` would, but for its ports. It does nothing yet: see `startParticipant`. */
export async function makeService(name: ServiceName, environment: Environment, ports: Ports): Promise<INestApplication> {
  const { database, broker, provider, carrier, mailer, logger } = ports;
  const building = Test.createTestingModule({ imports: [PlatformModule, modules[name](environment)] })
    .setLogger(logger)
    .overrideProvider(Database)
    .useFactory({
      factory: () =>
        new Database({
          service: name,
          url: `postgres://${name}@simulated/${name}`,
          connections: 4,
          stream: () => database.connect(),
        }),
    })
    .overrideProvider(brokerToken)
    .useValue(broker)
    .overrideProvider(PaymentProvider)
    .useValue(provider)
    .overrideProvider(Carrier)
    .useValue(carrier)
    .overrideProvider(Mailer)
    .useValue(mailer);
  const made = await building.compile();
  return made.createNestApplication({ logger, bodyParser: false, abortOnError: false });
}

export { startParticipant };
