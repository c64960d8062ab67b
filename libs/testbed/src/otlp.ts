import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as a collector has got it. */
export interface CollectedSpan {
  readonly service: string;
  readonly name: string;
  /** As OpenTelemetry numbers them: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly trace: string;
  readonly id: string;
  /** Undefined: its trace begins with it. */
  readonly parent: string | undefined;
  readonly links: readonly { readonly trace: string; readonly id: string }[];
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly failed: boolean;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

interface OtlpValue {
  stringValue?: string;
  intValue?: string | number;
  doubleValue?: number;
  boolValue?: boolean;
}
interface OtlpAttributes {
  attributes?: { key: string; value: OtlpValue }[];
}
interface OtlpSpan extends OtlpAttributes {
  name: string;
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  links?: { traceId: string; spanId: string }[];
  status?: { code?: number };
  startTimeUnixNano: string;
}
interface OtlpTraces {
  resourceSpans?: { resource: OtlpAttributes; scopeSpans: { spans: OtlpSpan[] }[] }[];
}

/** Takes spans over OTLP/HTTP with JSON, as a collector does, and keeps them. */
export class OtlpCollector {
  readonly spans: CollectedSpan[] = [];
  private server: Server | undefined;
  private port = 0;

  static async start(): Promise<OtlpCollector> {
    const collector = new OtlpCollector();
    await collector.resume();
    return collector;
  }

  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Nobody listens there any more, until `resume`. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    server?.closeAllConnections();
    await new Promise((done) => (server ? server.close(done) : done(undefined)));
  }

  /** Takes spans again, at the same address. */
  async resume(): Promise<void> {
    const server = createServer((request, response) => {
      this.take(request).then(
        (status) => response.writeHead(status, { 'Content-Type': 'application/json' }).end('{}'),
        () => response.writeHead(400).end(),
      );
    });
    await new Promise<void>((done) => server.listen(this.port, '127.0.0.1', done));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  private async take(request: IncomingMessage): Promise<number> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.method !== 'POST' || request.url !== '/v1/traces') return 404;
    const { resourceSpans = [] } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as OtlpTraces;
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = String(attributesOf(resource)['service.name']);
      this.spans.push(...scopeSpans.flatMap(({ spans }) => spans.map((span) => collected(service, span))));
    }
    return 200;
  }
}

const collected = (service: string, span: OtlpSpan): CollectedSpan => ({
  ...{ service, name: span.name, kind: span.kind, trace: span.traceId, id: span.spanId, parent: span.parentSpanId || undefined },
  links: (span.links ?? []).map(({ traceId, spanId }) => ({ trace: traceId, id: spanId })),
  attributes: attributesOf(span),
  failed: span.status?.code === 2,
  startedAt: Number(BigInt(span.startTimeUnixNano) / 1_000_000n),
});

const attributesOf = ({ attributes = [] }: OtlpAttributes): Record<string, string | number | boolean> =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? value.boolValue ?? value.doubleValue ?? (value.intValue === undefined ? '' : Number(value.intValue)),
    ]),
  );
