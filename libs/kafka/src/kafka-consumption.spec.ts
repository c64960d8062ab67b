import type { Consumer, ConsumerRunConfig, EachBatchPayload } from 'kafkajs';
import { timing } from './kafka-client';
import { KafkaConsumption } from './kafka-consumption';

type Listener = (event: { payload: Record<string, unknown> }) => void;

/** A kafkajs consumer that does what a test says. */
class FakeConsumer {
  readonly events = { CRASH: 'crash', STOP: 'stop', GROUP_JOIN: 'join', HEARTBEAT: 'heartbeat' };
  private readonly listeners = new Map<string, Listener>();
  disconnected = false;
  running = true;
  eachBatch: NonNullable<ConsumerRunConfig['eachBatch']> | undefined;
  readonly resolved: string[] = [];
  readonly committed: unknown[] = [];
  heartbeats = 0;

  on(event: string, listener: Listener): void {
    this.listeners.set(event, listener);
  }
  emit(event: string, payload: Record<string, unknown> = {}): void {
    this.listeners.get(event)?.({ payload });
  }
  async connect(): Promise<void> {}
  async subscribe(): Promise<void> {}
  async run({ eachBatch }: ConsumerRunConfig): Promise<void> {
    this.eachBatch = eachBatch;
    this.emit('join', { memberAssignment: { t: [0, 1] } });
  }
  async disconnect(): Promise<void> {
    this.running = false;
    this.disconnected = true;
  }
  batch(offsets: string[], heartbeat = async () => undefined as void): Promise<void> {
    return this.eachBatch!({
      batch: {
        topic: 't',
        partition: 0,
        messages: offsets.map((offset) => ({ offset, key: null, value: null, timestamp: '0', headers: {} })),
      },
      resolveOffset: (offset: string) => this.resolved.push(offset),
      heartbeat: async () => {
        this.heartbeats++;
        await heartbeat();
      },
      pause: () => () => undefined,
      commitOffsetsIfNecessary: async (offsets: unknown) => void this.committed.push(offsets),
      isRunning: () => this.running,
      isStale: () => false,
    } as unknown as EachBatchPayload);
  }
}

