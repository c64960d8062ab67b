// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- every project that imports this one needs the types, and none lists this file
/// <reference path="./kafkajs.d.ts" />
import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';

/**
 * kafkajs 2.2.4 counts the time since a reader's last heartbeat by the wall clock. When that goes back an hour, it sends none for an hour, and the group takes the reader for
 * dead. Here what it has noted moves with the clock: it is as long ago as time has passed.
 */
export function mendHeartbeats(): void {
  const noted = new WeakMap<ConsumerGroup, number>();
  Object.defineProperty(ConsumerGroup.prototype, 'lastRequest', {
    configurable: true,
    get(this: ConsumerGroup): number {
      return Date.now() - (performance.now() - (noted.get(this) ?? 0));
    },
    set(this: ConsumerGroup) {
      noted.set(this, performance.now());
    },
  });
}
