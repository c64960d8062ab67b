import { type IncomingMessage, memoryCluster } from '@duet/kafka';
import { until } from '@duet/testbed';
import { type Batch, batchOf, type Hearer, Witness } from './witness';

// A witness looks for new topics every two seconds.
jest.setTimeout(60_000);

const headers = (different: Record<string, string> = {}) =>
  Object.fromEntries(
    Object.entries({
      ...{ ce_specversion: '1.0', ce_id: 'one', ce_source: '/clown', ce_type: 'clown.Joked', ce_time: '2030-01-01T00:00:00.000Z' },
      ...{ ce_subject: 'saga', ce_dataschema: '/clown/Joked/1', 'content-type': 'application/json', ce_correlationid: 'saga' },
      ...{ ce_process: 'circus', ce_style: 'choreography', ce_hop: '0', ce_seq: '1', ce_facts: '{}' },
      ...different,
    }).map(([name, text]) => [name, Buffer.from(text)]),
  );
const received = (different: Partial<IncomingMessage> = {}): IncomingMessage => ({
  ...{ topic: 'p.clown.events', partition: 2, offset: '7', key: Buffer.from('saga'), value: Buffer.from('{"funny":true}') },
  ...{ headers: headers(), timestamp: 5, ...different },
});
const heard = (...messages: IncomingMessage[]) => batchOf(messages, 'p.');

describe('who only listens', () => {
  it('understands a message of a class that nobody here knows', () => {
    const { messages, unreadable } = heard(received());
    expect(unreadable).toEqual([]);
    expect(messages).toMatchObject([
      { topic: 'clown.events', message: { type: 'clown.Joked', process: 'circus', saga: 'saga', body: { funny: true } } },
    ]);
  });

  it('understands one over the limit of hops, too: by it a loop is known', () => {
    expect(heard(received({ headers: headers({ ce_hop: '65' }) })).messages).toHaveLength(1);
  });

  it.each<[string, Partial<IncomingMessage>, string]>([
    ['no headers', { headers: {} }, 'header'],
    ['a style that is none', { headers: headers({ ce_style: 'tango' }) }, 'style'],
    ['a body that is none', { value: Buffer.from('[1]') }, 'schema'],
    ['a body that PostgreSQL cannot store', { value: Buffer.from('{"a":"\\u0000"}') }, 'schema'],
    ['no body', { value: null }, 'not-json'],
    ['another key than its saga', { key: Buffer.from('other') }, 'subject'],
    ['names too long for an index', { headers: headers({ ce_type: 'ü'.repeat(250), ce_source: 'ü'.repeat(250) }) }, 'header'],
    ['a batch that cannot be taken apart', { unreadable: 'its batch is broken' }, 'batch'],
  ])('notes what cannot be read, and where it stands: %s', (_, different, code) => {
    const { messages, unreadable } = heard(received(different), received({ offset: '8' }));
    expect(unreadable).toMatchObject([{ place: 'clown.events/2/7', code }]);
    expect(messages).toHaveLength(1);
  });

  it('takes what a clock of a sender says for a time, whatever it says', () => {
    for (const timestamp of [-1, 9e18, NaN]) {
      const [one] = heard(received({ value: null, timestamp })).unreadable;
      expect(new Date(one!.at).toISOString()).toMatch(/^\d{4}-/);
    }
  });

  it('understands a manifest, also an older one that says less', () => {
    const manifest = { topic: 'p.duet.manifests', value: Buffer.from('{"service":"clown"}') };
    expect(heard(received(manifest)).manifests).toMatchObject([
      { at: 5, manifest: { service: 'clown', handles: [], reactions: [], leads: [] } },
    ]);
    const late = Buffer.from('{"service":"clown","deadlineMs":60000}');
    expect(heard(received({ ...manifest, value: late })).manifests).toMatchObject([{ manifest: { deadlineMs: 60_000 } }]);
    expect(heard(received({ ...manifest, value: Buffer.from('{}') })).unreadable).toHaveLength(1);
    expect(heard(received({ ...manifest, value: null }))).toEqual({ messages: [], manifests: [], unreadable: [] });
  });
});

