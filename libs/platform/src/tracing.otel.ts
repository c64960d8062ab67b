import { inspect } from 'node:util';
import {
  type Context,
  ROOT_CONTEXT,
  type Span as OtelSpan,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { type ExportResult, ExportResultCode, setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  type IdGenerator,
  ParentBasedSampler,
  RandomIdGenerator,
  type ReadableSpan,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { Logger } from '@nestjs/common';
import type { Attributes, Span, SpanOptions, Tracing } from './tracing';
import type { TracingSettings } from './tracing.config';

/** How long a stop waits for the collector, in milliseconds. */
const stopMs = 2_000;
/** A unit of work may take a thousand messages, and is linked to each. */
const mostLinks = 1_024;

const kinds = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/** Makes spans with OpenTelemetry's SDK and sends them by OTLP. The only file that imports it, and loaded only where traces are wanted. */
export class OtelTracing implements Tracing {
  private readonly ids = new Ids();
  private readonly provider: TracerProvider;
  private readonly tracer: Tracer;

  /** @param exporter another one than that of the environment: a test's */
  constructor(service: string, settings: TracingSettings, exporter: SpanExporter = new OTLPTraceExporter()) {
    const telling = new TellingOnce(exporter, settings.endpoint);
    setGlobalErrorHandler((error) => telling.away(error));
    const own = resourceFromAttributes({ 'service.name': service, 'service.namespace': 'duet' });
    this.provider = new TracerProvider({
      // What the environment says of the service (OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES) goes before what it says of itself.
      resource: own.merge(detectResources({ detectors: [envDetector] })),
      sampler: new ParentBasedSampler({ root: settings.ratio < 1 ? new TraceIdRatioBasedSampler(settings.ratio) : new AlwaysOnSampler() }),
      idGenerator: this.ids,
      spanLimits: { linkCountLimit: mostLinks },
      spanProcessors: [
        // Bounded: while nobody takes spans, further ones are dropped.
        new BatchSpanProcessor({
          exporter: telling,
          scheduledDelayMillis: settings.everyMs,
          maxQueueSize: settings.queue,
          exportTimeoutMillis: settings.withinMs,
        }),
      ],
    });
    this.tracer = this.provider.getTracer('duet');
  }

  begin(name: string, { kind = 'internal', parent, trace: id, links = [], attributes, startedAt }: SpanOptions): Span {
    const options = {
      kind: kinds[kind],
      ...(attributes && { attributes: known(attributes) }),
      links: links.flatMap((link) => {
        const context = spanContext(link);
        return context ? [{ context }] : [];
      }),
      ...(startedAt !== undefined && { startTime: startedAt }),
    };
    return new Begun(this.ids.within(id, () => this.tracer.startSpan(name, options, contextOf(parent))));
  }

  async stop(): Promise<void> {
    let late: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (late = setTimeout(resolve, stopMs)));
    await Promise.race([this.provider.shutdown().catch(() => undefined), patience]).finally(() => clearTimeout(late));
  }
}

class Begun implements Span {
  constructor(private readonly span: OtelSpan) {}

  get traceparent(): string {
    const { traceId, spanId, traceFlags } = this.span.spanContext();
    return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  }

  set(attributes: Attributes, name?: string): void {
    this.span.setAttributes(known(attributes));
    if (name !== undefined) this.span.updateName(name);
  }

  end(error?: unknown): void {
    if (error !== undefined) {
      const { name, message } = error instanceof Error ? error : { name: 'unknown', message: inspect(error) };
      this.span.setAttribute('error.type', name);
      this.span.setStatus({ code: SpanStatusCode.ERROR, message });
    }
    this.span.end();
  }
}

/** Random ids, but for a trace that is to have a given one. */
class Ids implements IdGenerator {
  private readonly random = new RandomIdGenerator();
  private given: string | undefined;

  generateTraceId = (): string => this.given ?? this.random.generateTraceId();
  generateSpanId = (): string => this.random.generateSpanId();

  within<R>(trace: string | undefined, work: () => R): R {
    this.given = trace;
    try {
      return work();
    } finally {
      this.given = undefined;
    }
  }
}

/** Says once that the collector is away, and once that it is back. */
class TellingOnce implements SpanExporter {
  private readonly logger = new Logger('Traces');
  private isAway = false;

  constructor(
    private readonly exporter: SpanExporter,
    private readonly endpoint: string,
  ) {}

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.exporter.export(spans, (result) => {
      if (result.code !== ExportResultCode.SUCCESS) this.away(result.error);
      else if (this.isAway) {
        this.isAway = false;
        this.logger.log({ msg: 'the collector takes spans again' });
      }
      done(result);
    });
  }

  away(error: unknown): void {
    if (this.isAway) return;
    this.isAway = true;
    const text = error instanceof Error ? error.message : String(error);
    this.logger.warn({
      msg: `the collector at ${this.endpoint} takes no spans; they are dropped until it does, and nothing else is affected`,
      error: text,
    });
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }
}

const known = (attributes: Attributes): Record<string, string | number | boolean> =>
  Object.fromEntries(Object.entries(attributes).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

function contextOf(traceparent: string | undefined): Context {
  const context = traceparent === undefined ? undefined : spanContext(traceparent);
  return context ? trace.setSpanContext(ROOT_CONTEXT, context) : ROOT_CONTEXT;
}

/** What W3C says, as far as everybody must read it; what is none of that is no place in a trace. */
function spanContext(traceparent: string): SpanContext | undefined {
  const [, traceId = '', spanId = '', flags = ''] = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/.exec(traceparent) ?? [];
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags || '0', 16), isRemote: true };
  return trace.isSpanContextValid(context) ? context : undefined;
}
