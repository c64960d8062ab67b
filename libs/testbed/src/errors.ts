/** What was waited for did not come within the deadline. Its text holds the last value seen, or the last error. */
export class NotInTime extends Error {
  override readonly name = 'NotInTime';
}

/** A child process could not be started, or ended where it should have become ready. Its text holds the end of its output. */
export class ProcessFailed extends Error {
  override readonly name = 'ProcessFailed';
}

/** There is no broker or no database to test against; the text is the sentence of `npm run infra`. */
export class NoInfra extends Error {
  override readonly name = 'NoInfra';
}

/** There is no browser to look with. */
export class NoBrowser extends Error {
  override readonly name = 'NoBrowser';
}
