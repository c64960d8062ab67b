import { env, InvalidConfig, JsonLogger, platformFields, readConfig } from '@duet/platform';
import { startOutside } from './outside';

async function main(): Promise<void> {
  const config = readConfig({
    ...platformFields(3090),
    smtpPort: env.port('SMTP_PORT', { default: 3025 }),
    dataDir: env.string('DATA_DIR', { default: '.duet/outside' }),
    slow: env.duration('CARD_SLOW', { default: 5_000 }),
  });
  const logger = new JsonLogger({ service: 'outside', level: config.logLevel, format: config.logFormat });
  const log = { info: logger.log.bind(logger), warn: logger.warn.bind(logger), error: logger.error.bind(logger) };
  const outside = await startOutside({ ...config, log: (level, text) => log[level](text) });
  logger.log({ msg: `the outside world is at ${outside.url}, its mail server at ${config.host}:${outside.smtpPort}` });
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) process.exit(1);
    stopping = true;
    outside.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ msg: `stopping on ${signal} failed`, error });
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

main().catch((error: unknown) => {
  const { code, port } = error as { code?: string; port?: number };
  const text =
    code === 'EADDRINUSE'
      ? `Port ${port} is in use: stop what uses it, or set PORT and SMTP_PORT.`
      : error instanceof InvalidConfig
        ? error.message
        : error;
  console.error(text);
  process.exitCode = 1;
});
