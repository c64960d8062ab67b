import { setTimeout as pause } from 'node:timers/promises';
import type { Broker, Consumption, IncomingMessage } from '@duet/kafka';
import { decodeAny, type Envelope, Malformed } from '@duet/message';
import type { Manifest } from '@duet/saga';
import { type BeforeApplicationShutdown, Logger } from '@nestjs/common';
import { Stopping, textOf } from './errors';
import type { ParticipantSettings } from './participant.config';

export type WitnessSettings = Pick<ParticipantSettings, 'databaseUrl' | 'databaseConnections' | 'brokers' | 'topicPrefix' | 'unitSize'>;

/** A message as it was overheard: of any class, known here or not. */
export interface Overheard {
  readonly message: Envelope;
  /** Without the prefix of the system. */
  readonly topic: string;
}

/** What a service says of itself. */
export interface HeardManifest {
  readonly manifest: Manifest;
  /** When the broker was given it, in milliseconds since 1970. */
  readonly at: number;
}

/** A message that cannot be read, by whomever. */
export interface Unreadable {
  /** Its place at the broker, the same whenever it comes: `topic/partition/offset`. */
  readonly place: string;
  /** When the broker was given it, in milliseconds since 1970. */
  readonly at: number;
  readonly code: string;
  readonly text: string;
}

/** What one poll brought. */
export interface Batch {
  /** In the order of each topic's partitions. */
  readonly messages: readonly Overheard[];
  readonly manifests: readonly HeardManifest[];
  readonly unreadable: readonly Unreadable[];
}

/** Who is told all that is said. */
export interface Hearer {
  /**
   * Names what it remembers. Who has lost that and begins anew gives another name, and hears everything again from the beginning.
   */
  memory(): Promise<string>;
  /** Stores a batch in one transaction. When it rejects, the batch comes again; any message may come again anyway, and is known by its id. */
  hear(batch: Batch): Promise<void>;
}

/** What a service has still to read, and how many of its processes read. */
export interface Backlog {
  readonly messages: number;
  readonly readers: number;
}

const manifests = 'duet.manifests';
/** Of this system, whoever owns them: a context's name holds no point. */
const isSpoken = (topic: string): boolean => /^[^.]+\.(commands|events)$/.test(topic) || topic === manifests || topic === 'duet.parked';

/**
 * From the beginning of one batch to that of the next, in milliseconds, as long as it is not behind. Whoever only looks on is in no hurry, and what comes meanwhile comes in one batch:
 * a statement for many messages costs hardly more than for one. What is alone comes at once.
 */
const breathMs = 200;

/** How often it looks for topics that are new, and, while it is behind, whether it still is; in milliseconds. */
const lookEveryMs = 2_000;

/**
 * Hears all that is said on all topics, and takes no part: it answers nobody, so it has no inbox, no outbox, and no manifest, and nobody waits for it. It reads in a group of its own, in batches,
 * one at a time: what it has not read yet stays at the broker, so a backlog costs it no memory and the others nothing.
 */
