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
  outcome({ label: 'before:db:duet-held', recoverySeconds: 1 }),
];
const violation: Violation = { promise: 'P2', rule: 'P2-charge', text: 'two charges', seed: 1, round: outcomes.slice(1, 3) };

it('the table counts by place and style which labels were tried, who died, and in how many violations a death had its part', () =>
  expect(tableOf(outcomes, [violation])).toBe(
    [
      '| where services die             | style  | labels | tried | died | violations | recovery (s): median | longest |',
      '| ------------------------------ | ------ | ------ | ----- | ---- | ---------- | -------------------- | ------- |',
      '| transactions: begin and commit | hybrid | 2      | 4     | 3    | 1          | 6.0                  | 8.0     |',
      '| statements of the runtime      | hybrid | 1      | 1     | 1    | 0          | 1.0                  | 1.0     |',
      '| all                            |        | 3      | 5     | 4    | 1          | 6.0                  | 8.0     |',
      '',
    ].join('\n'),
  ));
