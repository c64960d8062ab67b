import { isKnown, tell } from './table.mjs';

const nemesis = (violations: { promise: string }[] = []) => ({
  ...{ seed: 3, seconds: 600, style: 'mix', orders: { intended: 1_201, accepted: 1_200, ended: 1_200 }, violations },
  faults: [
    { name: 'wipe-broker', fired: true, recoverySeconds: 12 },
    { name: 'wipe-broker', fired: true, recoverySeconds: 14.25 },
    { name: 'poison', fired: false, recoverySeconds: null },
  ],
});
const crash = {
  outcomes: [
    { style: 'hybrid', label: 'after:db:commit', fired: true, recoverySeconds: 3 },
    { style: 'hybrid', label: 'before:outside:charge', fired: true, recoverySeconds: 5 },
    { style: 'hybrid', label: 'before:broker:produce', fired: false },
  ],
  violations: [
    {
      promise: 'P2',
      round: [
        { style: 'hybrid', label: 'before:outside:charge', fired: true },
        { style: 'hybrid', label: 'after:db:commit', fired: false },
      ],
    },
  ],
};
const simulation = { seed: 1, runs: 40, style: 'compare', orders: 960, happened: { lost: 1_234, late: 0 }, violations: [] };

/** The cells of the rows that tell this, without the spaces that make columns straight. */
const rowsOf = (text: string, about: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.includes(about))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

it('a fault of a run on the real broker and database has how often it happened, and the median and the longest recovery', () =>
  expect(rowsOf(tell([nemesis(), nemesis()]).text, 'loses its log')).toEqual([
    [
      '`faults`',
      'the broker loses its log, and the services send again what they have sent',
      '4',
      ...Array<string>(8).fill('0'),
      '14.3',
      '14.3',
    ],
  ]));

it('what did not happen has no row', () => expect(tell([nemesis(), crash]).text).not.toMatch(/nobody can read come in|: sends/));

it('a broken promise stands beside everything that happened in its run, under its own name', () => {
  const { text, violations } = tell([nemesis([{ promise: 'P7' }, { promise: 'P1' }]), nemesis()]);
  expect(violations).toBe(2);
  expect(rowsOf(text, 'loses its log')[0]?.slice(3, 11)).toEqual(['1', '0', '0', '0', '0', '0', '1', '0']);
});

it('a death is told by where it was, and what its round broke stands there alone', () => {
  const { text } = tell([crash]);
  expect(rowsOf(text, 'calls to the world outside')[0]?.slice(2, 5)).toEqual(['1', '0', '1']);
  expect(rowsOf(text, 'begin and commit')[0]?.slice(2, 5)).toEqual(['1', '0', '0']);
});

it('a simulated fault has no recovery in seconds', () =>
  expect(rowsOf(tell([simulation]).text, 'sends that fail')).toEqual([
    ['`simulate`', 'sends that fail, with nothing, all or a part of it stored', '1,234', ...Array<string>(8).fill('0'), '', ''],
  ]));

it('each run can be made again by its line', () => {
  const { text } = tell([nemesis(), crash, simulation]);
  expect(text).toContain('`npm run faults -- --seed 3 --seconds 600 --style mix`: 1,200 orders accepted, 1,200 ended.');
  expect(text).toContain('`npm run crash`: 2 deaths in 3 cases.');
  const small = { outcomes: [{ style: 'a small service', label: 'after:db:commit', fired: true }], violations: [] };
  expect(tell([small]).text).toContain('`npm run crash -- --small`: 1 deaths in 1 cases.');
  expect(text).toContain('`npm run simulate -- --seed 1 --runs 40 --style compare`: 960 orders in 40 runs.');
  expect(text).toContain('In all 1,238 faults; violations: 1.');
});

it.each([null, 7, {}, { faults: [] }, { outcomes: [] }])('%j is no result of a run', (file) => expect(isKnown(file)).toBe(false));
