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

/** Posts JSON and reads the JSON that comes back; any status is an answer. @throws NoAnswer */
export async function postJson(
  url: string,
  body: object,
  { headers = {}, signal, timeoutMs }: PostOptions,
): Promise<{ readonly status: number; readonly answer: Readonly<Record<string, unknown>> }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
  } catch (error) {
    throw new NoAnswer(`${url} gave no answer; is it running?`, { cause: error });
  }
}
