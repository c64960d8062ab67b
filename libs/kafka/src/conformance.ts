import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Broker, Consumption, IncomingMessage, OutgoingMessage } from './broker';
import { PartitionMismatch, UnknownTopic } from './errors';
import type { RawMessage } from './memory';
import { until } from './until';

/** What the suite needs of an implementation. */
export interface Subject {
  /** Another client of the same broker. */
  broker(): Broker;
  /** Writes past the port, as a foreign program may. */
  append(topic: string, message: RawMessage): Promise<void> | void;
  end?(): Promise<void>;
}

const message = (topic: string, key: string, value: string | Buffer | null = key, headers = {}): OutgoingMessage => ({
  topic,
  key,
  value,
  headers,
});
const textOf = ({ value }: IncomingMessage) => value?.toString() ?? null;
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

/** A promise that somebody else opens. */
function gate() {
  let open = () => undefined as void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

/** The rules of the port. Every implementation runs them. */
export function conformance(name: string, start: () => Promise<Subject>): void {
  describe(`${name}: the rules of a broker`, () => {
    let subject: Subject;
    let broker: Broker;
    let topic: string;
    let group: string;
    const brokers: Broker[] = [];

    const client = () => {
      const other = subject.broker();
      brokers.push(other);
      return other;
    };
    /** A reader that notes every call. */
    const read = async (options: Partial<Parameters<Broker['consume']>[0]> = {}, on = broker) => {
      const calls: IncomingMessage[][] = [];
      const onMessages = async (messages: readonly IncomingMessage[]) => {
        calls.push([...messages]);
        await options.onMessages?.(messages);
      };
      const consumption = await on.consume({ group, topics: [topic], ...options, onMessages });
      return { calls, all: () => calls.flat(), texts: () => calls.flat().map(textOf), consumption };
    };
    const consuming = (...readers: { consumption: Consumption }[]) =>
      until('the readers have joined', () => readers.every(({ consumption }) => consumption.state().name === 'consuming'));
    const committed = async () => [...(await broker.committedOffsets(group, topic)).values()].reduce((sum, offset) => sum + offset, 0n);
    const untilCommitted = (count: number) => until(`${count} are committed`, async () => (await committed()) >= BigInt(count));

    beforeAll(async () => {
      subject = await start();
    });
    afterAll(() => subject.end?.());
    beforeEach(async () => {
      topic = `conformance.${randomUUID()}`;
      group = `group-${randomUUID()}`;
      broker = client();
      await broker.ensureTopics([{ name: topic, partitions: 6 }]);
    });
    afterEach(async () => {
      await Promise.all(brokers.splice(0).map((one) => one.close()));
    });

    describe('sending and reading', () => {
      it('keeps the order of each key, over many sends at once', async () => {
        const keys = numbers(20).map((key) => `saga-${key}`);
        await Promise.all(numbers(30).map((n) => broker.send(keys.map((key) => message(topic, key, `${n}`)))));
        const reader = await read();
        await until('all have come', () => reader.all().length === 600);
        for (const key of keys) {
          const ofKey = reader.all().filter((one) => one.key?.toString() === key);
          expect(ofKey.map(textOf)).toEqual(numbers(30).map(String));
        }
      });

      it('puts a key into the partition where clients in other languages put it', async () => {
        await broker.send([message(topic, '21'), message(topic, 'foobar'), message(topic, 'a-little-bit-long-string')]);
        const reader = await read();
        await until('all have come', () => reader.all().length === 3);
        // The hashes are those of the Java client's own tests (UtilsTest.testMurmur2); it takes them without the sign, modulo the partitions.
        const expected = { '21': -973932308, foobar: -790332482, 'a-little-bit-long-string': -985981536 };
        for (const [key, hash] of Object.entries(expected)) {
          expect(reader.all().find((one) => textOf(one) === key)!.partition).toBe((hash & 0x7fffffff) % 6);
        }
      });

      it('reads from the beginning when the group has no offset', async () => {
        await broker.send(numbers(10).map((n) => message(topic, `${n}`)));
        const reader = await read();
        await until('all have come', () => reader.all().length === 10);
        expect(reader.texts().sort()).toEqual(numbers(10).map(String));
      });

      it('goes on where the group has stopped', async () => {
        await broker.send(numbers(10).map((n) => message(topic, `${n}`)));
        const first = await read();
        await until('all have come', () => first.all().length === 10);
        await first.consumption.stop();
        await broker.send([message(topic, 'later')]);
        const second = await read({}, client());
        await until('the later one has come', () => second.all().length > 0);
        expect(second.texts()).toEqual(['later']);
      });

      it('reads several topics at once', async () => {
        const other = `${topic}.other`;
        await broker.ensureTopics([{ name: other, partitions: 6 }]);
        const reader = await read({ topics: [topic, other] });
        await broker.send([message(topic, 'a', 'here'), message(other, 'a', 'there')]);
        await until('both have come', () => reader.all().length === 2);
        expect(reader.texts().sort()).toEqual(['here', 'there']);
      });

      it('gives each group all messages', async () => {
        const one = await read();
        const other = await read({ group: `${group}.other` });
        await broker.send([message(topic, 'a')]);
        await until('both have it', () => one.all().length === 1 && other.all().length === 1);
      });

      it('leaves bytes alone: null values and keys, headers that are no text, a header twice', async () => {
        const binary = Buffer.from([0, 255, 254, 123]);
        await broker.send([message(topic, 'a', null, { binary, text: 'grüezi' })]);
        await subject.append(topic, { key: null, value: binary, headers: { twice: ['one', 'two'] } });
        const reader = await read();
        await until('both have come', () => reader.all().length === 2);
        const sent = reader.all().find(({ key }) => key !== null)!;
        const foreign = reader.all().find(({ key }) => key === null)!;
        expect(sent.value).toBeNull();
        expect(sent.headers['binary']).toEqual(binary);
        expect(sent.headers['text']).toEqual(Buffer.from('grüezi'));
        expect(foreign.value).toEqual(binary);
        expect(foreign.headers['twice']).toEqual([Buffer.from('one'), Buffer.from('two')]);
        expect(foreign.timestamp).toBeGreaterThan(Date.now() - 60_000);
      });

      it('carries messages of 1 MiB', async () => {
        const large = Buffer.alloc(1_048_576, 'x');
        const reader = await read();
        await broker.send([message(topic, 'a', large), message(topic, 'a', 'after'), message(topic, 'b', large)]);
        await until('all have come', () => reader.all().length === 3);
        expect(reader.all().filter(({ value }) => value?.equals(large))).toHaveLength(2);
      });

      it('sends nothing without a complaint when there is nothing to send', async () => {
        await expect(broker.send([])).resolves.toBeUndefined();
      });
    });

    describe('polls', () => {
      it('joins the partitions of a fetch into one call', async () => {
        const open = gate();
        const reader = await read({ onMessages: () => open.opened });
        await broker.send([message(topic, 'first')]);
        await until('the first call runs', () => reader.calls.length === 1);
        await broker.send(numbers(60).map((n) => message(topic, `${n}`)));
        open.open();
        await until('all have come', () => reader.all().length === 61);
        expect(reader.calls.length).toBeLessThan(6);
        expect(new Set(reader.calls.find((call) => call.length > 6)!.map(({ partition }) => partition)).size).toBe(6);
      });

      it('never gives more than maxMessages, nor calls twice at a time', async () => {
        await broker.send(numbers(100).map((n) => message(topic, `${n}`)));
        let running = 0;
        let most = 0;
        const reader = await read({
          maxMessages: 7,
          onMessages: async () => {
            most = Math.max(most, ++running);
            await sleep(1);
            running--;
          },
        });
        await until('all have come', () => reader.all().length === 100);
        expect(most).toBe(1);
        expect(Math.max(...reader.calls.map((call) => call.length))).toBe(7);
        expect(new Set(reader.texts()).size).toBe(100);
      });

      it('commits only after the call has resolved', async () => {
        const open = gate();
        const reader = await read({ onMessages: () => open.opened });
        await broker.send([message(topic, 'a')]);
        await until('the call runs', () => reader.calls.length === 1);
        expect(await committed()).toBe(0n);
        open.open();
        await untilCommitted(1);
      });

      it('brings rejected messages again, loses none and keeps their order', async () => {
        await broker.send(numbers(50).map((n) => message(topic, `${n % 5}`, `${n}`)));
        let calls = 0;
        const done: IncomingMessage[] = [];
        await read({
          maxMessages: 20,
          onMessages: async (messages) => {
            if (++calls % 2 === 1 && calls < 8) throw new Error('not now');
            done.push(...messages);
          },
        });
        await until('all are done', () => done.length >= 50);
        await untilCommitted(50);
        expect(done).toHaveLength(50);
        for (const key of numbers(5)) {
          const ofKey = done.filter((one) => one.key?.toString() === String(key)).map((one) => Number(textOf(one)));
          expect(ofKey).toEqual([...ofKey].sort((a, b) => a - b));
        }
      });

      it('lets the other partitions flow while one is rejected again and again', async () => {
        const done: string[] = [];
        let poisoned = true;
        let refused = 0;
        await read({
          onMessages: async (messages) => {
            if (poisoned && messages.some((one) => textOf(one) === 'poison')) {
              refused++;
              throw new Error('poison');
            }
            done.push(...messages.map((one) => textOf(one)!));
          },
        });
        await broker.send([
          message(topic, 'p', 'poison'),
          message(topic, 'p', 'behind'),
          ...numbers(30).map((n) => message(topic, `${n}`, `${n}`)),
        ]);
        await until('the poison has been refused a few times', () => refused >= 3);
        await broker.send(numbers(30).map((n) => message(topic, `${n}`, `later-${n}`)));
        await until('what is in other partitions has gone through', () => done.filter((text) => text.startsWith('later')).length > 15);
        poisoned = false;
        await until('all is done', () => done.length === 62);
        expect(done.indexOf('behind')).toBeGreaterThan(done.indexOf('poison'));
      });
    });

    describe('groups', () => {
      it('shares the partitions among the readers of a group, and each message goes to one of them', async () => {
        const one = await read();
        const other = await read({}, client());
        await consuming(one, other);
        await until('both take part', () => [one, other].every(({ consumption }) => consumption.state().text.includes('3 partitions')));
        await broker.send(numbers(200).map((n) => message(topic, `${n}`)));
        await until('all have come', () => one.all().length + other.all().length >= 200);
        expect(new Set([...one.texts(), ...other.texts()]).size).toBe(200);
        const partitions = (reader: typeof one) => [...new Set(reader.all().map(({ partition }) => partition))];
        expect(partitions(one).filter((partition) => partitions(other).includes(partition))).toEqual([]);
      });

      it('takes over the partitions of a reader that stops, without doing what it did', async () => {
        const one = await read();
        const other = await read({}, client());
        await consuming(one, other);
        await broker.send(numbers(50).map((n) => message(topic, `${n}`)));
        await until('all have come', () => one.all().length + other.all().length >= 50);
        await one.consumption.stop();
        await broker.send(numbers(50).map((n) => message(topic, `${n}`, `later-${n}`)));
        await until('the other reads all', () => other.texts().filter((text) => text?.startsWith('later')).length === 50);
        expect(new Set([...one.texts(), ...other.texts()]).size).toBe(100);
        expect(one.all().length + other.all().length).toBe(100);
      });

      it('loses nothing when a reader comes while another is in a call', async () => {
        const open = gate();
        const one = await read({ maxMessages: 10, onMessages: () => open.opened });
        await broker.send(numbers(100).map((n) => message(topic, `${n}`)));
        await until('a call runs', () => one.calls.length === 1);
        const other = await read({}, client());
        open.open();
        await until('all have come', () => new Set([...one.texts(), ...other.texts()]).size === 100);
        await untilCommitted(100);
      });
    });

    describe('stopping', () => {
      it('waits for the running call, commits it, and calls no more', async () => {
        const open = gate();
        const reader = await read({ maxMessages: 1, onMessages: () => open.opened });
        await broker.send(numbers(10).map((n) => message(topic, `${n}`)));
        await until('a call runs', () => reader.calls.length === 1);
        let stopped = false;
        const stopping = reader.consumption.stop().then(() => (stopped = true));
        await sleep(50);
        expect(stopped).toBe(false);
        open.open();
        await stopping;
        expect(reader.calls).toHaveLength(1);
        expect(await committed()).toBe(1n);
        expect(reader.consumption.state().name).toBe('stopped');
        await reader.consumption.stop();
      });

      it('refuses everything after close, and says so', async () => {
        const closed = client();
        await closed.close();
        await closed.close();
        await expect(closed.send([message(topic, 'a')])).rejects.toThrow('was closed');
        await expect(closed.consume({ group, topics: [topic], onMessages: async () => undefined })).rejects.toThrow('was closed');
      });
    });

    describe('topics', () => {
      const unknown = () => `${topic}.unknown`;

      it('refuses to send to a topic that does not exist, names it, and still sends to others', async () => {
        await expect(broker.send([message(unknown(), 'a')])).rejects.toThrow(UnknownTopic);
        await expect(broker.send([message(unknown(), 'a')])).rejects.toThrow(unknown());
        await broker.send([message(topic, 'a')]);
      });

      it('refuses to read a topic that does not exist, and names it', async () => {
        const refused = broker.consume({ group, topics: [topic, unknown()], onMessages: async () => undefined });
        await expect(refused).rejects.toThrow(UnknownTopic);
        await expect(refused).rejects.toThrow(unknown());
      });

      it('creates topics at once from many clients, and an existing one again', async () => {
        const names = numbers(4).map((n) => `${topic}.${n}`);
        await Promise.all(numbers(3).map(() => client().ensureTopics(names.map((name) => ({ name, partitions: 3 })))));
        await broker.ensureTopics([...names.map((name) => ({ name, partitions: 3 })), { name: topic, partitions: 6 }]);
        await broker.send(names.map((name) => message(name, 'a')));
        expect((await broker.endOffsets(names[0]!)).size).toBe(3);
      });

      it('creates a compacted topic', async () => {
        await broker.ensureTopics([{ name: unknown(), partitions: 1, compacted: true }]);
        await broker.send([message(unknown(), 'a')]);
      });

      it('refuses another number of partitions, and says which and what to do', async () => {
        const refused = broker.ensureTopics([{ name: topic, partitions: 12 }]);
        await expect(refused).rejects.toThrow(PartitionMismatch);
        await expect(refused).rejects.toThrow(`Topic '${topic}' has 6 partitions, 12 were asked for`);
      });

      it('tells the end of each partition and how far a group has come', async () => {
        await broker.send(numbers(30).map((n) => message(topic, `${n}`)));
        const ends = await broker.endOffsets(topic);
        expect(ends.size).toBe(6);
        expect([...ends.values()].reduce((sum, end) => sum + end, 0n)).toBe(30n);
        expect([...(await broker.committedOffsets(group, topic)).values()]).toEqual([]);
        await read();
        await untilCommitted(30);
        for (const [partition, offset] of await broker.committedOffsets(group, topic)) expect(offset).toBe(ends.get(partition));
        expect([...(await broker.firstOffsets(topic)).values()]).toEqual(numbers(6).map(() => 0n));
      });

      it('tells which topics there are, and how many read in a group', async () => {
        expect(await broker.topicNames()).toContain(topic);
        expect(await broker.readersOf(group)).toBe(0);
        const { consumption } = await read();
        await consuming({ consumption });
        expect(await broker.readersOf(group)).toBe(1);
        await consumption.stop();
        expect(await broker.readersOf(group)).toBe(0);
      });
    });
  });
}
