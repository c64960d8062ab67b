import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { testDatabase, type TestDatabase } from './database.store';
import { ProcessFailed } from './errors';
import { request, type Reply, type RequestOptions } from './http';
import { testInfra, workspaceRoot } from './infra';
import { freePort, startProcess, type RunningProcess } from './process';

export interface ServiceOptions {
  /** `order`, `payment`, …: `dist/apps/<app>/main.cjs` is started, so it must be built (the e2e targets see to it). */
  readonly app: string;
  /** TOPIC_PREFIX of the suite; see {@link uniquePrefix}. */
  readonly prefix?: string;
  /** For a second replica: the database of the first. A fresh one by default. */
  readonly database?: TestDatabase;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Another script than the app's built one. */
  readonly entry?: string;
  /** Milliseconds until /health/ready must answer 200; 30 s by default. */
  readonly deadline?: number;
}

export interface RunningService {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly database: TestDatabase;
  readonly process: RunningProcess;
  /** A request to this service: `service.request('GET', '/orders')`. */
  request<T = unknown>(method: string, path: string, options?: RequestOptions): Promise<Reply<T>>;
  /** Stops it (SIGTERM) and drops its database, unless the database was given to it. */
  stop(): Promise<void>;
}

/**
 * Starts a built service on a free port, with its own database, and waits until it is ready.
 * @throws {ProcessFailed} when it is not built, ends, or is not ready in time
 */
export async function runningService(options: ServiceOptions): Promise<RunningService> {
  const { app, prefix, database, env = {}, deadline = 30_000, entry = resolve(workspaceRoot, `dist/apps/${app}/main.cjs`) } = options;
  if (!existsSync(entry)) throw new ProcessFailed(`${app} is not built: run "npx nx build ${app}".`);
  const own = database ?? (await testDatabase(app));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  try {
    const process = await startProcess({
      entry,
      ready: `${url}/health/ready`,
      deadline,
      env: {
        HOST: '127.0.0.1',
        PORT: String(port),
        KAFKA_BROKERS: env['KAFKA_BROKERS'] ?? (await testInfra()).brokers.join(','),
        DATABASE_URL: own.url,
        TOPIC_PREFIX: prefix,
        ...env,
      },
    });
    return {
      url,
      database: own,
      process,
      request: (method, path, options) => request(method, `${url}${path}`, options),
      async stop() {
        await process.kill();
        if (!database) await own.drop();
      },
    };
  } catch (error) {
    if (!database) await own.drop();
    throw error;
  }
}
