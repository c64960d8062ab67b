import type { IncomingMessage } from './broker';
import { Polls, type NextOffset } from './polls';

const messages = (partition: number, from: number, count: number): IncomingMessage[] =>
  Array.from({ length: count }, (_, n) => ({
    topic: 't',
    partition,
    offset: String(from + n),
    key: null,
    value: null,
    headers: {},
    timestamp: 0,
  }));

/** Polls with everything around them noted. */
function subject({
  maxMessages = 10,
  onMessages,
  commit,
}: Partial<Record<'onMessages' | 'commit', () => Promise<void>>> & { maxMessages?: number } = {}) {
  const calls: string[][] = [];
  const commits: NextOffset[][] = [];
  const polls = new Polls({
    maxMessages,
    onMessages: async (poll) => {
      calls.push(poll.map(({ partition, offset }) => `${partition}:${offset}`));
      await onMessages?.();
    },
    commit: async (offsets) => {
      commits.push([...offsets]);
      await commit?.();
    },
  });
  const add = (partition: number, from: number, count: number, stale = () => false) =>
    polls.add({ topic: 't', partition, messages: messages(partition, from, count), stale });
  return { polls, add, calls, commits };
}

describe('polls', () => {
  it('joins what arrives together, and commits it in one request', async () => {
    const { add, calls, commits } = subject();
    expect(await Promise.all([add(0, 5, 2), add(1, 0, 1)])).toEqual([{ upTo: '6' }, { upTo: '0' }]);
    expect(calls).toEqual([['1:0', '0:5', '0:6']]);
    expect(commits).toEqual([
      [
        { topic: 't', partition: 1, offset: '1' },
        { topic: 't', partition: 0, offset: '7' },
      ],
    ]);
  });

  it('shares a call out among the partitions: a long one does not keep a short one waiting', async () => {
    const { add, calls } = subject({ maxMessages: 4 });
    await Promise.all([add(0, 0, 6), add(1, 0, 1)]);
    expect(calls).toEqual([
      ['1:0', '0:0', '0:1', '0:2'],
      ['0:3', '0:4', '0:5'],
    ]);
  });

  it('says how far it came when the rest was rejected, and when to come again', async () => {
    let calls = 0;
    const { add } = subject({
      maxMessages: 2,
      onMessages: async () => {
        if (++calls > 1) throw new Error('no');
      },
    });
    expect(await add(0, 0, 4)).toEqual({ upTo: '1', again: 100 });
    expect(await add(0, 2, 2)).toEqual({ upTo: undefined, again: 200 });
    for (let n = 0; n < 10; n++) await add(0, 2, 2);
    expect(await add(0, 2, 2)).toEqual({ upTo: undefined, again: 5_000 });
  });

  it('polls a rejected partition by itself until it succeeds', async () => {
    let broken = true;
    const { add, calls } = subject({
      onMessages: async () => {
        if (broken) throw new Error('no');
      },
    });
    await Promise.all([add(0, 0, 1), add(1, 0, 1)]);
    broken = false;
    await Promise.all([add(0, 0, 1), add(1, 0, 1), add(2, 0, 1)]);
    await Promise.all([add(0, 1, 1), add(1, 1, 1)]);
    expect(calls).toEqual([['0:0', '1:0'], ['0:0'], ['1:0'], ['2:0'], ['0:1', '1:1']]);
  });

  it('commits nothing of a partition that was taken away during the call', async () => {
    let taken = false;
    const { add, commits } = subject({ onMessages: async () => void (taken = true) });
    expect(await Promise.all([add(0, 0, 1, () => taken), add(1, 0, 1)])).toEqual([{ upTo: undefined }, { upTo: '0' }]);
    expect(commits).toEqual([[{ topic: 't', partition: 1, offset: '1' }]]);
  });

  it('drops what was taken away before its turn', async () => {
    const { add, calls } = subject();
    expect(await add(0, 0, 3, () => true)).toEqual({ upTo: undefined });
    expect(calls).toEqual([]);
  });

  it('hands everything back when the offsets cannot be committed: it comes again', async () => {
    const refused = new Error('rebalancing');
    const { add } = subject({ maxMessages: 1, commit: () => Promise.reject(refused) });
    const both = await Promise.allSettled([add(0, 0, 2), add(1, 0, 2)]);
    expect(both).toEqual([
      { status: 'rejected', reason: refused },
      { status: 'rejected', reason: refused },
    ]);
  });

  it('finishes and commits the running call before it hands the rest back for a rebalance', async () => {
    let finish: () => void = () => undefined;
    const { add, polls, commits, calls } = subject({ maxMessages: 1, onMessages: () => new Promise((resolve) => (finish = resolve)) });
    const batch = add(0, 0, 5);
    while (calls.length === 0) await new Promise(setImmediate);
    polls.interrupt(new Error('rebalancing'));
    finish();
    await expect(batch).rejects.toThrow('rebalancing');
    expect(calls).toEqual([['0:0']]);
    expect(commits).toEqual([[{ topic: 't', partition: 0, offset: '1' }]]);
    polls.interrupt(new Error('nothing runs: no effect'));
    const next = add(0, 1, 1);
    while (calls.length === 1) await new Promise(setImmediate);
    finish();
    expect(await next).toEqual({ upTo: '1' });
  });
});
