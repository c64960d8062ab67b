import { Controller, Get, Global, Header, Module } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { register } from 'prom-client';
import { Health } from './health';
import { Problem } from './problem';

@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(private readonly health: Health) {}

  /** The process runs and answers. Whoever restarts it on a failure here must not do so because a database is away. */
  @Get('live')
  live() {
    return { status: 'live' };
  }

  /** It can do its work. */
  @Get('ready')
  @Header('Cache-Control', 'no-store')
  async ready() {
    const { ok, checks } = await this.health.ready();
    if (ok) return { status: 'ready', checks };
    const missing = checks.filter((check) => !check.ok).map(({ name, text }) => `${name}: ${text}`);
    throw Problem.unavailable(`Not ready. ${missing.join('; ')}.`, { code: 'not-ready', more: { checks }, retryAfter: 1 });
  }
}

@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  @Get()
  @Header('Content-Type', register.contentType)
  metrics(): Promise<string> {
    return register.metrics();
  }
}

/** `Health` for everybody, /health/live, /health/ready and /metrics. Comes with `createApp`. */
@Global()
@Module({ controllers: [HealthController, MetricsController], providers: [Health], exports: [Health] })
export class PlatformModule {}
