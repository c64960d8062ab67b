/** What a service answered. */
export interface Reply<T> {
  readonly status: number;
  readonly headers: Headers;
  /** The body as JSON, if it says that it is JSON (also problem+json); else its text. */
  readonly body: T;
  /** The body as it came. */
  readonly text: string;
}

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON; a string or bytes as they are, so that malformed JSON can be sent. */
  readonly body?: unknown;
  /** Milliseconds; 30 s by default. */
  readonly deadline?: number;
}

/** Sends one HTTP request and reads the whole answer; any status is an answer. */
export async function request<T = unknown>(
  method: string,
  url: string,
  { headers = {}, body, deadline = 30_000 }: RequestOptions = {},
): Promise<Reply<T>> {
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: raw ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
    redirect: 'manual',
    signal: AbortSignal.timeout(deadline),
  });
  const text = await response.text();
  const isJson = /^application\/([\w.-]+\+)?json\b/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, text, body: (isJson && text !== '' ? JSON.parse(text) : text) as T };
}
