import nx from '@nx/eslint-plugin';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { readCachedProjectGraph } from 'nx/src/project-graph/project-graph.js';
import { insides, kinds, scopes } from './rooms.mjs';

const original = nx.rules['enforce-module-boundaries'];

/** Nx's own sentences say what was broken; this adds why the boundary is there. */
function why({ messageId, data }, filename) {
  const tag = data?.sourceTag;
  const rule = tag && (kinds[tag] ?? scopes[tag]);
  if (rule) return rule.because;
  if (messageId === 'noImportsOfApps' || messageId === 'noImportsOfE2e') return kinds['type:app'].because;
  if (messageId === 'noRelativeOrAbsoluteImportsAcrossLibraries') {
    const fromApp = /[\\/]apps[\\/][^\\/]+[\\/]src[\\/]/.test(filename) && !filename.includes('-e2e');
    return `${insides}${fromApp ? ` ${kinds['type:app'].because}` : ''}`;
  }
  return 'See tools/lint/rooms.mjs.';
}

const sentence = (id, data) => original.meta.messages[id].replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name) => String(data?.[name] ?? ''));

let graphIsThere = false;

/**
 * Nx's rule reads the project graph from a file, and is skipped when there is none, as in a fresh clone: a boundary that nobody checks. (Not in
 * eslint.config.mjs: Nx loads that while it makes the graph.)
 */
function requireGraph() {
  if (graphIsThere) return;
  try {
    readCachedProjectGraph();
  } catch {
    const nxProgram = createRequire(import.meta.url).resolve('nx/bin/nx.js');
    const env = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' };
    const { status, stderr } = spawnSync(process.execPath, [nxProgram, 'show', 'projects'], { env, encoding: 'utf8', timeout: 120_000 });
    if (status !== 0) throw new NoProjectGraph(stderr);
  }
  graphIsThere = true;
}

/** The boundaries cannot be checked without Nx's project graph: `npx nx show projects` says what is wrong with it. */
class NoProjectGraph extends Error {
  constructor(text) {
    super(`Nx's project graph could not be made, so the boundaries cannot be checked; npx nx show projects says why. ${text}`);
    this.name = 'NoProjectGraph';
  }
}

/** Nx's enforce-module-boundaries, with our sentence behind each message. */
export const boundaries = {
  meta: { ...original.meta, messages: undefined },
  defaultOptions: original.defaultOptions,
  create(context) {
    requireGraph();
    const options = context.options.length > 0 ? context.options : original.defaultOptions;
    const talking = Object.create(context, {
      options: { value: options },
      report: {
        value: (problem) =>
          context.report({
            node: problem.node,
            message: `${sentence(problem.messageId, problem.data)}. ${why(problem, context.filename)}`,
          }),
      },
    });
    return original.create(talking, options);
  },
};

/** What Nx checks: both axes, from the table of rooms. */
export const depConstraints = [
  ...Object.entries(kinds).map(([sourceTag, { may, never }]) => ({
    sourceTag,
    onlyDependOnLibsWithTags: may,
    ...(never && { bannedExternalImports: never }),
  })),
  ...Object.entries(scopes).map(([sourceTag, { may }]) => ({ sourceTag, onlyDependOnLibsWithTags: may })),
];
