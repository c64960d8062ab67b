import { currentSpan, type Span, tracing } from './tracing';

/** Somebody outside did not answer, or not with JSON, or not in time. Whether it did what it was asked is unknown. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

export interface PostOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends the wait from outside. */
  readonly signal: AbortSignal;
  /** How long to wait for the answer, in milliseconds. */
  readonly timeoutMs: number;
}

/** Posts JSON and reads the JSON that comes back; any status is an answer. Within a span it is a span of its own, and the other side is told. @throws NoAnswer */
export async function postJson(
  url: string,
  body: object,
  { headers = {}, signal, timeoutMs }: PostOptions,
): Promise<{ readonly status: number; readonly answer: Readonly<Record<string, unknown>> }> {
  const span = spanOf(url);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json', ...(span && { traceparent: span.traceparent }) },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    span?.set({ 'http.response.status_code': response.status });
    span?.end();
    return { status: response.status, answer };
  } catch (error) {
    span?.end(error);
    throw new NoAnswer(`${url} gave no answer; is it running?`, { cause: error });
  }
}

function spanOf(url: string): Span | undefined {
  const parent = currentSpan()?.traceparent;
  if (parent === undefined) return undefined;
  const { hostname, port, protocol } = new URL(url);
  const attributes = {
    'http.request.method': 'POST',
    'url.full': url,
    'server.address': hostname,
    'server.port': Number(port || (protocol === 'https:' ? 443 : 80)),
  };
  return tracing()?.begin('POST', { kind: 'client', parent, attributes });
}
