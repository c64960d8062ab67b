/** What a service answered instead of what was asked: RFC 9457, or that it did not answer at all. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly code?: string,
    readonly errors: readonly { readonly path: string; readonly text: string }[] = [],
  ) {
    super(detail);
  }

  /** From the body of an answer; whatever it is. */
  static from(status: number, body: unknown): Refused {
    const { title, detail, code, errors } = (typeof body === 'object' && body !== null ? body : {}) as Partial<Refused>;
    return new Refused(status, title ?? `Status ${status}`, detail ?? 'The answer says nothing more.', code, errors ?? []);
  }

  /** Nothing came back. */
  static silent(error: unknown): Refused {
    return new Refused(
      0,
      'No answer',
      `The observer does not answer (${String(error)}). Is the system running? npm start says.`,
      'no-answer',
    );
  }
}

/** Undefined where the service knows nothing of it (404). A service that does not answer, or not with that, has not said so. @throws Refused */
export const orUnknown = <T>(asked: Promise<T>): Promise<T | undefined> =>
  asked.catch((error: unknown) => {
    if (error instanceof Refused && error.status === 404) return undefined;
    throw error;
  });
