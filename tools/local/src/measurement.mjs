// @ts-check
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { ensureDependencies } from './bootstrap.mjs';
import { build } from './build.mjs';
import { workspaceRoot } from './files.mjs';
import { instance, reset, status, up } from './infra.mjs';
import { projectNode } from './node.mjs';

/**
 * What a tool that measures the running system is told of the place that was prepared for it.
 * @typedef {{ brokers: string[], pids: { broker?: number | undefined, database?: number | undefined } }} Prepared
 */

/**
 * Builds a tool and what it measures, brings up a broker and a database server of its own, runs the tool there and deletes the data.
 * @param {string} tool a project in tools/, and the name of the instance
 * @param {readonly string[]} projects what it needs built
 * @param {(prepared: Prepared) => unknown} plan what it gets as its argument, as JSON, behind its name
 * @returns {Promise<number>} its exit code
 * @throws {import('./problem.mjs').LocalProblem}
 */
export async function measure(tool, projects, plan) {
  const place = instance(tool);
  const stopping = new AbortController();
  // It ends its processes, and then the data are deleted here.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      place.say(`${signal}: stopping`);
      stopping.abort();
    });
  }
  await ensureDependencies();
  await build([tool, ...projects], place, stopping.signal);
  if (stopping.signal.aborted) return stopped;
  // What an interrupted run has left behind would be in the way of nothing but the figures.
  await reset(place);
  try {
    const { brokers, databaseUrl } = await up(place);
    const { kafka, postgres } = await status(place);
    const prepared = { brokers: brokers.split(','), pids: { broker: kafka.pid, database: postgres.pid } };
    if (stopping.signal.aborted) return stopped;
    return await run(tool, plan(prepared), { ...process.env, KAFKA_BROKERS: brokers, DATABASE_URL: databaseUrl });
  } finally {
    await reset(place);
  }
}

/** The exit code of what was stopped before it had begun. */
const stopped = 130;

/** Runs a built tool as it is; `env` names broker and database. @param {string} tool @param {unknown} plan @param {NodeJS.ProcessEnv} env @returns {Promise<number>} its exit code */
export function run(tool, plan, env) {
  const entry = resolve(workspaceRoot, `dist/tools/${tool}/main.cjs`);
  return new Promise((done, failed) => {
    const child = spawn(projectNode(), ['--enable-source-maps', entry, tool, JSON.stringify(plan)], { env, stdio: 'inherit' });
    // Ctrl-C reaches it, too; whoever ends this process alone means both.
    const end = () => child.kill('SIGTERM');
    process.on('SIGTERM', end);
    child.on('error', failed);
    child.on('close', (code) => {
      process.off('SIGTERM', end);
      done(code ?? 1);
    });
  });
}
