// @ts-check
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { workspaceRoot } from '../local/src/files.mjs';
import { measure } from '../local/src/measurement.mjs';
import { LocalProblem } from '../local/src/problem.mjs';
import { operable } from '../local/src/system.mjs';

const help = `npm run screenshots [-- <options>]

Makes the pictures of the console's pages, docs/pictures/*.png: starts the whole system, lets a shop go on for a minute and a half, with orders
that end, are refused, wait for a person and stand still because shipping was killed, and looks at each page with a real browser.

  --only <name>   one picture, like duel or overview-dark (repeatable)
  --all           writes also what looks as it did: a picture that hardly differs from the one that is there is left alone otherwise
  --help

It takes three to five minutes, and needs Chromium (CHROMIUM says where, unless it is at a usual place). Kafka, PostgreSQL and their data are
its own (the instance "screenshots", deleted afterwards), also beside a running system.
`;

/** @param {readonly string[]} args */
function parse(args) {
  try {
    const options = /** @type {const} */ ({
      only: { type: 'string', multiple: true },
      all: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    });
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new LocalProblem('usage', `${text} npm run screenshots -- --help explains the options.`);
  }
}

try {
  const { help: asked, only = [], all } = parse(process.argv.slice(2));
  if (asked) process.stdout.write(help);
  else {
    const folder = resolve(workspaceRoot, 'docs/pictures');
    process.exitCode = await measure('screenshots', [...operable, 'observer', 'console', 'outside'], ({ brokers }) => ({
      ...{ apps: operable, brokers, folder, only, all },
    }));
  }
} catch (error) {
  process.stderr.write(`duet: ${error instanceof LocalProblem ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
