import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import { mendIdleTimer } from './idle-timer';

interface Queue extends RequestQueue {
  push(request: { entry: { correlationId: number }; expectResponse: boolean; sendRequest: () => void }): void;
  fulfillRequest(response: { correlationId: number; payload: Buffer; size: number }): void;
  maybeThrottle(milliseconds: number): void;
  destroy(): void;
}

/** kafkajs's own queue, with as much around it as it needs. */
function queueOf(maxInFlightRequests: number | null): Queue {
  const logger = { debug: () => undefined, warn: () => undefined, error: () => undefined };
  const Constructor = RequestQueue as unknown as new (options: object) => Queue;
  return new Constructor({
    maxInFlightRequests,
    requestTimeout: 1_000,
    enforceRequestTimeout: false,
    clientId: 'test',
    broker: 'test',
    logger,
  });
}

describe('the request queue of kafkajs, mended', () => {
  let sent: number[];
  let queue: Queue;
  const push = (correlationId: number) =>
    queue.push({ entry: { correlationId, ...reply }, expectResponse: true, sendRequest: () => sent.push(correlationId) });
  const reply = { resolve: () => undefined, reject: () => undefined };
  const answer = (correlationId: number) => queue.fulfillRequest({ correlationId, payload: Buffer.alloc(0), size: 0 });

  beforeEach(() => {
    jest.useFakeTimers();
    mendIdleTimer();
    sent = [];
    queue = queueOf(1);
  });
  afterEach(() => {
    queue.destroy();
    jest.useRealTimers();
  });

  it('arms no timer while nothing waits, however many answers come', () => {
    for (let id = 0; id < 100; id++) {
      push(id);
      answer(id);
    }
    expect(sent).toHaveLength(100);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('arms one timer while requests wait, and none when they are gone', () => {
    for (const id of [1, 2, 3]) push(id);
    expect(sent).toEqual([1]);
    expect(jest.getTimerCount()).toBe(1);
    for (const id of [1, 2, 3]) answer(id);
    expect(sent).toEqual([1, 2, 3]);
    jest.advanceTimersByTime(100);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('sends what the broker had throttled when the time is over', () => {
    queue.maybeThrottle(500);
    push(1);
    jest.advanceTimersByTime(499);
    expect(sent).toEqual([]);
    jest.advanceTimersByTime(20);
    expect(sent).toEqual([1]);
    answer(1);
    expect(jest.getTimerCount()).toBe(0);
  });
});
