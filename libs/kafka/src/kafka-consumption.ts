import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { ConsumeOptions, Consumption, ConsumptionState, HeaderValue, IncomingMessage } from './broker';
import { grouped } from './grouped';
import { retry, type Log, type Timing } from './kafka-client';
import { pause } from './pause';
import { Polls, type NextOffset } from './polls';

export interface KafkaConsumptionOptions extends ConsumeOptions {
  readonly newClient: () => Pick<Kafka, 'consumer'>;
  /** Is done before the reader begins anew. */
  readonly prepare: () => Promise<void>;
  /** Of all topics: kafkajs gets one worker for each, so that no partition waits for another. */
  readonly partitions: number;
  readonly log: Log;
  readonly timing: Timing;
}

/** Bounds what one fetch keeps in memory; the broker sends one message even if it alone is larger. */
const maxFetchBytes = 4 * 1_048_576;

/**
 * A reader that does not end. kafkajs's consumer does: after an error that it deems final it stops without a word, and some rebalances leave it silent.
 * So a kafkajs consumer is only a session here. When it crashes, stops by itself or is silent for too long, the next one is begun, after a pause.
 */
export class KafkaConsumption implements Consumption {
  private readonly polls: Polls;
  private readonly living: Promise<void>;
  private readonly stopRequested: Promise<void>;
  private requestStop: () => void = () => undefined;
  private stopped: Promise<void> | undefined;
  private isStopped = false;
  /** Grows with every session and every deal of the partitions: what was fetched before is not ours any more. */
  private generation = 0;
  private failures = 0;
  private trouble: string | undefined;
  private current: ConsumptionState = { name: 'joining', since: new Date(), text: 'joins the group' };
  /** By `performance.now`: a clock that jumps is no silence, and hides none. */
  private lastSign = performance.now();
  private endSession: (reason: string) => void = () => undefined;
  private commit: EachBatchPayload['commitOffsetsIfNecessary'] | undefined;
  private readonly inWork = new Set<EachBatchPayload>();
  private heart: NodeJS.Timeout | undefined;

  constructor(private readonly options: KafkaConsumptionOptions) {
    this.polls = new Polls({
      ...(options.maxMessages !== undefined && { maxMessages: options.maxMessages }),
      onMessages: options.onMessages,
      commit: async (offsets) => this.commit?.({ topics: byTopic(offsets) }),
      rejected: (error, messages) =>
        options.log({
          level: 'warn',
          msg: `a poll of ${messages.length} messages was rejected and comes again: ${textOf(error)}`,
          group: options.group,
        }),
    });
    this.stopRequested = new Promise((resolve) => (this.requestStop = resolve));
    this.living = this.live();
  }

  state(): ConsumptionState {
    if (this.isStopped) return this.current;
    const { deaf } = this.options.timing;
    const silence = performance.now() - this.lastSign;
    if (silence > deaf) {
      const text = `no sign of life from Kafka for ${Math.round(silence / 1000)} s; it keeps trying${this.trouble ? `, after: ${this.trouble}` : ''}`;
      return { name: 'deaf', since: new Date(Date.now() - silence + deaf), text };
    }
    const calling = this.polls.callingSince && Date.now() - this.polls.callingSince.getTime();
    return calling && calling > this.options.timing.heartbeat
      ? { ...this.current, text: `${this.current.text}, in one call for ${Math.round(calling / 1000)} s` }
      : this.current;
  }

  stop(): Promise<void> {
    this.stopped ??= (async () => {
      // The session is ended only after the running call: kafkajs commits nothing once it has been told to stop.
      await this.polls.stop();
      this.requestStop();
      this.endSession('stopped');
      await this.living;
      this.isStopped = true;
      this.current = { name: 'stopped', since: new Date(), text: 'was stopped' };
    })();
    return this.stopped;
  }

  private async live(): Promise<void> {
    while (!this.stopped) {
      const reason = await this.session();
      if (this.stopped) break;
      const { restart, longestRestart } = this.options.timing;
      const wait = Math.min(restart * 2 ** this.failures++, longestRestart);
      this.trouble = reason;
      this.current = { name: 'joining', since: new Date(), text: `joins again in ${wait} ms, after: ${reason}` };
      this.options.log({
        level: 'error',
        msg: `the reader of group '${this.options.group}' begins anew in ${wait} ms: ${reason}`,
        group: this.options.group,
      });
      await Promise.race([pause(wait), this.stopRequested]);
    }
    this.polls.release();
  }

