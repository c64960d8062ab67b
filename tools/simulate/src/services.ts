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
import { brokerToken, Database, type DatabaseOptions, startParticipant } from '@duet/participant';
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
  readonly twin?: Twin | undefined;
}

/** A bug, planted at a port: for tests of whether it is found. */
export interface Twin {
  /** Another statement than the one that a service prepares. */
  readonly sql?: (text: string) => string;
  readonly database?: (postgres: Postgres, options: DatabaseOptions) => Database;
  readonly broker?: (broker: Broker) => Broker;
  readonly provider?: (provider: PaymentProvider) => PaymentProvider;
  /** What is taken for the key of a request. */
  readonly key?: (key: string) => string;
}

/** The service's database, which looks for new migrations when it is started for the first time only: that they are there is found out with queries as long as all others together. */
export class ServiceDatabase extends Database {
  constructor(
    private readonly postgres: Postgres,
    options: DatabaseOptions,
  ) {
    super(options);
  }

  override async migrate(own: Parameters<Database['migrate']>[0]): Promise<void> {
    if (!this.postgres.hasTables) await super.migrate(own);
    this.postgres.hasTables = true;
  }
}

/** Makes a service from its module, as its `main.ts` would, but for its ports. It does nothing yet: see `startParticipant`. */
export async function makeService(name: ServiceName, environment: Environment, ports: Ports): Promise<INestApplication> {
  const { database, broker, provider, carrier, mailer, logger, twin } = ports;
  const building = Test.createTestingModule({ imports: [PlatformModule, modules[name](environment)] })
    .setLogger(logger)
    .overrideProvider(Database)
    .useFactory({
      factory: () => {
        const options = { service: name, url: `postgres://${name}@simulated/${name}`, connections: 2, stream: () => database.connect() };
        return twin?.database?.(database, options) ?? new ServiceDatabase(database, options);
      },
    })
    .overrideProvider(brokerToken)
    .useValue(twin?.broker?.(broker) ?? broker)
    .overrideProvider(PaymentProvider)
    .useValue(twin?.provider?.(provider) ?? provider)
    .overrideProvider(Carrier)
    .useValue(carrier)
    .overrideProvider(Mailer)
    .useValue(mailer);
  const made = await building.compile();
  return made.createNestApplication({ logger, bodyParser: false, abortOnError: false });
}

export { startParticipant };
