/** A failure that no repetition can mend: the message is parked at once, for a person. */
export class NotRetryable extends Error {
  readonly retryable = false;
  override readonly name: string = 'NotRetryable';
}

/** A handler returned something that is no outcome of its command, or contradicts what the runtime knows. */
export class WrongOutcome extends NotRetryable {
  override readonly name = 'WrongOutcome';
}

/** The declaration and the handlers do not fit together. The service does not start. */
export class WrongDeclaration extends Error {
  override readonly name = 'WrongDeclaration';
}

/** A setting is impossible, alone or beside another. The service does not start. */
export class WrongSetting extends Error {
  override readonly name = 'WrongSetting';
}

/** The unit of work is used where there is none. */
export class NoUnitOfWork extends Error {
  override readonly name = 'NoUnitOfWork';
}

/** The service is stopping and takes no more work. */
export class Stopping extends Error {
  override readonly name = 'Stopping';
  readonly retryable = true;
  constructor() {
    super('the service is stopping; ask again, another replica or the next start will answer');
  }
}

/** Whether trying again may help. An error says so with `retryable: false`. */
export const isRetryable = (error: unknown): boolean => !(error instanceof Object && 'retryable' in error && error.retryable === false);

/** One line for people: the error's name and text, and its cause's. */
export function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : ` (because: ${textOf(error.cause)})`;
  return `${error.name}: ${error.message}${cause}`;
}