describe('a reader of Kafka', () => {
  let consumers: FakeConsumer[];
  let reader: KafkaConsumption;
  let onMessages: () => Promise<void>;
  const logged: string[] = [];
  const last = () => consumers.at(-1)!;
  /** Lets promises run, and as much time pass. */
  const pass = (milliseconds = 0) => jest.advanceTimersByTimeAsync(milliseconds);

  beforeEach(async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    consumers = [];
    onMessages = async () => undefined;
    const newClient = () => ({
      consumer: () => {
        consumers.push(new FakeConsumer());
        return last() as unknown as Consumer;
      },
    });
    reader = new KafkaConsumption({
      group: 'g',
      topics: ['t'],
      partitions: 2,
      maxMessages: 1,
      timing,
      newClient,
      prepare: async () => undefined,
      log: ({ level, msg }) => void (level === 'error' && logged.push(msg)),
      onMessages: () => onMessages(),
    });
    await pass();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    const stopped = reader.stop();
    await pass(20_000);
    await stopped;
    jest.useRealTimers();
  });
  const turns = async () => {
    for (let n = 0; n < 5; n++) await new Promise(setImmediate);
  };

  it('says what it reads once it has joined', () => {
    expect(reader.state()).toMatchObject({ name: 'consuming', text: 'reads 2 partitions' });
  });

  it('begins anew after a crash that kafkajs deems final, with growing pauses, and says why', async () => {
    last().emit('crash', { error: new Error('the coordinator is gone') });
    await pass();
    expect(reader.state()).toMatchObject({ name: 'joining', text: 'joins again in 500 ms, after: the coordinator is gone' });
    expect(logged.at(-1)).toContain('the coordinator is gone');
    expect(consumers[0]!.disconnected).toBe(true);
    await pass(499);
    expect(consumers).toHaveLength(1);
    await pass(1);
    expect(consumers).toHaveLength(2);
    expect(reader.state().name).toBe('consuming');
    last().emit('crash', { error: new Error('again') });
    await pass();
    expect(reader.state().text).toContain('in 500 ms');
  });

  it('waits longer after each crash until it has joined again', async () => {
    const refusing = jest.spyOn(FakeConsumer.prototype, 'run').mockRejectedValue(new Error('refused'));
    last().emit('crash', { error: new Error('first') });
    await pass(500);
    expect(reader.state().text).toContain('in 1000 ms, after: refused');
    await pass(1_000);
    expect(reader.state().text).toContain('in 2000 ms, after: refused');
    await pass(60_000);
    expect(reader.state()).toMatchObject({ name: 'deaf', text: expect.stringContaining('after: refused') as unknown });
    refusing.mockRestore();
    await pass(10_000);
    expect(reader.state().name).toBe('consuming');
  });

  it('begins anew when kafkajs stops without a crash', async () => {
    last().emit('stop');
    await pass(1_000);
    expect(reader.state().text).toContain('kafkajs stopped by itself');
    await pass(500);
    expect(consumers).toHaveLength(2);
  });

  it('is deaf without a heartbeat for 15 s, hears again with one, and begins anew after 30 s', async () => {
    await pass(15_001);
    expect(reader.state()).toMatchObject({ name: 'deaf', text: 'no sign of life from Kafka for 15 s; it keeps trying' });
    last().emit('heartbeat');
    expect(reader.state().name).toBe('consuming');
    await pass(35_000);
    expect(consumers.length).toBeGreaterThan(1);
    expect(reader.state().name).toBe('consuming');
  });

  it('commits what a call did before it resolves it', async () => {
    const batch = last().batch(['7', '8']);
    await turns();
    await batch;
    expect(last().committed.at(-1)).toEqual({ topics: [{ topic: 't', partitions: [{ partition: 0, offset: '9' }] }] });
    expect(last().resolved).toEqual(['8']);
  });

  it('keeps its heart beating during a long call, and tells that it is in one', async () => {
    let finish: () => void = () => undefined;
    onMessages = () => new Promise((resolve) => (finish = resolve));
    const batch = last().batch(['0']);
    await turns();
    await pass(5_000);
    expect(last().heartbeats).toBe(5);
    expect(reader.state().text).toBe('reads 2 partitions, in one call for 5 s');
    finish();
    await turns();
    await batch;
    const before = last().heartbeats;
    await pass(5_000);
    expect(last().heartbeats).toBe(before);
  });

  it('finishes its call and gives the rest back when a heartbeat says that the group is being dealt out anew', async () => {
    let finish: () => void = () => undefined;
    onMessages = () => new Promise((resolve) => (finish = resolve));
    const rebalancing = new Error('rebalancing');
    const batch = last().batch(['0'], () => Promise.reject(rebalancing));
    const second = last()
      .batch(['5'])
      .catch((error: unknown) => error);
    await turns();
    await pass(1_000);
    finish();
    await batch;
    expect(await second).toBe(rebalancing);
    expect(last().committed).toHaveLength(1);
  });

  it('does not resolve what a former session fetched', async () => {
    let finish: () => void = () => undefined;
    onMessages = () => new Promise((resolve) => (finish = resolve));
    const former = last();
    const batch = former.batch(['0']);
    await turns();
    former.emit('crash', { error: new Error('gone') });
    await pass(500);
    finish();
    await turns();
    await batch;
    expect(former.resolved).toEqual([]);
    expect(former.committed).toEqual([]);
  });

  it('does not resolve what was dealt to others while a call failed', async () => {
    let fail: () => void = () => undefined;
    let calls = 0;
    onMessages = () => (++calls === 1 ? Promise.resolve() : new Promise((_, reject) => (fail = () => reject(new Error('no')))));
    const batch = last().batch(['0', '1']);
    await turns();
    last().emit('join', { memberAssignment: {} });
    fail();
    await turns();
    await batch;
    expect(last().resolved).toEqual([]);
  });
});
