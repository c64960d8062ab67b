import { type Broker, kafkaBroker } from '@duet/kafka';
import { Health } from '@duet/platform';
import {
  type DynamicModule,
  type INestApplication,
  Inject,
  Logger,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
  type Type,
} from '@nestjs/common';
import type { Migration } from 'kysely/migration';
import { Database } from './database.store';
import { brokerToken, logKafka } from './participant.module';
import { UnitOfWork } from './unit-of-work';
import { type Hearer, Witness, type WitnessSettings } from './witness';

export interface WitnessOptions {
  /** The service's name; its group's begins with it. */
  readonly name: string;
  readonly settings: WitnessSettings;
  /** Its own tables. */
  readonly migrations: Readonly<Record<string, Migration>>;
  /** Another broker than the Kafka of the settings: a test's. */
  readonly broker?: Broker;
}

const optionsToken = Symbol('WitnessOptions');

/** Starts and stops what Nest does not: tables before anything, pools after everything. */
class Lifecycle implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(optionsToken) private readonly options: WitnessOptions,
    private readonly database: Database,
    private readonly witness: Witness,
    private readonly health: Health,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.database.migrateOwn(this.options.migrations);
    this.health.register('kafka', () => this.witness.health());
    this.health.register('database', async () => {
      await this.database.connection((client) => client.query('select 1'));
      return { ok: true, text: 'answers' };
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.end();
  }
}

/** Makes a Nest app hear all that is said in a system without taking part: see `Witness`. Import it once, in the app's module, and start it with `startWitness`. */
@Module({})
export class WitnessModule {
  static register(options: WitnessOptions): DynamicModule {
    const { name, settings } = options;
    const logger = new Logger('Kafka');
    return {
      module: WitnessModule,
      global: true,
      providers: [
        { provide: optionsToken, useValue: options },
        {
          provide: Database,
          useFactory: () => new Database({ service: name, url: settings.databaseUrl, connections: settings.databaseConnections }),
        },
        {
          provide: brokerToken,
          useFactory: () =>
            options.broker ?? kafkaBroker({ brokers: [...settings.brokers], clientId: name, log: (entry) => logKafka(logger, entry) }),
        },
        { provide: Witness, useFactory: (broker: Broker) => new Witness(name, settings, broker), inject: [brokerToken] },
        UnitOfWork,
        Lifecycle,
      ],
      exports: [UnitOfWork, Witness],
    };
  }
}

/** Begins to hear, for `runService`: `start: startWitness(Store)`, where the store is what is told. */
export const startWitness =
  (hearer: Type<Hearer>) =>
  async (app: INestApplication): Promise<void> => {
    // Tables first.
    await app.init();
    await app.get(Witness).start(app.get(hearer));
  };
