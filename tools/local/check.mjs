// @ts-check
import { parseArgs } from 'node:util';
import { ensureDependencies } from './src/bootstrap.mjs';
import { summaryOf } from './src/check-report.mjs';
import { checks } from './src/checks.mjs';
import { down, instance, up } from './src/infra.mjs';
import { LocalProblem, say } from './src/problem.mjs';

const help = `npm test [-- --only <check>[,<check>…]]

Runs every check and ends with one line: <n> passed, <n> failed. Each test counts as one, and so does each other check.
A skipped test counts as failed.

${Object.entries(checks)
  .map(([name, { says }]) => `  ${name.padEnd(8)}  ${says}`)
  .join('\n')}

Broker and database are the instance "test" (see npm run infra -- --help): own ports and data, so it works beside a running npm start.
It keeps running afterwards, which makes the next run faster: npm run infra -- down --name test. With CI=true it is stopped.
`;

/** @typedef {import('./src/check-report.mjs').Report} Report */

const began = Date.now();
/** @type {Report[]} */
const reports = [];
const stopping = new AbortController();
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => {
    if (stopping.signal.aborted) process.exit(130);
    say(`${signal}: stopping`);
    stopping.abort();
  });
}

/** What was expected is one sentence, anything else a stack. @param {unknown} error */
function textOf(error) {
  const expected = error instanceof LocalProblem || (error instanceof TypeError && 'code' in error);
  return expected ? error.message : error instanceof Error ? String(error.stack) : String(error);
}

/** @param {string[]} args @returns {ReadonlySet<string>} */
function wanted(args) {
  const { values } = parseArgs({ args, options: { only: { type: 'string', multiple: true }, help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    process.stdout.write(help);
    process.exit(0);
  }
  const names = values.only?.flatMap((text) => text.split(',')) ?? Object.keys(checks);
  const unknown = names.find((name) => !Object.hasOwn(checks, name));
  if (unknown !== undefined) throw new LocalProblem('usage', `"${unknown}" is no check: say one of ${Object.keys(checks).join(', ')}.`);
  return new Set(names.flatMap((name) => [...(checks[name]?.needs ?? []), name]));
}

/**
 * Runs the work of one check and keeps its report; whatever it throws is a failure of that check.
 * @param {string} name
 * @param {() => Promise<Pick<Report, 'passed' | 'failed' | 'notes'>>} work
 */
async function report(name, work) {
  const start = Date.now();
  say(`${name} …`);
  const counts = await work().catch((/** @type {unknown} */ error) => ({
    passed: 0,
    failed: 1,
    notes: [textOf(error)],
  }));
  const seconds = (Date.now() - start) / 1000;
  reports.push({ name, ...counts, seconds });
  say(`${name}: ${counts.failed === 0 ? 'ok' : 'FAILED'} (${counts.passed} passed, ${counts.failed} failed, ${seconds.toFixed(1)} s)`);
  return counts.failed === 0;
}

/** @param {ReadonlySet<string>} names */
async function runAll(names) {
  const test = instance('test');
  const folder = test.folder;
  const place = { folder, env: { ...process.env }, signal: stopping.signal };
  const run = async (/** @type {string} */ name) => {
    const entry = checks[name];
    return !entry || !names.has(name) || (await report(name, () => entry.check(place)));
  };
  const needsInfra = names.has('unit') || names.has('e2e');
  try {
    // Starting Kafka is mostly waiting; building is mostly work.
    const infra = needsInfra ? up(test) : undefined;
    infra?.catch(() => undefined);
    const built = await run('build');
    // Two at a time: there may be no more than two cores.
    await Promise.all([run('lint'), run('format').then(() => run('types'))]);
    if (infra) {
      const ready = await infra.then(
        ({ brokers, databaseUrl }) => Object.assign(place.env, { KAFKA_BROKERS: brokers, DATABASE_URL: databaseUrl }),
        (/** @type {unknown} */ error) => void reports.push({ name: 'infra', passed: 0, failed: 1, notes: [textOf(error)], seconds: 0 }),
      );
      for (const name of ['unit', 'e2e']) {
        if (!names.has(name)) continue;
        if (built && ready) await run(name);
        else
          reports.push({
            name,
            passed: 0,
            failed: 1,
            notes: [`not run: ${built ? 'no broker and database' : 'the build failed'}`],
            seconds: 0,
          });
      }
    }
  } finally {
    if (needsInfra && process.env['CI'] === 'true')
      await report('stop', () => down(test).then(() => ({ passed: 0, failed: 0, notes: [] })));
    else if (needsInfra) say('Kafka and PostgreSQL of the instance "test" keep running: npm run infra -- down --name test stops them');
  }
}

const notCaught = (/** @type {unknown} */ error) => {
  reports.push({ name: 'check', passed: 0, failed: 1, notes: [textOf(error)], seconds: 0 });
};

function finish() {
  const { text, ok } = summaryOf(reports, (Date.now() - began) / 1000);
  process.exitCode = ok ? 0 : 1;
  process.stdout.write(`\n${text}`);
}

// Whatever happens to this program itself is a failure too, and counted on the last line.
process.on('uncaughtException', (error) => {
  notCaught(error);
  finish();
  process.exit(1);
});

try {
  const names = wanted(process.argv.slice(2));
  await ensureDependencies();
  await runAll(names);
} catch (error) {
  notCaught(error);
}
if (stopping.signal.aborted) notCaught(new LocalProblem('stopped', 'stopped before everything had run'));
finish();
