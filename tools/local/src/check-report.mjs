// @ts-check
/**
 * What one check found. `notes`: a sentence for each thing that jest's own output does not say.
 * @typedef {{ name: string, passed: number, failed: number, notes: readonly string[], seconds: number }} Report
 *
 * What is read of jest's --json file.
 * @typedef {{ testResults: readonly { name: string, status: string, assertionResults: readonly { status: string, fullName: string }[] }[] }} JestResults
 *
 * How a child process ended.
 * @typedef {{ code: number | null, signal: NodeJS.Signals | null, late?: boolean }} End
 */

/** @param {End} end */
export const endText = ({ code, signal, late }) =>
  late ? 'did not end in time and was killed' : signal ? `was ended by ${signal}` : `ended with status ${code}`;

/**
 * Counts truthfully: each test is one; a suite that failed without a failed test (it did not compile, or failed after its tests) is a failed one; a test
 * that was skipped is a failed one, since nobody would ever miss it; and a run that failed in any other way is a failed one.
 * @param {JestResults | undefined} results undefined if jest wrote none
 * @param {End} end
 * @param {(path: string) => string} [shorten] how to print a suite's path
 * @returns {Pick<Report, 'passed' | 'failed' | 'notes'>}
 */
export function countJest(results, end, shorten = (path) => path) {
  let passed = 0;
  let failed = 0;
  const notes = [];
  for (const { name, status, assertionResults } of results?.testResults ?? []) {
    let failedHere = 0;
    for (const test of assertionResults) {
      if (test.status === 'passed') passed += 1;
      else failedHere += 1;
      if (test.status !== 'passed' && test.status !== 'failed') {
        notes.push(`${shorten(name)}: "${test.fullName}" did not run (${test.status}): a skipped test counts as a failed one`);
      }
    }
    if (status === 'failed' && failedHere === 0) {
      failedHere = 1;
      notes.push(`${shorten(name)}: the suite failed outside its tests`);
    }
    failed += failedHere;
  }
  if (results === undefined || results.testResults.length === 0) {
    failed += 1;
    notes.push(`jest ${endText(end)} and ran nothing`);
  } else if (end.code !== 0 && failed === 0) {
    failed += 1;
    notes.push(`jest ${endText(end)} although no test failed`);
  }
  return { passed, failed, notes };
}

/**
 * The end of what `npm test` prints: a line for each check, and the totals alone on the last line.
 * @param {readonly Report[]} reports
 * @param {number} seconds that all of it took
 * @returns {{ text: string, ok: boolean }}
 */
export function summaryOf(reports, seconds) {
  const total = (/** @type {'passed' | 'failed'} */ key) => reports.reduce((sum, report) => sum + report[key], 0);
  const lines = reports.flatMap(({ name, passed, failed, seconds, notes }) => [
    `${failed === 0 ? 'ok    ' : 'FAILED'}  ${name.padEnd(8)}  ${`${passed} passed, ${failed} failed`.padEnd(26)}  ${seconds.toFixed(1).padStart(6)} s`,
    ...notes.map((note) => `        ${note}`),
  ]);
  const ok = reports.length > 0 && total('failed') === 0;
  return { ok, text: `${lines.join('\n')}\n\n${seconds.toFixed(0)} s in all\n${total('passed')} passed, ${total('failed')} failed\n` };
}
