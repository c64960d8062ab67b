import { env, readConfig } from './config';
import { tracing, type Tracing, useTracing } from './tracing';

/** Where spans go to, and which: by the names that OpenTelemetry's specification gives to the environment. */
export interface TracingSettings {
  /** For people: the exporter reads it itself, with what else concerns it (headers, certificates, a timeout). */
  readonly endpoint: string;
  /** Of the traces that begin here: from 0 to 1. */
  readonly ratio: number;
  /** How often spans are sent, and how long that may take; in milliseconds. */
  readonly everyMs: number;
  readonly withinMs: number;
  /** Spans that wait to be sent, at most. */
  readonly queue: number;
}

const url = (name: string) => env.url(name, { protocols: ['http', 'https'], default: '' });
const where = {
  endpoint: url('OTEL_EXPORTER_OTLP_ENDPOINT'),
  traces: url('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'),
  isDisabled: env.boolean('OTEL_SDK_DISABLED', { default: false }),
  exporter: env.oneOf('OTEL_TRACES_EXPORTER', ['otlp', 'none'], { default: 'otlp' }),
};
const how = {
  // A protocol that is not spoken must not be taken for one that is: a collector's gRPC port answers no HTTP.
  protocol: env.oneOf('OTEL_EXPORTER_OTLP_PROTOCOL', ['http/json'], { default: 'http/json' }),
  sampler: env.oneOf('OTEL_TRACES_SAMPLER', ['parentbased_always_on', 'parentbased_traceidratio'], { default: 'parentbased_always_on' }),
  ratio: env.string('OTEL_TRACES_SAMPLER_ARG', { matching: /^(0(\.\d+)?|1(\.0+)?)$/, expected: 'a number from 0 to 1', default: '1' }),
  everyMs: env.int('OTEL_BSP_SCHEDULE_DELAY', { min: 1, max: 600_000, default: 1_000 }),
  withinMs: env.int('OTEL_BSP_EXPORT_TIMEOUT', { min: 1, max: 600_000, default: 30_000 }),
  queue: env.int('OTEL_BSP_MAX_QUEUE_SIZE', { min: 512, max: 1_000_000, default: 8_192 }),
};

/** Undefined where nobody wants traces: then nothing else is looked at. @throws InvalidConfig */
export function readTracing(environment: Readonly<Record<string, string | undefined>> = process.env): TracingSettings | undefined {
  if (!environment['OTEL_EXPORTER_OTLP_ENDPOINT']?.trim() && !environment['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']?.trim()) return undefined;
  const { endpoint, traces, isDisabled, exporter } = readConfig(where, environment);
  if (isDisabled || exporter === 'none') return undefined;
  const { sampler, ratio, everyMs, withinMs, queue } = readConfig(how, environment);
  return { endpoint: traces || endpoint, ratio: sampler === 'parentbased_always_on' ? 1 : Number(ratio), everyMs, withinMs, queue };
}

/** Turns traces on, if the environment wants them. Before the app is made. @throws InvalidConfig */
export async function startTracing(service: string): Promise<Tracing | undefined> {
  const settings = readTracing();
  if (settings) {
    const { OtelTracing } = await import('./tracing.otel');
    useTracing(new OtelTracing(service, settings));
  }
  return tracing();
}
