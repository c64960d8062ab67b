import { STATUS_CODES } from 'node:http';

/** What is wrong with one part of a request: where (a JSON pointer) and a sentence. */
export interface RequestFault {
  readonly path: string;
  readonly text: string;
}

export interface ProblemOptions {
  /** For programs: which of the things that this status can mean. */
  readonly code?: string;
  readonly errors?: readonly RequestFault[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the body. */
  readonly more?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * An answer that says what went wrong: RFC 9457, `application/problem+json`. Thrown by controllers; HTTP statuses belong here and nowhere below.
 *
 * 400 is for what cannot be read (malformed JSON, a missing or malformed header); 422 for what can be read and is not acceptable.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly headers: Readonly<Record<string, string>>;
  private constructor(
    readonly status: number,
    readonly detail: string,
    private readonly options: ProblemOptions = {},
  ) {
    super(detail, { cause: options.cause });
    this.headers = options.headers ?? {};
  }

  static of(status: number, detail: string, options?: ProblemOptions): Problem {
    return new Problem(status, detail, options);
  }
  /** 400: it cannot be read. */
  static badRequest(detail: string, options?: ProblemOptions): Problem {
    return new Problem(400, detail, options);
  }
  /** 422: it can be read, but is not acceptable. */
  static invalid(
    errors: readonly RequestFault[],
    detail = 'The request is not acceptable: see errors.',
    options?: ProblemOptions,
  ): Problem {
    return new Problem(422, detail, { ...options, errors });
  }
  static notFound(detail: string, options?: ProblemOptions): Problem {
    return new Problem(404, detail, options);
  }
  static methodNotAllowed(method: string, allowed: readonly string[]): Problem {
    return new Problem(405, `${method} is not possible here; ${allowed.join(', ')} ${allowed.length === 1 ? 'is' : 'are'}.`, {
      headers: { Allow: allowed.join(', ') },
    });
  }
  static conflict(detail: string, options?: ProblemOptions): Problem {
    return new Problem(409, detail, options);
  }
  static tooLarge(limitBytes: number): Problem {
    // The rest of the body is not read, so the connection cannot be used again.
    return new Problem(413, `The body is larger than ${limitBytes} bytes.`, { headers: { Connection: 'close' } });
  }
  static unsupportedMediaType(detail: string): Problem {
    return new Problem(415, detail);
  }
  /** 503: later it may work. `retryAfter` in seconds. */
  static unavailable(detail: string, { retryAfter, ...options }: ProblemOptions & { readonly retryAfter?: number } = {}): Problem {
    return new Problem(
      503,
      detail,
      retryAfter === undefined ? options : { ...options, headers: { ...options.headers, 'Retry-After': String(retryAfter) } },
    );
  }

  /** The body of the answer. */
  toJSON(): Record<string, unknown> {
    const { code, errors, more } = this.options;
    return {
      type: 'about:blank',
      title: STATUS_CODES[this.status] ?? 'Error',
      status: this.status,
      detail: this.detail,
      ...(code !== undefined && { code }),
      ...(errors && { errors }),
      ...more,
    };
  }
}
