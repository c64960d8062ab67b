import { type Broker, kafkaBroker, type LogEntry } from '@duet/kafka';
import { schemaOf } from '@duet/message';
import { Health } from '@duet/platform';
import type { Declaration } from '@duet/saga';
import {
  type DynamicModule,
  type INestApplication,
  Inject,
  Logger,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import type { Migration } from 'kysely/migration';
import { Database } from './database.store';
import { WrongSetting } from './errors';
import { HeldController } from './held.controller';
import { HeldGroups } from './held.groups';
import { HeldOperations } from './held.operations';
import { HeldOperationsController } from './held.operations.controller';
import { keepingFaults } from './keeping';
import { OutboxController } from './outbox.controller';
import { Participant } from './participant';
import type { ParticipantSettings } from './participant.config';
import { Sagas } from './sagas';
import { ParticipantServer } from './server';
import { Timers } from './timers';
import { UnitOfWork } from './unit-of-work';

export interface ParticipantOptions {
  /** What the service does: its commands, reactions, and what it hears. */
  readonly declaration: Declaration;
  readonly settings: ParticipantSettings;
  /** The service's own tables. */
  readonly migrations: Readonly<Record<string, Migration>>;
  /** Another broker than the Kafka of the settings: a test's. */
  readonly broker?: Broker;
}

const optionsToken = Symbol('ParticipantOptions');
/** Where the runtime has its broker from: Nest's overrides can put another one there, as they can with `Database`. */
export const brokerToken = Symbol('Broker');

/** Starts and stops what Nest does not: tables before anything, pools after everything. */
class Lifecycle implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(optionsToken) private readonly options: ParticipantOptions,
    private readonly database: Database,
    private readonly participant: Participant,
    private readonly health: Health,
  ) {}

  async onModuleInit(): Promise<void> {
    // What the broker keeps is checked when it can be asked.
    const faults = keepingFaults(this.options.settings, 0);
    if (faults.length > 0) throw new WrongSetting(faults.join('\n'));
    const { handles, hears, starts, reactions } = this.options.declaration;
    // A decorator that the schema cannot express stops the start, with its name.
    for (const message of [...handles, ...hears, ...starts, ...handles.flatMap(({ ok, fail }) => (fail ? [ok, fail] : [ok]))])
      schemaOf(message);
    for (const { heard } of reactions.flatMap((table) => table.entries)) schemaOf(heard);
    await this.database.migrate(this.options.migrations);
    this.health.register('kafka', () => this.participant.kafkaHealth());
    this.health.register('database', () => this.participant.databaseHealth());
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.end();
  }
}

/** What kafkajs says of single requests is tried again by itself; only for those who look for it. */
export function logKafka(logger: Logger, { level, ...entry }: LogEntry): void {
  if (entry.msg.startsWith('kafkajs Connection')) logger.debug(entry);
  else if (level === 'info') logger.log(entry);
  else logger[level](entry);
}

/** Makes a Nest app take part in sagas: Kafka transport, unit of work, inbox, steps, held messages, outbox. Import it once, in the app's module. */
@Module({})
export class ParticipantModule {
  static register(options: ParticipantOptions): DynamicModule {
    const { declaration, settings } = options;
    const logger = new Logger('Kafka');
    return {
      module: ParticipantModule,
      global: true,
      controllers: [HeldController, HeldOperationsController, OutboxController],
      providers: [
        { provide: optionsToken, useValue: options },
        {
          provide: Database,
          useFactory: () =>
            new Database({
              service: declaration.name,
              url: settings.databaseUrl,
              connections: settings.databaseConnections,
              byIndex: true,
            }),
        },
        { provide: ParticipantServer, useFactory: () => new ParticipantServer(declaration) },
        {
          provide: brokerToken,
          useFactory: () =>
            options.broker ??
            kafkaBroker({ brokers: [...settings.brokers], clientId: declaration.name, log: (entry) => logKafka(logger, entry) }),
        },
        {
          provide: Participant,
          useFactory: (database: Database, server: ParticipantServer, broker: Broker) => {
            const participant = new Participant(declaration, settings, database, broker, server);
            server.drive(participant);
            return participant;
          },
          inject: [Database, ParticipantServer, brokerToken],
        },
        UnitOfWork,
        Sagas,
        {
          provide: HeldOperations,
          useFactory: (database: Database, participant: Participant) =>
            new HeldOperations(database, participant, declaration, settings.callLeaseMs),
          inject: [Database, Participant],
        },
        {
          provide: HeldGroups,
          useFactory: (database: Database, operations: HeldOperations) => new HeldGroups(database, operations, settings.callLeaseMs),
          inject: [Database, HeldOperations],
        },
        { provide: Timers, useFactory: (participant: Participant) => participant.timers, inject: [Participant] },
        Lifecycle,
      ],
      exports: [UnitOfWork, Sagas, Timers],
    };
  }
}

/** Connects the Kafka transport to an app and starts it, before or after it listens for HTTP. */
export async function startParticipant(app: INestApplication): Promise<void> {
  // Tables first: Nest starts microservices without the hooks of the app around them.
  await app.init();
  app.connectMicroservice({ strategy: app.get(ParticipantServer) }, { inheritAppConfig: true });
  await app.startAllMicroservices();
}