  /** One kafkajs consumer, from its connection to its end. Returns why it ended. */
  private async session(): Promise<string> {
    const { group, newClient, timing } = this.options;
    const consumer = newClient().consumer({
      groupId: group,
      sessionTimeout: timing.session,
      heartbeatInterval: timing.heartbeat,
      rebalanceTimeout: timing.rebalance,
      maxWaitTimeInMs: timing.idleFetch,
      minBytes: 1,
      maxBytes: maxFetchBytes,
      maxBytesPerPartition: maxFetchBytes / 4,
      allowAutoTopicCreation: false,
      retry: { ...retry, restartOnFailure: async () => false },
    });
    const ended = new Promise<string>((resolve) => {
      this.endSession = resolve;
      this.listen(consumer, resolve);
    });
    const watch = this.watch();
    const running = this.run(consumer, this.trouble === undefined).catch((error: unknown) => this.endSession(textOf(error)));
    const reason = await ended;
    clearInterval(watch);
    await this.end(consumer, running);
    return reason;
  }

  private async run(consumer: Consumer, isFirst: boolean): Promise<void> {
    if (!isFirst) await this.options.prepare();
    await consumer.connect();
    await consumer.subscribe({ topics: [...this.options.topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: this.options.partitions,
      eachBatch: (payload) => this.take(payload),
    });
  }

  private listen(consumer: Consumer, end: (reason: string) => void): void {
    const { CRASH, STOP, GROUP_JOIN, HEARTBEAT } = consumer.events;
    consumer.on(CRASH, ({ payload }) => end(textOf(payload.error)));
    // Before a crash kafkajs says that it has stopped; the crash, which says why, follows within the second.
    consumer.on(STOP, () => void setTimeout(() => end('kafkajs stopped by itself'), 1_000).unref());
    consumer.on(GROUP_JOIN, ({ payload }) => {
      this.generation++;
      this.failures = 0;
      this.trouble = undefined;
      this.lastSign = performance.now();
      const count = Object.values(payload.memberAssignment).flat().length;
      this.current = { name: 'consuming', since: new Date(), text: `reads ${count} partitions` };
      this.options.log({
        level: 'info',
        msg: `the reader of group '${this.options.group}' reads ${count} partitions`,
        group: this.options.group,
      });
    });
    // Not FETCH: kafkajs says it also of a fetch that failed. Heartbeats follow on fetches, so their end is noticed too.
    consumer.on(HEARTBEAT, () => void (this.lastSign = performance.now()));
  }

  /** Ends a session that has gone silent without an event. */
  private watch(): NodeJS.Timeout {
    const began = performance.now();
    const limit = 2 * this.options.timing.deaf;
    const silent = () => performance.now() - Math.max(began, this.lastSign) > limit;
    return setInterval(() => silent() && this.endSession(`no sign of life for ${limit} ms`), limit / 10).unref();
  }

  private async end(consumer: Consumer, running: Promise<void>): Promise<void> {
    const limit = () => pause(this.options.timing.leave);
    // A reader that is told to stop while it joins would join all the same, and be missed by the group for a whole session timeout.
    await Promise.race([running, limit()]);
    const left = consumer.disconnect().catch(() => undefined);
    this.generation++;
    if (this.stopped) this.polls.release();
    await Promise.race([left, limit()]);
  }

  /** kafkajs's eachBatch: what one fetch brought of one partition. It fetches again when this has resolved for all partitions. */
  private async take(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const generation = this.generation;
    const stale = () => generation !== this.generation || !payload.isRunning() || payload.isStale();
    this.commit = (offsets) => payload.commitOffsetsIfNecessary(offsets);
    this.startBeating(payload);
    try {
      const messages = batch.messages.map((message) => incoming(batch, message));
      const { upTo, again } = await this.polls.add({ topic: batch.topic, partition: batch.partition, messages, stale });
      if (stale()) return;
      if (upTo !== undefined) payload.resolveOffset(upTo);
      if (again !== undefined) setTimeout(payload.pause(), again).unref();
    } finally {
      this.stopBeating(payload);
    }
  }

  /** kafkajs says that it lives only between batches; a long call must not cost us our partitions. */
  private startBeating(payload: EachBatchPayload): void {
    this.inWork.add(payload);
    this.heart ??= setInterval(() => {
      const [one] = this.inWork;
      // The group is being dealt out anew, or does not know us: finish the running call, commit it, and let kafkajs join again.
      one?.heartbeat().catch((error: unknown) => this.polls.interrupt(error));
    }, this.options.timing.heartbeat);
  }

  private stopBeating(payload: EachBatchPayload): void {
    this.inWork.delete(payload);
    if (this.inWork.size > 0) return;
    clearInterval(this.heart);
    this.heart = undefined;
  }
}

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

const byTopic = (offsets: readonly NextOffset[]) =>
  [...grouped(offsets, ({ topic }) => topic)].map(([topic, partitions]) => ({
    topic,
    partitions: partitions.map(({ partition, offset }) => ({ partition, offset })),
  }));

function incoming(
  { topic, partition }: EachBatchPayload['batch'],
  message: EachBatchPayload['batch']['messages'][number],
): IncomingMessage {
  const { offset, key, value, timestamp, headers = {}, unreadable } = message as typeof message & { unreadable?: string };
  return {
    ...{ topic, partition, offset, key, value, timestamp: Number(timestamp), headers: headers as Record<string, HeaderValue> },
    ...(unreadable !== undefined && { unreadable }),
  };
}