describe('a witness', () => {
  const settings = { databaseUrl: '', databaseConnections: 1, brokers: [], topicPrefix: 'p.', unitSize: 200 };
  const texts = Object.fromEntries(Object.entries(headers()).map(([name, bytes]) => [name, bytes.toString()]));
  const joke = (topic: string, id: string) => ({ topic, key: 'saga', value: '{}', headers: { ...texts, ce_id: id } });

  /** What it hears on a broker of its own, with a memory of this name. */
  async function hearing(cluster = memoryCluster(), memory = 'one') {
    const broker = cluster.broker();
    const batches: Batch[] = [];
    const hearer: Hearer = { memory: async () => memory, hear: async (batch) => void batches.push(batch) };
    const witness = new Witness('observer', settings, cluster.broker());
    await witness.start(hearer);
    return { cluster, broker, witness, heard: () => batches.flatMap(({ messages }) => messages.map(({ message }) => message.id)) };
  }

  it('hears what is said on topics that come later, and on no foreign ones', async () => {
    const { broker, witness, heard } = await hearing();
    expect(witness.health()).toEqual({ ok: true, text: 'there are no topics yet' });
    const topics = ['p.clown.events', 'q.clown.events', 'p.other.clown.events', 'p.clown.notes'];
    await broker.ensureTopics(topics.map((name) => ({ name, partitions: 2 })));
    await broker.send(topics.map((topic) => joke(topic, topic)));
    await until(() => heard().length > 0, { what: 'it hears' });
    await broker.ensureTopics([{ name: 'p.lion.commands', partitions: 2 }]);
    await broker.send([joke('p.lion.commands', 'roar')]);
    await until(() => heard().includes('roar'), { what: 'it hears the new topic, too' });
    expect(heard()).toEqual(['p.clown.events', 'roar']);
    await until(() => witness.caughtUp, { what: 'it has heard everything' });
    await witness.beforeApplicationShutdown();
    expect(witness.caughtUp).toBe(false);
  });

  it('hears everything again when it has lost its memory, and nothing twice when it has not', async () => {
    const first = await hearing();
    await first.broker.ensureTopics([{ name: 'p.clown.events', partitions: 2 }]);
    await first.broker.send([joke('p.clown.events', 'a')]);
    await until(() => first.heard().length === 1 && first.witness.caughtUp, { what: 'it hears' });
    await first.witness.beforeApplicationShutdown();
    await first.broker.send([joke('p.clown.events', 'b')]);
    const same = await hearing(first.cluster, 'one');
    const other = await hearing(first.cluster, 'other');
    await until(() => same.witness.caughtUp && other.witness.caughtUp, { what: 'both have heard what there is' });
    expect([same.heard(), other.heard()]).toEqual([['b'], ['a', 'b']]);
    await Promise.all([same.witness.beforeApplicationShutdown(), other.witness.beforeApplicationShutdown()]);
  });

  it('knows how much another group has still to read, and how many read there', async () => {
    const { cluster, broker, witness } = await hearing();
    await broker.ensureTopics([{ name: 'p.clown.events', partitions: 2 }]);
    await until(() => witness.caughtUp, { what: 'it hears' });
    await broker.send([joke('p.clown.events', 'a'), joke('p.clown.events', 'b')]);
    expect(await witness.backlogOf('lion', ['clown.events', 'none.events'])).toEqual({ messages: 2, readers: 0 });
    await cluster.broker().consume({ group: 'p.lion', topics: ['p.clown.events'], onMessages: async () => undefined });
    await until(async () => (await witness.backlogOf('lion', ['clown.events'])).messages === 0, { what: 'it has been read' });
    expect(await witness.backlogOf('lion', ['clown.events'])).toEqual({ messages: 0, readers: 1 });
    await witness.beforeApplicationShutdown();
  });
});
