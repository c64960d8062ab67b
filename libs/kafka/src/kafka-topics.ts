import { setTimeout as sleep } from 'node:timers/promises';
import { type Admin, ConfigResourceTypes } from 'kafkajs';
import type { TopicSpec } from './broker';
import { PartitionMismatch, UnknownTopic } from './errors';

/** Kafka's own limit is 1 MiB with key and headers; bodies and facts of ours are far smaller, but what foreign programs send must not be refused to be set aside later. */
const maxMessageBytes = 2 * 1_048_576;
/** How long new topics may take until they can be used, in milliseconds. */
const leaderDeadline = 15_000;

const typeOf = (error: unknown): unknown => (error as { type?: unknown } | undefined)?.type;
/** kafkajs wraps what it gave up retrying, sometimes more than once. */
export function causes(error: unknown): unknown[] {
  const found: unknown[] = [];
  for (let one = error; one && !found.includes(one); one = (one as { cause?: unknown }).cause) found.push(one);
  return found;
}
export const isUnknownTopic = (error: unknown) => causes(error).some((one) => typeOf(one) === 'UNKNOWN_TOPIC_OR_PARTITION');

/** The number of partitions of each topic. @throws UnknownTopic */
export async function partitionCounts(admin: Admin, names: readonly string[]): Promise<Map<string, number>> {
  await checkKnown(admin, names);
  const { topics } = await admin.fetchTopicMetadata({ topics: [...names] });
  return new Map(topics.map(({ name, partitions }) => [name, partitions.length]));
}

/** Not by asking for the topics themselves: kafkajs would try for seconds, and not say which of them it is. @throws UnknownTopic */
export async function checkKnown(admin: Admin, names: readonly string[]): Promise<void> {
  const known = new Set(await admin.listTopics());
  const unknown = [...new Set(names)].filter((name) => !known.has(name));
  if (unknown.length > 0) throw new UnknownTopic(unknown);
}

/** The longest that a message can be in one of these topics, in milliseconds. @throws UnknownTopic */
export async function keptAtMostMs(admin: Admin, names: readonly string[]): Promise<number> {
  await checkKnown(admin, names);
  const configNames = ['retention.ms', 'segment.ms'];
  const { resources } = await admin.describeConfigs({
    resources: names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name, configNames })),
    includeSynonyms: false,
  });
  return Math.max(0, ...resources.map(({ configEntries }) => sum(configEntries.map(({ configValue }) => timeOf(configValue)))));
}
const sum = (times: readonly number[]): number => times.reduce((total, time) => total + time, 0);
/** Kafka says -1 for ever. */
const timeOf = (text: string): number => (Number(text) < 0 ? Infinity : Number(text));

/** Creates what is missing, waits for leaders, and compares the rest. @throws PartitionMismatch */
export async function ensureTopics(admin: Admin, specs: readonly TopicSpec[]): Promise<void> {
  const known = new Set(await admin.listTopics());
  const missing = specs.filter(({ name }) => !known.has(name));
  if (missing.length > 0) {
    // kafkajs speaks a version of this request that knows no "as the broker thinks best".
    const replicationFactor = Math.min(3, (await admin.describeCluster()).brokers.length);
    await admin
      .createTopics({ topics: missing.map((spec) => topicConfig(spec, replicationFactor)), waitForLeaders: false })
      .catch(letExist);
  }
  const counts = await countsWithLeaders(
    admin,
    specs.map(({ name }) => name),
  );
  for (const { name, partitions } of specs) {
    const actual = counts.get(name);
    if (actual !== partitions) throw new PartitionMismatch(name, partitions, actual ?? 0);
  }
}

const topicConfig = ({ name, partitions, compacted }: TopicSpec, replicationFactor: number) => ({
  topic: name,
  numPartitions: partitions,
  replicationFactor,
  configEntries: [
    { name: 'max.message.bytes', value: String(maxMessageBytes) },
    ...(compacted ? [{ name: 'cleanup.policy', value: 'compact' }] : []),
  ],
});

/** Another service was faster. */
function letExist(error: unknown): void {
  const errors = (error as { errors?: unknown[] }).errors ?? [error];
  if (!errors.every((one) => typeOf(one) === 'TOPIC_ALREADY_EXISTS')) throw errors.find((one) => typeOf(one) !== 'TOPIC_ALREADY_EXISTS');
}

async function countsWithLeaders(admin: Admin, names: string[]): Promise<Map<string, number>> {
  const deadline = Date.now() + leaderDeadline;
  for (;;) {
    try {
      const counts = await partitionCounts(admin, names);
      // A broker names a partition's leader a moment before the leader itself knows. A send in that moment is stored in some partitions and refused by
      // others, and trying again stores the first part twice. Only a leader that knows itself can tell its offsets.
      await Promise.all(names.map((name) => admin.fetchTopicOffsets(name)));
      return counts;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await sleep(20);
  }
}
