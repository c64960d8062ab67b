// @ts-check
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { ensureDependencies } from '../local/src/bootstrap.mjs';
import { build } from '../local/src/build.mjs';
import { workspaceRoot } from '../local/src/files.mjs';
import { instance, reset, status, up } from '../local/src/infra.mjs';
import { projectNode } from '../local/src/node.mjs';
import { LocalProblem } from '../local/src/problem.mjs';
import { services } from '../local/src/system.mjs';
import { benchHelp, parseBench } from './src/options.mjs';

const place = instance('bench');
// Ctrl-C reaches the measurement, too: it ends its processes, and then the data are deleted here.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => place.say(`${signal}: stopping`));

/** @param {import('./src/options.mjs').BenchOptions} options */
function appsFor({ style }) {
  const apps = services.map(({ name }) => name).filter((name) => name !== 'outside');
  if (style === 'choreography') return apps.filter((name) => name !== 'orchestrator');
  if (apps.includes('orchestrator')) return apps;
  throw new LocalProblem('usage', `--style ${style} needs the orchestrator, which is not among the services yet: say choreography.`);
}

/**
 * @param {unknown} plan see bench.ts
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} its exit code
 */
function measure(plan, env) {
  const entry = resolve(workspaceRoot, 'dist/tools/bench/main.cjs');
  return new Promise((done, failed) => {
    const child = spawn(projectNode(), ['--enable-source-maps', entry, 'bench', JSON.stringify(plan)], { env, stdio: 'inherit' });
    child.on('error', failed);
    child.on('close', (code) => done(code ?? 1));
  });
}

try {
  const options = parseBench(process.argv.slice(2));
  if (options === 'help') process.stdout.write(benchHelp);
  else {
    const apps = appsFor(options);
    await ensureDependencies();
    await build(['bench', ...apps, ...(options.outside === 'http' ? ['outside'] : [])], place, new AbortController().signal);
    // What an interrupted run has left behind would be in the way of nothing but the figures.
    await reset(place);
    try {
      const { brokers, databaseUrl } = await up(place);
      const { kafka, postgres } = await status(place);
      const plan = { options, apps, brokers: brokers.split(','), pids: { broker: kafka.pid, database: postgres.pid } };
      process.exitCode = await measure(plan, { ...process.env, KAFKA_BROKERS: brokers, DATABASE_URL: databaseUrl });
    } finally {
      await reset(place);
    }
  }
} catch (error) {
  process.stderr.write(`duet: ${error instanceof LocalProblem ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
