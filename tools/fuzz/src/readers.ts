import type { System } from '@duet/probe';
import { declarations } from '@duet/system';
import { NotInTime, NotTaken, RawProducer, recordBatch, until } from '@duet/testbed';
import { asideAfter } from './aside.store';
import type { Finding } from './result';
import { escaped, messageText, type Thing } from './thing';
import { verdictOn } from './verdict';

/** How long reading what was thrown may take, in milliseconds. */
const readWithin = 60_000;
/** Of every topic. */
const partitions = 6;

/** What must come of a message at the owner of its topic. */
interface Expected {
  readonly n: number;
  readonly owner: string;
  readonly verdict: string;
  readonly bytes: string;
}

/** Throws messages, and looks at what their readers make of them. */
export class Readers {
  thrown = 0;
  readonly reasons: Record<string, number> = {};
  /** By place in the log. */
  private readonly expected = new Map<string, Expected>();
  /** How far each service's list of what was set aside has been looked at. */
  private readonly seen = new Map<string, number>();

  private constructor(
    private readonly system: System,
    private readonly producer: RawProducer,
  ) {}

  static async of(system: System, broker: string): Promise<Readers> {
    return new Readers(system, await RawProducer.to(broker));
  }

  close(): void {
    this.producer.close();
  }

  async throw(some: readonly Thing[]): Promise<Finding[]> {
    const findings: Finding[] = [];
    for (const thing of some) if (thing.is === 'messages') findings.push(...(await this.send(thing)));
    return findings;
  }

  private async send(thing: Thing & { is: 'messages' }): Promise<Finding[]> {
    const { n, topic, codec, messages } = thing;
    this.thrown += messages.length;
    const partition = n % partitions;
    try {
      const first = await this.producer.send(this.system.prefix + topic, partition, recordBatch(messages, codec));
      const owner = declarations.find(({ name, handles }) => `${name}.commands` === topic && handles.length > 0);
      if (!owner) return [];
      const verdicts = messages.map((message) => verdictOn(topic, codec, message, owner.handles));
      for (const [at, verdict] of verdicts.entries()) {
        const message = messages[at];
        // What cannot be unpacked is one message, in the place of the last.
        if (!message || (verdict === 'batch' && at < messages.length - 1)) continue;
        const expected = { n, owner: owner.name, verdict, bytes: `to ${topic} (${codec}): ${messageText(message)}` };
        this.expected.set(`${topic}/${partition}/${first + BigInt(at)}`, expected);
      }
      return [];
    } catch (error) {
      // A topic that keeps the last of each key takes nothing without one.
      if (error instanceof NotTaken && topic === 'duet.manifests') return [];
      if (error instanceof NotTaken) return [{ n, text: `was not taken by the broker: ${error.message}`, bytes: escaped(thing) }];
      throw error;
    }
  }

  /** Waits until all has been read, and compares. */
  async look(): Promise<Finding[]> {
    const findings: Finding[] = [];
    const asides = new Map<string, string>();
    const isRead = async (): Promise<boolean> => {
      for (const { name } of declarations) {
        const rows = await asideAfter(this.system.databaseUrl(name), this.seen.get(name) ?? 0);
        for (const { place, code } of rows) asides.set(`${name} ${place}`, code);
        const last = rows.at(-1);
        if (last) this.seen.set(name, last.n);
      }
      const missing = [...this.expected].filter(([place, { owner, verdict }]) => verdict !== 'taken' && !asides.has(`${owner} ${place}`));
      return missing.length === 0 && (await this.areAllRead());
    };
    await until(isRead, { what: 'everything is read', deadline: readWithin }).catch((error: unknown) => {
      if (!(error instanceof NotInTime)) throw error;
      findings.push({ n: null, text: `not everything was read within ${readWithin / 1_000} s`, bytes: null });
    });
    for (const [place, { n, owner, verdict, bytes }] of this.expected) {
      const code = asides.get(`${owner} ${place}`) ?? 'taken';
      this.reasons[code] = (this.reasons[code] ?? 0) + 1;
      if (code !== verdict) findings.push({ n, text: `came to "${code}" at ${owner}, and should have come to "${verdict}"`, bytes });
    }
    this.expected.clear();
    return findings;
  }

  /** Where a group has committed nothing it reads nothing, or has nothing to read. */
  private async areAllRead(): Promise<boolean> {
    const { broker, prefix } = this.system;
    const lags = await Promise.all(
      [...this.system.topics(), `${prefix}duet.parked`].map(async (topic) => {
        const ends = await broker.endOffsets(topic);
        const groups = await Promise.all(declarations.map(({ name }) => broker.committedOffsets(prefix + name, topic)));
        return groups.some((committed) => [...committed].some(([partition, offset]) => offset < (ends.get(partition) ?? 0n)));
      }),
    );
    return !lags.includes(true);
  }
}
