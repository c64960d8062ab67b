import type { Outcome } from './round';
import { tableOf, type Violation } from './table';

const outcome = (different: Partial<Outcome>): Outcome => ({
  style: 'hybrid',
  service: 'payment',
  label: 'after:db:commit',
  nth: 1,
  fired: true,
  recoverySeconds: 4,
  ...different,
});
const outcomes = [
  outcome({}),
  outcome({ nth: 2, recoverySeconds: 6 }),
  outcome({ nth: 3, fired: false, recoverySeconds: undefined as never }),
  outcome({ label: 'before:db:commit', recoverySeconds: 8 }),
];
const violation: Violation = { promise: 'P2', rule: 'P2-charge', text: 'two charges', seed: 1, round: outcomes.slice(1, 3) };

it('the table counts by label and style what was tried, who died, and in how many violations a death had its part', () =>
  expect(tableOf(outcomes, [violation])).toBe(
    [
      '| label              | style  | tried | died | violations | recovery (s) |',
      '| ------------------ | ------ | ----- | ---- | ---------- | ------------ |',
      '| `before:db:commit` | hybrid | 1     | 1    | 0          | 8.0          |',
      '| `after:db:commit`  | hybrid | 3     | 2    | 1          | 6.0          |',
      '| all                |        | 4     | 3    | 1          | 6.0          |',
      '',
    ].join('\n'),
  ));
