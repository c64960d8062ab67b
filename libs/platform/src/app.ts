import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type DynamicModule, type INestApplication, Logger, type LoggerService, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { CheckedBodyPipe } from './checked-body.pipe';
import { Health } from './health';
import { jsonBody, maxBodyBytes } from './json-body';
import { JsonLogger, type LogFormat, type LogLevel } from './logger';
import { measureRequests } from './metrics';
import { serveOpenApi, type ApiInfo } from './openapi';
import { PlatformModule } from './platform.module';
import type { Problem } from './problem';
import { ProblemFilter } from './problem.filter';
import { traceRequests, withinRequests } from './traced-requests';
import { tracing } from './tracing';
import { refuseUnreadable } from './unreadable';

export interface AppOptions extends ApiInfo {
  readonly logLevel?: LogLevel;
  readonly logFormat?: LogFormat;
  /** Another logger than JSON lines on stdout: a test's. */
  readonly logger?: LoggerService | false;
  readonly maxBodyBytes?: number;
  /** What to say of an error that would be a 500: where a database is away, for instance, and the request may be made again. */
  readonly problemOf?: (error: unknown) => Problem | undefined;
}

/** The app's module and what every service has, in one root. */
class Root {}

/**
 * A Nest app with everything that services share: logs, strict JSON bodies, checked `@Body()`s, problems, health, metrics, OpenAPI.
 * It does not listen yet: see `serve`.
 */
export async function createApp(module: Type | DynamicModule, options: AppOptions): Promise<INestApplication> {
  const logger =
    options.logger ?? new JsonLogger({ service: options.name, level: options.logLevel ?? 'info', format: options.logFormat ?? 'json' });
  const root: DynamicModule = { module: Root, imports: [PlatformModule, module] };
  const app = await NestFactory.create<NestExpressApplication>(root, { bodyParser: false, logger, abortOnError: false, bufferLogs: false });
  equip(app, options);
  return app;
}

/** What `createApp` gives an app, for apps that come from elsewhere (@nestjs/testing); its module must import PlatformModule, and it must be made with `bodyParser: false`. */
export function equip(app: NestExpressApplication, options: AppOptions): void {
  app.disable('x-powered-by');
  app.disable('etag');
  refuseUnreadable(app.getHttpServer());
  app.use(measureRequests());
  const traces = tracing();
  if (traces) app.use(traceRequests(traces));
  app.use(jsonBody(options.maxBodyBytes ?? maxBodyBytes));
  if (traces) app.use(withinRequests());
  app.useGlobalPipes(new CheckedBodyPipe());
  app.useGlobalFilters(new ProblemFilter(options.problemOf));
  serveOpenApi(app, options);
}

export interface ServeOptions {
  /** 127.0.0.1 unless told otherwise: nothing of a laptop's is open to its network by accident. */
  readonly host?: string;
  /** 0: any free one. */
  readonly port: number;
  /** Milliseconds that a stop may take before the process ends all the same. Default 20 s. */
  readonly stopDeadline?: number;
}

/** Listens, and stops as a service should: on SIGTERM or SIGINT not ready any more, everything finished, exit code 0. Returns the address. */
export async function serve(app: INestApplication, { host = '127.0.0.1', port, stopDeadline = 20_000 }: ServeOptions): Promise<string> {
  stopOnSignal(app, stopDeadline);
  await app.listen(port, host);
  const address = (app.getHttpServer() as Server).address() as AddressInfo;
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}

function stopOnSignal(app: INestApplication, deadline: number): void {
  const logger = new Logger('Process');
  let stopping = false;
  const exit = (code: number, text: string) => {
    if (code === 0) logger.log(text);
    else logger.error(text);
    process.exit(code);
  };
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return exit(1, `${signal} came again: ends at once`);
    stopping = true;
    app.get(Health).stop();
    // A client that does not read its answer must not keep the rest from being finished in order.
    const cutting = setTimeout(() => (app.getHttpServer() as Server).closeAllConnections(), deadline / 2).unref();
    const ending = setTimeout(() => exit(1, `stopping took longer than ${deadline} ms: ends at once`), deadline).unref();
    app
      .close()
      .then(() => tracing()?.stop())
      .finally(() => {
        clearTimeout(cutting);
        clearTimeout(ending);
      })
      .then(
        () => exit(0, `stopped on ${signal}`),
        (error: unknown) => exit(1, `stopping failed: ${error instanceof Error ? error.message : String(error)}`),
      );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
