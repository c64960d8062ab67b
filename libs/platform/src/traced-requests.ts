import type { Request, Response } from 'express';
import { currentSpan, idsIn, type Attributes, type Span, type SpanOptions, type Tracing, within } from './tracing';

/** What is asked every few seconds by machines, and tells nobody anything. */
const unseen = /^\/(health|metrics)(\/|$)/;

/**
 * The span of a request. Which trace it belongs to shows while it is carried out: that of its caller, or else that of the saga which it begins or concerns, or else one of its own.
 * So it begins when that is known, with the time at which the request came.
 */
export class RequestSpan implements Span {
  private span: Span | undefined;

  constructor(
    private readonly tracing: Tracing,
    private readonly name: string,
    private readonly options: SpanOptions,
  ) {}

  /** Makes it part of this trace, unless it is part of one. */
  join(trace?: string): Span {
    return (this.span ??= this.tracing.begin(this.name, { ...this.options, trace }));
  }
  get traceparent(): string {
    return this.join().traceparent;
  }
  /** Undefined while it is not known to which trace it belongs. */
  get known(): string | undefined {
    return this.span?.traceparent;
  }
  set(attributes: Attributes, name?: string): void {
    this.join().set(attributes, name);
  }
  end(error?: unknown): void {
    this.join().end(error);
  }
}

/** Where in its trace the code runs that asks, with the request that it carries out made part of this trace if it is part of none. Undefined where traces are off, and outside any span. */
export function joinTrace(trace: string): string | undefined {
  const span = currentSpan();
  if (span instanceof RequestSpan) span.join(trace);
  return span?.traceparent;
}

/** For logs: the ids of the span that the code is part of. */
export function traceIds(): { readonly trace_id: string; readonly span_id: string } | undefined {
  const span = currentSpan();
  const traceparent = span instanceof RequestSpan ? span.known : span?.traceparent;
  if (traceparent === undefined) return undefined;
  const { trace, span: id } = idsIn(traceparent);
  return { trace_id: trace, span_id: id };
}

const spans = new WeakMap<Request, RequestSpan>();

/** Begins a span for every request, and ends it with the answer. */
export function traceRequests(tracing: Tracing) {
  return (request: Request, response: Response, next: () => void): void => {
    if (unseen.test(request.path)) return next();
    const { traceparent } = request.headers;
    const { localAddress, localPort } = request.socket;
    const span = new RequestSpan(tracing, request.method, {
      kind: 'server',
      ...(typeof traceparent === 'string' && { parent: traceparent }),
      startedAt: Date.now(),
      attributes: {
        'http.request.method': request.method,
        'url.scheme': request.protocol,
        'url.path': request.path,
        'server.address': localAddress,
        'server.port': localPort,
      },
    });
    spans.set(request, span);
    response.once('close', () => {
      const { path } = (request.route ?? {}) as { path?: unknown };
      const route = typeof path === 'string' ? path : undefined;
      const { statusCode } = response;
      span.set({ 'http.route': route, 'http.response.status_code': statusCode }, route && `${request.method} ${route}`);
      span.end(statusCode >= 500 ? new ServerError(statusCode) : undefined);
    });
    next();
  };
}

/** What follows is part of the request's span. After the body has been read: that ends in another context than it began in. */
export const withinRequests =
  () =>
  (request: Request, _response: Response, next: () => void): void =>
    within(spans.get(request), next);

/** A request failed inside. */
class ServerError extends Error {
  override readonly name: string;
  constructor(status: number) {
    super(`answered ${status}`);
    this.name = String(status);
  }
}
