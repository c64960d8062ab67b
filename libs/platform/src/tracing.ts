import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Spans, as far as services know of them. What makes them and sends them is behind `Tracing`; where nobody wants traces there is none, and nothing is made: ask `tracing()` first, and leave it at that
 * where it answers undefined. A place in a trace is named as it travels, by W3C's `traceparent`.
 */
export interface Tracing {
  begin(name: string, options: SpanOptions): Span;
  /** Sends what is still to be sent, for two seconds at most. */
  stop(): Promise<void>;
}

export interface SpanOptions {
  /** Whether it is a message sent (`producer`) or taken (`consumer`), a request asked (`client`) or answered (`server`), or none of these. */
  readonly kind?: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  /** The traceparent of what it is a part of. Without it, a trace begins here. */
  readonly parent?: string | undefined;
  /** The id of a trace that begins here, 32 hexadecimal digits; a random one if not given. */
  readonly trace?: string | undefined;
  /** The traceparents of what else it has to do with. */
  readonly links?: readonly string[];
  readonly attributes?: Attributes;
  /** Milliseconds since 1970; now, if not given. */
  readonly startedAt?: number;
}

/** By the names of OpenTelemetry's semantic conventions, and ours that begin with `duet.`. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** Something that takes time, until it is ended. One that is never ended is never told. */
export interface Span {
  readonly traceparent: string;
  set(attributes: Attributes, name?: string): void;
  /** With what it has failed of, if it has. */
  end(error?: unknown): void;
}

let active: Tracing | undefined;
const current = new AsyncLocalStorage<Span | undefined>();

/** Undefined where traces are off. */
export const tracing = (): Tracing | undefined => active;

/** Turns traces on, or off. */
export const useTracing = (traces: Tracing | undefined): void => void (active = traces);

/** The span that this code is part of. */
export const currentSpan = (): Span | undefined => (active ? current.getStore() : undefined);

/** Runs `work` as a part of a span, or of none: what it logs bears the trace's id, and what it asks of others goes on in it. */
export const within = <R>(span: Span | undefined, work: () => R): R => (active ? current.run(span, work) : work());

/** The trace's and the span's id in a traceparent. */
export const idsIn = (traceparent: string): { trace: string; span: string } => ({
  trace: traceparent.slice(3, 35),
  span: traceparent.slice(36, 52),
});
