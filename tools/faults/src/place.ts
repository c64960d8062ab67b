import { type OwnBroker, ownBroker, type OwnPostgres, ownPostgres, TcpProxy } from '@duet/testbed';
import { System } from '@duet/probe';

/** The whole system on a broker and a database server of its own, with something between each service and its database. */
export interface Place {
  readonly system: System;
  readonly apps: readonly string[];
  readonly broker: OwnBroker;
  readonly postgres: OwnPostgres;
  /** By service. */
  readonly lines: ReadonlyMap<string, TcpProxy>;
  /** Ends everything, and deletes its data. */
  drop(): Promise<void>;
}

/** Starts it; `name` is that of the infrastructure, whose old data are deleted. @throws ProcessFailed when a service does not start */
export async function placeOf(name: string, apps: readonly string[]): Promise<Place> {
  const [broker, postgres] = await Promise.all([ownBroker(`${name}-kafka`), ownPostgres(`${name}-postgres`)]);
  const lines = new Map<string, TcpProxy>();
  const dropInfra = async (): Promise<void> => {
    for (const line of lines.values()) await line.cut();
    await Promise.all([broker.drop(), postgres.drop()]);
  };
  const wayTo = async (databaseUrl: string, app: string): Promise<string> => {
    const line = await TcpProxy.to(databaseUrl);
    lines.set(app, line);
    return line.url;
  };
  try {
    const system = await System.start({ apps, brokers: [broker.brokers], outside: 'http', server: postgres.adminUrl, wayTo });
    const drop = async (): Promise<void> => {
      try {
        await system.stop();
      } finally {
        await dropInfra();
      }
    };
    return { system, apps, broker, postgres, lines, drop };
  } catch (error) {
    await dropInfra();
    throw error;
  }
}
