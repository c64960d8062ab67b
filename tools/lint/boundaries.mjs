import nx from '@nx/eslint-plugin';
import { kinds, scopes } from './rooms.mjs';

const original = nx.rules['enforce-module-boundaries'];

/** Nx's own sentences say what was broken; this adds why the boundary is there. */
function why({ messageId, data }) {
  const tag = data?.sourceTag;
  const rule = tag && (kinds[tag] ?? scopes[tag]);
  if (rule) return rule.because;
  if (messageId === 'noImportsOfApps' || messageId === 'noImportsOfE2e') return kinds['type:app'].because;
  if (messageId === 'noRelativeOrAbsoluteImportsAcrossLibraries')
    return 'A project is entered by its name, through its index: its insides are its own.';
  return 'See tools/lint/rooms.mjs.';
}

const sentence = (id, data) => original.meta.messages[id].replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name) => String(data?.[name] ?? ''));

/** Nx's enforce-module-boundaries, with our sentence behind each message. */
export const boundaries = {
  meta: { ...original.meta, messages: undefined },
  defaultOptions: original.defaultOptions,
  create(context) {
    const options = context.options.length > 0 ? context.options : original.defaultOptions;
    const talking = Object.create(context, {
      options: { value: options },
      report: {
        value: (problem) =>
          context.report({ node: problem.node, message: `${sentence(problem.messageId, problem.data)}. ${why(problem)}` }),
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
