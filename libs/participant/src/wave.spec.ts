import { Wave } from './wave';

const lists: number[][] = [];
const double = async (_: null, calls: readonly number[]) => {
  lists.push([...calls]);
  return calls.map((n) => n * 2);
};
const join = (n: number) => (Wave.current() as Wave<null>).join(double, n);
const values = (results: PromiseSettledResult<unknown>[]) =>
  results.map((result) => (result.status === 'fulfilled' ? result.value : String(result.reason)));

describe('store calls of one wave', () => {
  beforeEach(() => (lists.length = 0));

  it('are joined into one', async () => {
    expect(
      values(
        await Wave.run(
          null,
          [1, 2, 3].map((n) => () => join(n)),
        ),
      ),
    ).toEqual([2, 4, 6]);
    expect(lists).toEqual([[1, 2, 3]]);
  });

  it('wait for handlers that come to them later, or never', async () => {
    const late = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return join(2);
    };
    expect(values(await Wave.run(null, [() => join(1), late, async () => 'none', () => Promise.reject(new Error('no'))]))).toEqual([
      2,
      4,
      'none',
      'Error: no',
    ]);
    expect(lists).toEqual([[1, 2]]);
  });

  it('come in the order of the handlers, whoever was quicker', async () => {
    const slow = (turns: number, n: number) => async () => {
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
      return join(n);
    };
    expect(values(await Wave.run(null, [slow(3, 1), slow(1, 2), slow(2, 3)]))).toEqual([2, 4, 6]);
    expect(lists).toEqual([[1, 2, 3]]);
  });

  it('are joined again for what follows them', async () => {
    const twice = async (n: number) => join(await join(n));
    expect(
      values(
        await Wave.run(
          null,
          [1, 2].map((n) => () => twice(n)),
        ),
      ),
    ).toEqual([4, 8]);
    expect(lists).toEqual([
      [1, 2],
      [2, 4],
    ]);
  });

  it('made side by side by one handler go together', async () => {
    expect(values(await Wave.run<null, unknown>(null, [() => Promise.all([join(1), join(2)]), () => join(3)]))).toEqual([[2, 4], 6]);
    expect(lists).toEqual([[1, 2, 3]]);
  });

  it('fail together', async () => {
    const broken = async (): Promise<never> => Promise.reject(new Error('broken'));
    const results = await Wave.run(
      null,
      [1, 2].map((n) => () => (Wave.current() as Wave<null>).join<number, never>(broken, n)),
    );
    expect(values(results)).toEqual(['Error: broken', 'Error: broken']);
  });

  it('belong to one wave only, also when two waves run at once', async () => {
    await Promise.all([Wave.run(null, [() => join(1)]), Wave.run(null, [() => join(2)])]);
    expect(lists).toEqual([[1], [2]]);
  });
});
