import { countJest, summaryOf, type JestResults } from './check-report.mjs';

const suite = (name: string, status: string, ...tests: string[]): JestResults['testResults'][number] => ({
  name,
  status,
  assertionResults: tests.map((result, index) => ({ status: result, fullName: `${name} ${index}` })),
});
const fine = { code: 0, signal: null };
const red = { code: 1, signal: null };

describe('jest', () => {
  it('each test counts as one', () => {
    const results = { testResults: [suite('a', 'passed', 'passed', 'passed'), suite('b', 'failed', 'passed', 'failed')] };
    expect(countJest(results, red)).toEqual({ passed: 3, failed: 1, notes: [] });
  });

  it('a skipped test counts as failed and is named', () => {
    const results = { testResults: [suite('a', 'passed', 'passed', 'pending', 'todo')] };
    expect(countJest(results, fine)).toEqual({
      passed: 1,
      failed: 2,
      notes: [expect.stringContaining('"a 1" did not run (pending)'), expect.stringContaining('"a 2" did not run (todo)')],
    });
  });

  it('a suite that fails to run counts as a failed one', () => {
    const results = { testResults: [suite('a', 'passed', 'passed'), suite('broken', 'failed')] };
    expect(countJest(results, red)).toEqual({ passed: 1, failed: 1, notes: ['broken: the suite failed outside its tests'] });
  });

  it('a suite that fails after its tests passed counts as a failed one', () => {
    expect(countJest({ testResults: [suite('a', 'failed', 'passed')] }, red)).toMatchObject({ passed: 1, failed: 1 });
  });

  it('a runner that crashed, was killed or ran nothing is a failure', () => {
    expect(countJest(undefined, { code: null, signal: 'SIGKILL' })).toEqual({
      passed: 0,
      failed: 1,
      notes: ['jest was ended by SIGKILL and ran nothing'],
    });
    expect(countJest({ testResults: [] }, red)).toMatchObject({ passed: 0, failed: 1 });
    expect(countJest({ testResults: [suite('a', 'passed', 'passed')] }, { code: null, signal: 'SIGTERM', late: true })).toEqual({
      passed: 1,
      failed: 1,
      notes: ['jest did not end in time and was killed although no test failed'],
    });
  });
});

describe('the summary', () => {
  const report = (name: string, passed: number, failed: number) => ({ name, passed, failed, notes: [], seconds: 1.25 });

  it('ends with the totals alone on the last line', () => {
    const { ok, text } = summaryOf([report('lint', 1, 0), report('unit', 20, 2)], 61.4);
    expect(ok).toBe(false);
    expect(text.split('\n').slice(-2)).toEqual(['21 passed, 2 failed', '']);
  });

  it('is good only if something ran and nothing failed', () => {
    expect(summaryOf([report('lint', 1, 0)], 1).ok).toBe(true);
    expect(summaryOf([], 1).ok).toBe(false);
  });
});
