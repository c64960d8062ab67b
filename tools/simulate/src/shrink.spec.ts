import { type Asked, commandOf, shrink } from './shrink';

const asked: Asked = { seed: 7, orders: 4, style: 'mix', faults: ['lost', 'crash', 'clock'] };

describe('a shorter run', () => {
  it('is one that still fails, with nothing left that can be left out', async () => {
    const fails = async ({ faults, only, atMost = 9 }: Asked) =>
      faults.includes('crash') && (only ?? [3]).includes(3) && atMost >= 2 ? Math.min(atMost, 5) : undefined;
    expect(await shrink(asked, fails, 100)).toEqual({ ...asked, faults: ['crash'], only: [3], replicas: 1, atMost: 2 });
  });

  it('is not looked for longer than allowed', async () => {
    let tries = 0;
    await shrink(asked, async () => (tries++, undefined), 3);
    expect(tries).toBe(3);
  });

  it('is told as a command', () => {
    expect(commandOf({ ...asked, faults: ['crash'], only: [3], atMost: 2 }, 3)).toBe(
      'npm run simulate -- --seed 7 --runs 1 --orders 4 --style mix --faults crash --only 3 --at-most 2 --trace trace.txt',
    );
  });
});
