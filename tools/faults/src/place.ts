import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type OwnBroker, ownBroker, type OwnPostgres, ownPostgres, TcpProxy, workspaceRoot } from '@duet/testbed';
import { System } from '@duet/probe';

/** The whole system on a broker and a database server of its own, with something between each service and its database, and between it and the broker. */
export interface Place {
  readonly system: System;
  readonly apps: readonly string[];
  readonly broker: OwnBroker;
  readonly postgres: OwnPostgres;
  /** To the databases, by service. */
  readonly lines: ReadonlyMap<string, TcpProxy>;
  /** To the broker, by service. */
  readonly brokerLines: ReadonlyMap<string, TcpProxy>;
  /** Where services are told what their clocks say. */
  readonly folder: string;
  /** Ends everything, and deletes its data. */
  drop(): Promise<void>;
}

/** Starts it; `name` is that of the infrastructure, whose old data are deleted. @throws ProcessFailed when a service does not start */
export async function placeOf(name: string, apps: readonly string[]): Promise<Place> {
  const [broker, postgres] = await Promise.all([ownBroker(`${name}-kafka`), ownPostgres(`${name}-postgres`)]);
  const folder = await mkdtemp(join(tmpdir(), 'duet-faults-'));
  const lines = new Map<string, TcpProxy>();
  const brokerLines = new Map<string, TcpProxy>();
  const dropInfra = async (): Promise<void> => {
    for (const line of [...lines.values(), ...brokerLines.values()]) await line.cut();
    await Promise.all([broker.drop(), postgres.drop(), rm(folder, { recursive: true })]);
  };
  const address = new URL(`kafka://${broker.brokers}`);
  const envOf = async (app: string, databaseUrl: string): Promise<Record<string, string>> => {
    const [toDatabase, toBroker] = [await TcpProxy.to(databaseUrl), await TcpProxy.to(address.href)];
    lines.set(app, toDatabase);
    brokerLines.set(app, toBroker);
    return {
      DATABASE_URL: toDatabase.url,
      NODE_OPTIONS: `--require ${resolve(workspaceRoot, 'tools/faults/src/preload.cjs')}`,
      FAULTS_FOLDER: folder,
      FAULTS_BROKER_PORT: address.port,
      FAULTS_LINE_PORT: new URL(toBroker.url).port,
    };
  };
  try {
    const system = await System.start({ apps, brokers: [broker.brokers], outside: 'http', server: postgres.adminUrl, envOf });
    const drop = async (): Promise<void> => {
      try {
        await system.stop();
      } finally {
        await dropInfra();
      }
    };
    return { system, apps, broker, postgres, lines, brokerLines, folder, drop };
  } catch (error) {
    await dropInfra();
    throw error;
  }
}
