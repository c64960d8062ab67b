import type { MinuteView } from '../api/types';
import { perMinute, sums } from './bars';

const minute = (at: string, started: number): MinuteView => ({
  ...{ minute: `2026-11-21T${at}:00.000Z`, process: 'place-order', style: 'hybrid', started, completed: 0, compensated: 0 },
});

it('minutes in which nothing happened count as none, and what is older than an hour not at all', () => {
  const found = perMinute(
    [minute('13:02', 7), minute('14:00', 2), minute('14:02', 5), minute('14:02', 1)],
    '2026-11-21T14:02:31.000Z',
    (one) => one.started,
  );
  expect(found).toHaveLength(60);
  expect([found[57], found[58], found[59]]).toEqual([2, 0, 6]);
  expect(found.reduce((sum, one) => sum + one, 0)).toBe(8);
});

it('sums leave out what has no name, and begin with the largest', () => {
  const items = [
    ['a', 1],
    [undefined, 9],
    ['b', 2],
    ['a', 4],
  ] as const;
  expect(
    sums(
      items,
      ([name]) => name,
      ([, count]) => count,
    ),
  ).toEqual([
    ['a', 5],
    ['b', 2],
  ]);
});
