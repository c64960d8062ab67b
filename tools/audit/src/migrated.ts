import { type DatabaseUrls, type Service, services } from '@duet/audit';
import { runningService, testDatabase, type TestDatabase, uniquePrefix } from '@duet/testbed';

/** A database for each service, with its own tables and no rows but its seed. */
export interface MigratedDatabases {
  readonly urls: Readonly<Record<Service, string>>;
  drop(): Promise<void>;
}

/** Each service makes its own tables: it is started once, and stopped. @throws ProcessFailed where one is not built, or does not start */
export async function migratedDatabases(): Promise<MigratedDatabases> {
  const databases = new Map<Service, TestDatabase>();
  const drop = async (): Promise<void> => void (await Promise.all([...databases.values()].map((database) => database.drop())));
  const prefix = uniquePrefix();
  const inline = { PROVIDER_URL: 'inline', CARRIER_URL: 'inline', SMTP_URL: 'inline', LOG_LEVEL: 'warn' };
  try {
    await Promise.all(
      services.map(async (app) => {
        const database = await testDatabase(app);
        databases.set(app, database);
        const { process } = await runningService({ app, prefix, database, env: inline, deadline: 60_000 });
        await process.kill();
      }),
    );
  } catch (error) {
    await drop();
    throw error;
  }
  const urls: DatabaseUrls = Object.fromEntries([...databases].map(([service, { url }]) => [service, url]));
  return { urls: urls as Record<Service, string>, drop };
}