export class Witness implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Witness');
  private hearer: Hearer | undefined;
  private group = '';
  private topics: readonly string[] = [];
  private consumption: Consumption | undefined;
  private looking: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private behind = true;
  private newest = 0;
  private stopping = false;
  private readonly ends = new Map<string, ReturnType<Broker['endOffsets']>>();

  constructor(
    private readonly name: string,
    private readonly settings: WitnessSettings,
    private readonly broker: Broker,
  ) {}

  async start(hearer: Hearer): Promise<void> {
    this.hearer = hearer;
    this.group = `${this.settings.topicPrefix}${this.name}-${await hearer.memory()}`;
    await this.look();
    this.timer = setInterval(() => {
      this.looking ??= this.look()
        .catch((error: unknown) => this.logger.warn({ msg: 'the topics could not be looked at', error: textOf(error) }))
        .finally(() => (this.looking = undefined));
    }, lookEveryMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    await this.looking;
    await this.consumption?.stop();
    await this.broker.close();
  }

  /** Whether messages come in. */
  health(): { ok: boolean; text: string } {
    const state = this.consumption?.state();
    // With no topic there is nothing to hear, and nothing wrong.
    if (!state) return { ok: this.hearer !== undefined, text: 'there are no topics yet' };
    return {
      ok: state.name === 'consuming',
      text: `${state.name} since ${state.since.toISOString()}${state.text ? `, ${state.text}` : ''}`,
    };
  }

  /** It has read all that there is, but for what is on its way just now. */
  get caughtUp(): boolean {
    return !this.behind && this.consumption?.state().name === 'consuming';
  }

  /** The time of the newest message that it has heard since it runs, in milliseconds since 1970; 0: none. */
  get newestAt(): number {
    return this.newest;
  }

  /** @throws BrokerUnavailable, UnknownTopic */
  async backlogOf(service: string, topics: readonly string[]): Promise<Backlog> {
    const { topicPrefix } = this.settings;
    const group = topicPrefix + service;
    const read = topics.map((topic) => topicPrefix + topic).filter((topic) => this.topics.includes(topic));
    const [readers, ...behind] = await Promise.all([this.broker.readersOf(group), ...read.map((topic) => this.behindIn(group, topic))]);
    return { readers, messages: behind.reduce((sum, count) => sum + count, 0) };
  }

  private async behindIn(group: string, topic: string): Promise<number> {
    const [committed, ends] = await Promise.all([this.broker.committedOffsets(group, topic), this.endsOf(topic)]);
    const isAll = [...ends.keys()].every((partition) => committed.has(partition));
    const first = isAll ? committed : await this.broker.firstOffsets(topic);
    const behind = [...ends].map(([partition, end]) => Number(end - (committed.get(partition) ?? first.get(partition) ?? 0n)));
    // They are asked side by side: what is committed may be newer than the end.
    return behind.reduce((sum, count) => sum + Math.max(0, count), 0);
  }

  /** Where a topic ends: asked for once for all who ask at the same time, as for each that reads it. */
  private endsOf(topic: string): ReturnType<Broker['endOffsets']> {
    const asked = this.ends.get(topic) ?? this.broker.endOffsets(topic).finally(() => this.ends.delete(topic));
    this.ends.set(topic, asked);
    return asked;
  }

  private async look(): Promise<void> {
    const { topicPrefix } = this.settings;
    const names = await this.broker.topicNames();
    const spoken = names.filter((name) => name.startsWith(topicPrefix) && isSpoken(name.slice(topicPrefix.length)));
    const consuming = this.consumption?.state().name === 'consuming';
    // What was said while it heard nothing is still to be read.
    if (!consuming) this.behind = true;
    if (spoken.length > 0 && spoken.join() !== this.topics.join()) await this.consume(spoken);
    else if (this.behind && consuming) await this.compare();
  }

  /** A reader's topics are settled when it joins its group: for new ones it joins anew. */
  private async consume(topics: readonly string[]): Promise<void> {
    await this.consumption?.stop();
    if (this.stopping) return;
    this.consumption = await this.broker.consume({
      group: this.group,
      topics,
      maxMessages: this.settings.unitSize,
      onMessages: (messages) => this.receive(messages),
    });
    this.topics = topics;
    this.behind = true;
  }

  private async compare(): Promise<void> {
    const behind = await Promise.all(this.topics.map((topic) => this.behindIn(this.group, topic)));
    this.behind = behind.some((count) => count > 0);
  }

  private async receive(messages: readonly IncomingMessage[]): Promise<void> {
    if (!this.hearer || this.stopping) throw new Stopping();
    // A full poll: there is more where this came from.
    if (messages.length >= this.settings.unitSize) this.behind = true;
    const began = performance.now();
    const batch = batchOf(messages, this.settings.topicPrefix);
    await this.hearer.hear(batch);
    this.newest = batch.messages.reduce((newest, { message }) => Math.max(newest, Date.parse(message.time)), this.newest);
    const left = breathMs - (performance.now() - began);
    if (left > 0 && !this.behind && !this.stopping) await pause(left);
  }
}

/** Sorts a poll by what it brought. */
export function batchOf(received: readonly IncomingMessage[], topicPrefix: string): Batch {
  const batch = { messages: [] as Overheard[], manifests: [] as HeardManifest[], unreadable: [] as Unreadable[] };
  for (const one of received) {
    const topic = one.topic.slice(topicPrefix.length);
    try {
      if (one.unreadable !== undefined) throw new Malformed('batch', one.unreadable);
      if (topic !== manifests) batch.messages.push({ topic, message: named(decodeAny({ ...one, topic })) });
      else if (one.value !== null) batch.manifests.push({ manifest: manifestOf(one.value), at: timeOf(one) });
    } catch (error) {
      const code = error instanceof Malformed ? error.code : 'unreadable';
      const text = textOf(error).replaceAll('\u0000', '\ufffd');
      batch.unreadable.push({ place: `${topic}/${one.partition}/${one.offset}`, at: timeOf(one), code, text });
    }
  }
  return batch;
}

/** Several names stand together in one entry of an index, of which PostgreSQL takes up to 2,704 bytes. */
const longestNames = 512;

function named(message: Envelope): Envelope {
  const { process, type, source } = message;
  if (Buffer.byteLength(process) + Buffer.byteLength(type) + Buffer.byteLength(source) > longestNames)
    throw new Malformed('header', `the names of its process, its type and its source take more than ${longestNames} bytes together`);
  return message;
}

/** The end of the year 9999: JavaScript and PostgreSQL write later times differently, and a sender's clock may say anything. */
const latest = 253_402_300_799_999;
const timeOf = ({ timestamp }: IncomingMessage): number => Math.min(Math.max(Number.isFinite(timestamp) ? timestamp : 0, 0), latest);

/** What an older build has left out is empty. */
function manifestOf(value: Buffer): Manifest {
  const said = JSON.parse(value.toString('utf8')) as Partial<Manifest> | null;
  if (typeof said?.service !== 'string') throw new Malformed('schema', 'it is no manifest: it names no service');
  const { service, build = '', starts = [], handles = [], reactions = [], hears = [], deadlines = [], leads = [], messages = {} } = said;
  const { deadlineMs } = said;
  return {
    ...{ service, build, starts, handles, reactions, hears, deadlines, leads, messages },
    ...(typeof deadlineMs === 'number' && { deadlineMs }),
  };
}
