import { until } from '@duet/testbed';
import { Logger } from '@nestjs/common';
import { Calls } from './calls';
import type { Database } from './database.store';
import type { CallToMake } from './item';

const call = (heldId: string) =>
  ({
    heldId,
    lease: 'l',
    ref: { process: 'p', saga: heldId },
    task: { name: 't', ask: {}, message: {} },
    body: {},
    action: 'none',
  }) as unknown as CallToMake;

describe('outside calls', () => {
  beforeAll(() => Logger.overrideLogger(false));
  /** Which leases are still ours, and what is made. */
  let ours: string[] | undefined;
  let renewals: number;
  let made: string[];
  let ends: (() => void)[];
  let aborted: string[];
  let started: Calls | undefined;
  const calls = (leaseMs: number, concurrency: number, slowMs = 60_000, atMost = 10) =>
    (started = new Calls(
      { connection: async () => (renewals++, new Set(ours)) } as unknown as Database,
      { leaseMs, concurrency, slowMs, atMost },
      ({ heldId }, { signal }) => {
        made.push(heldId);
        signal.addEventListener('abort', () => aborted.push(heldId));
        return new Promise<void>((resolve) => ends.push(resolve));
      },
      async () => undefined,
    ));
  beforeEach(() => {
    renewals = 0;
    [ours, made, ends, aborted] = [[], [], [], []];
  });

  afterEach(async () => {
    for (const end of ends) end();
    await started?.stop(10);
  });

  it('whose lease is lost before they are begun are not begun', async () => {
    const running = calls(15, 1);
    ours = ['a', 'c'];
    running.add(['a', 'b', 'c'].map(call));
    running.start();
    await until(() => renewals > 1, { what: 'the leases were renewed' });
    ends[0]?.();
    await until(() => made.length === 2, { what: 'the next is made' });
    expect(made).toEqual(['a', 'c']);
    ends[1]?.();
    await running.stop(1_000);
    expect(aborted).toEqual([]);
  });

  it('that wait are not begun any more when the service is about to stop', async () => {
    const running = calls(60_000, 1);
    running.add(['a', 'b'].map(call));
    running.beginNoMore();
    running.add([call('c')]);
    ends[0]?.();
    await running.stop(1_000);
    expect(made).toEqual(['a']);
  });

  it('that are slow hold up no others', async () => {
    const running = calls(60_000, 1, 15);
    running.add(['a', 'b', 'c'].map(call));
    expect(made).toEqual(['a']);
    await until(() => made.length === 3, { what: 'the others are made beside it' });
  });

  it('that are not slow have their turn one after the other', async () => {
    const running = calls(60_000, 1);
    running.add(['a', 'b'].map(call));
    expect(made).toEqual(['a']);
    ends[0]?.();
    await until(() => made.length === 2, { what: 'the next is made' });
  });

  it('have room until as many wait or are made as may, and none once the service is about to stop', () => {
    const running = calls(60_000, 1, 60_000, 3);
    expect(running.room).toBe(3);
    running.add(['a', 'b'].map(call));
    expect(running.room).toBe(1);
    running.beginNoMore();
    expect(running.room).toBe(0);
  });

  it('that do not end when they are aborted are left', async () => {
    const running = calls(60_000, 1);
    running.start();
    running.add([call('a')]);
    await running.stop(10);
    expect(aborted).toEqual(['a']);
  });
});
