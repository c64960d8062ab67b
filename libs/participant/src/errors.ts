import { isNativeError } from 'node:util/types';
import { inspect } from 'node:util';

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

/** A handler kept its transaction open without using it for longer than the database lets it (5 s). */
export class SlowHandler extends Error {
  override readonly name = 'SlowHandler';
  constructor() {
    super('the handler did nothing with the database for 5 s while its transaction was open; what may take long belongs into @Calls');
  }
}

/** The database has undone a transaction although everybody said it was fine. */
export class NotCommitted extends Error {
  override readonly name = 'NotCommitted';
  constructor() {
    super(
      'a statement of this transaction failed and its error was swallowed, so nothing of it was stored; let the errors of store calls through',
    );
  }
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

/** One line for people: the error's name and text, and its cause's, as far as three causes back. Never throws. */
export function textOf(error: unknown, depth = 3): string {
  if (!isNativeError(error)) return typeof error === 'string' ? error : inspect(error, { depth: 1, breakLength: Infinity });
  const cause = error.cause === undefined || depth === 0 ? '' : ` (because: ${textOf(error.cause, depth - 1)})`;
  return `${error.name}: ${error.message}${cause}`;
}
