import { kill } from 'node:process';
import { badBatches, badMessages, changed, memoryOf, rightMessage } from '@duet/probe';
import { NotTaken, RawProducer, type Reply, recordBatch, testInfra, until } from '@duet/testbed';
import { type ServiceName, services, System } from './system.fixture';

jest.setTimeout(300_000);

/** Every topic of the business, with a message that its readers know, and who reads it. */
const topics: readonly { topic: string; type: string; readers: readonly ServiceName[] }[] = [
  { topic: 'order.commands', type: 'order.ConfirmOrder', readers: ['order'] },
  { topic: 'order.events', type: 'order.OrderPlaced', readers: ['inventory'] },
  { topic: 'inventory.commands', type: 'inventory.ReserveStock', readers: ['inventory'] },
  { topic: 'inventory.events', type: 'inventory.StockReserved', readers: ['payment', 'order'] },
  { topic: 'payment.commands', type: 'payment.ProcessPayment', readers: ['payment'] },
  { topic: 'payment.events', type: 'payment.PaymentProcessed', readers: ['shipping', 'order'] },
  { topic: 'shipping.commands', type: 'shipping.ShipOrder', readers: ['shipping'] },
  { topic: 'shipping.events', type: 'shipping.OrderShipped', readers: ['order', 'inventory'] },
  { topic: 'duet.parked', type: 'duet.MessageParked', readers: ['order'] },
  { topic: 'duet.manifests', type: 'duet.Manifest', readers: [] },
];

interface HeldPage {
  readonly items: readonly {
    readonly id: string;
    readonly topic: string;
    readonly reason: { readonly code: string; readonly text: string };
  }[];
  readonly next?: string;
}
/** What was set aside, by its place in the log, with why. */
type Aside = ReadonlyMap<string, string>;
/** Bytes: those below go together. */
const smallBytes = 4_096;
/** A page of two hundred is no longer than this, whatever is on it: in bytes. */
const longestPage = 4 * 1_048_576;
/** Topics that everybody reads one of, and most of them both. */
const repeated = ['payment.events', 'shipping.events'];
/** When everything has been sent for the fourth time, a service has so much more memory than after the second at most. */
const mostGrowth = 128 * 1_048_576;

describe('bad messages on every topic', () => {
  let system: System;
  let producer: RawProducer;
  beforeAll(async () => {
    system = await System.start();
    producer = await RawProducer.to((await testInfra()).brokers[0] ?? '');
  });
  afterAll(async () => {
    producer.close();
    await system.stop();
  });

  /** Sends everything that is bad, and says what must come of it: the reason by place in the log, and what not everybody has to look at. */
  async function tell(topic: string, type: string): Promise<{ all: Aside; ignored: ReadonlySet<string> }> {
    const [all, ignored] = [new Map<string, string>(), new Set<string>()];
    const isOfEvents = !topic.endsWith('.commands');
    const send = async (batch: Buffer, told: readonly { code: string; isIgnored?: boolean }[], count = told.length): Promise<void> => {
      const first = await producer.send(system.prefix + topic, 0, batch).catch((error: unknown) => {
        // What has no key is nothing for a topic that keeps the last of each.
        if (error instanceof NotTaken && topic === 'duet.manifests') return undefined;
        throw error;
      });
      if (first === undefined) return;
      for (const [at, { code, isIgnored = false }] of told.entries()) {
        const place = `${topic}/0/${first + BigInt(count - told.length + at)}`;
        all.set(place, code);
        if (isIgnored) ignored.add(place);
      }
    };
    const messages = badMessages.map(({ code, change, isIgnoredAsEvent = false }) => {
      const batch = recordBatch([changed(rightMessage(type), change)]);
      return { code, change, batch, isIgnored: isOfEvents && isIgnoredAsEvent };
    });
    const small = messages.filter(({ batch }) => batch.length < smallBytes);
    await send(recordBatch(small.map(({ change }) => changed(rightMessage(type), change))), small);
    for (const one of messages.filter(({ batch }) => batch.length >= smallBytes)) await send(one.batch, [one]);
    for (const { code, count, bytesOf } of badBatches) await send(bytesOf(rightMessage(type)), [{ code }], count);
    await send(recordBatch([rightMessage(`${topic.split('.')[0]}.DoMagic`)]), [{ code: 'unknown-command', isIgnored: isOfEvents }]);
    return { all, ignored };
  }

  async function asideAt(reader: ServiceName, topic: string): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (let path: string | undefined = '/held?state=aside&limit=200'; path !== undefined;) {
      const { body, text }: Reply<HeldPage> = await system.get(reader, path);
      expect(text.length).toBeLessThan(longestPage);
      for (const { id, reason, ...item } of body.items) {
        expect(reason.text.length).toBeGreaterThan(10);
        if (item.topic === topic) found.set(id.replace(/^aside:(.*)\/[^/]*$/, '$1'), reason.code);
      }
      path = body.next && `/held?state=aside&limit=200&cursor=${body.next}`;
    }
    return found;
  }

  it.each(topics)('on $topic are set aside, each with its reason, by everybody who reads it', async ({ topic, type, readers }) => {
    const { all, ignored } = await tell(topic, type);
    const expected = [...all].filter(([place]) => !ignored.has(place)).sort();
    for (const reader of readers) {
      const deadline = 60_000;
      const isAside = async () => (await system.count(reader, `duet.held where state = 'aside' and topic = '${topic}'`)) >= expected.length;
      await until(isAside, { what: `${reader} has set aside ${expected.length} messages of ${topic}`, deadline });
      const found = [...(await asideAt(reader, topic))];
      expect(found.filter(([place]) => !ignored.has(place)).sort()).toEqual(expected);
      for (const [place, code] of found) expect(`${place} ${code}`).toBe(`${place} ${all.get(place)}`);
    }
    // Whoever else reads the topic may not look at all of them, and has the same reasons where it does.
    for (const other of services.filter((name) => !readers.includes(name)))
      for (const [place, code] of await asideAt(other, topic)) expect(`${place} ${code}`).toBe(`${place} ${all.get(place)}`);
  });

  const areUp = async (): Promise<boolean> =>
    (await Promise.all(services.map((name) => system.get(name, '/health/ready')))).every(({ status }) => status === 200);

  it('hold up no order, and end no process', async () => {
    await until(areUp, { what: 'all services are ready', deadline: 30_000 });
    for (const [name, replicas] of system.replicas)
      for (const { process } of replicas) expect({ name, isAlive: kill(process.pid, 0) }).toEqual({ name, isAlive: true });
    for (const style of ['choreography', 'orchestration', 'hybrid'])
      expect((await system.place({ style }, { wait: 20 })).body.status).toBe('confirmed');
  });

  it('leave nothing in memory, however often they come', async () => {
    const memory: Record<string, number>[] = [];
    for (const _ of [2, 3, 4]) {
      for (const { topic, type } of topics.filter((one) => repeated.includes(one.topic))) await tell(topic, type);
      await until(async () => (await system.place({}, { wait: 20 })).body.status === 'confirmed', {
        what: 'an order ends',
        deadline: 120_000,
      });
      const sizes = services.map(async (name) => [name, await memoryOf(system.url(name))] as const);
      memory.push(Object.fromEntries(await Promise.all(sizes)));
    }
    const [second = {}, , fourth = {}] = memory;
    for (const name of services) {
      const growth = (fourth[name] ?? NaN) - (second[name] ?? NaN);
      expect({ name, growth, isSmall: growth < mostGrowth }).toMatchObject({ name, isSmall: true });
    }
  });
});
