import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';
import { mendHeartbeats } from './heartbeats';

const hour = 3_600_000;
const interval = 500;

describe('the heartbeats of kafkajs, mended', () => {
  let beats: number;
  let group: ConsumerGroup;
  const beat = async (): Promise<number> => {
    await group.heartbeat({ interval });
    return beats;
  };
  const jump = (ms: number) => jest.setSystemTime(Date.now() + ms);

  beforeEach(() => {
    jest.useFakeTimers();
    mendHeartbeats();
    beats = 0;
    group = new ConsumerGroup({ logger: { namespace: () => undefined }, instrumentationEmitter: { emit: () => undefined } });
    group.memberId = 'member';
    group.coordinator = { heartbeat: async () => void beats++ };
  });
  afterEach(() => jest.useRealTimers());

  it('come when their time has passed', async () => {
    jest.advanceTimersByTime(interval - 1);
    expect(await beat()).toBe(0);
    jest.advanceTimersByTime(1);
    expect(await beat()).toBe(1);
    expect(await beat()).toBe(1);
  });

  it.each([hour, -hour])('come no sooner and no later when the clock jumps by %i ms, and when it comes back', async (ms) => {
    jump(ms);
    expect(await beat()).toBe(0);
    jest.advanceTimersByTime(interval);
    expect(await beat()).toBe(1);
    jump(-ms);
    expect(await beat()).toBe(1);
    jest.advanceTimersByTime(interval);
    expect(await beat()).toBe(2);
  });
});
