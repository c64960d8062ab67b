import type { Broker } from './broker';

/** The same broker, for replacing some of what it does: `{ ...delegating(broker), send: … }`. */
export const delegating = (broker: Broker): Broker => ({
  send: (messages) => broker.send(messages),
  consume: (options) => broker.consume(options),
  ensureTopics: (topics) => broker.ensureTopics(topics),
  endOffsets: (topic) => broker.endOffsets(topic),
  firstOffsets: (topic) => broker.firstOffsets(topic),
  committedOffsets: (group, topic) => broker.committedOffsets(group, topic),
  topicNames: () => broker.topicNames(),
  readersOf: (group) => broker.readersOf(group),
  keptAtMostMs: (topics) => broker.keptAtMostMs(topics),
  close: () => broker.close(),
});
