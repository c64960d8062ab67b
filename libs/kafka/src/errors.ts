const list = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ');
const text = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));

/** The broker does not have the topic. Topics are never created by using them. */
export class UnknownTopic extends Error {
  override readonly name = 'UnknownTopic';
  readonly retryable = false;
  constructor(readonly topics: readonly string[]) {
    super(`The broker has no topic ${list(topics)}. Create it first: ensureTopics([{ name, partitions }]).`);
  }
}

/** A send whose messages are not all known to be stored. Some of them may be: who sends them again must accept that they may arrive twice. */
export class NotStored extends Error {
  override readonly name = 'NotStored';
  readonly retryable: boolean;
  constructor(
    readonly topics: readonly string[],
    options: { cause: unknown; retryable: boolean },
  ) {
    super(
      `Messages for ${list(topics)} are not known to be stored: ${text(options.cause)}. ${options.retryable ? 'Send them again.' : 'The broker will refuse them again.'}`,
      {
        cause: options.cause,
      },
    );
    this.retryable = options.retryable;
  }
}

/** A topic exists with another number of partitions than asked for. Keys would move to other partitions and lose their order. */
export class PartitionMismatch extends Error {
  override readonly name = 'PartitionMismatch';
  readonly retryable = false;
  constructor(
    readonly topic: string,
    readonly expected: number,
    readonly actual: number,
  ) {
    super(
      `Topic '${topic}' has ${actual} partitions, ${expected} were asked for. Ask for ${actual}, or let all services read it to its end, delete it and start again: changing the number moves keys and breaks their order.`,
    );
  }
}

/** The broker could not be reached, or did not answer, for as long as it is asked. */
export class BrokerUnavailable extends Error {
  override readonly name = 'BrokerUnavailable';
  readonly retryable = true;
  constructor(brokers: readonly string[], doing: string, cause: unknown) {
    super(`Kafka at ${brokers.join(', ')} did not answer while ${doing}: ${text(cause)}. Is it running, and is the address right?`, {
      cause,
    });
  }
}

/** Used after `close()`. */
export class BrokerClosed extends Error {
  override readonly name = 'BrokerClosed';
  readonly retryable = false;
  constructor() {
    super('This broker was closed. Make a new one.');
  }
}
