import { durationText } from './duration';

it.each([
  [-3, '0 ms'],
  [0, '0 ms'],
  [12.4, '12 ms'],
  [999, '999 ms'],
  [999.6, '1.0 s'],
  [4_210, '4.2 s'],
  [9_949, '9.9 s'],
  [9_950, '10 s'],
  [59_400, '59 s'],
  [59_600, '1 min'],
  [180_000, '3 min'],
  [3_569_000, '59 min'],
  [3_600_000, '1 h'],
  [7_500_000, '2 h 5 min'],
  [4 * 86_400_000 + 2 * 3_600_000, '4 d 2 h'],
])('%d ms is written %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
