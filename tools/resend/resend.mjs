// @ts-check
import { createInterface } from 'node:readline/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { instance } from '../local/src/infra.mjs';
import { LocalProblem, say } from '../local/src/problem.mjs';
import { servicesAt, Silent } from '../local/src/services.mjs';
import { help, parseResend } from './src/options.mjs';
import { keptBy, resend } from './src/resend.mjs';

const exits = { done: 0, notAll: 1, usage: 2, silent: 3 };
const print = (/** @type {string} */ line) => void process.stdout.write(`${line}\n`);

/** Each service is asked; those that do not answer are named, and the others are heard all the same. */
class Asked {
  /** @type {string[]} */
  silent = [];

  /** @template T @param {readonly import('../local/src/services.mjs').Service[]} services @param {(service: import('../local/src/services.mjs').Service) => Promise<T>} ask @returns {Promise<T[]>} */
  async all(services, ask) {
    const answers = await Promise.all(
      services.map(async (service) => {
        try {
          return [await ask(service)];
        } catch (error) {
          if (!(error instanceof Silent)) throw error;
          this.silent.push(error.message);
          return [];
        }
      }),
    );
    return answers.flat();
  }
}

/** @param {import('./src/options.mjs').ResendOptions} options */
async function main({ since, places, actor, yes, dryRun, json }) {
  const { folder, env } = instance('dev');
  const services = await servicesAt(places, { folder, env });
  const asked = new Asked();
  const kept = await asked.all(services, keptBy);
  for (const { service, unsent, sentSince } of kept) {
    const far = sentSince === undefined ? 'has sent nothing that it still keeps' : `keeps what it has sent since ${sentSince}`;
    say(`${service} ${far}; ${unsent} wait to be sent`);
  }
  if (
    !dryRun &&
    kept.length > 0 &&
    !yes &&
    !(await confirmed(`Send again what ${kept.map(({ service }) => service).join(', ')} sent since ${since}?`))
  )
    throw new LocalProblem('usage', 'Nothing was done. Say --yes where nobody can be asked.');
  const answering = services.filter(({ name }) => kept.some(({ service }) => service === name));
  const resent = dryRun
    ? []
    : await asked.all(answering, (service) => {
        let last = 0;
        const told = (/** @type {number} */ messages) => {
          if (messages >= last + 10_000) say(`${service.name}: ${(last = messages)} messages so far`);
        };
        return resend(service, { since, actor, told, pause });
      });
  for (const text of asked.silent) say(text);
  if (json) print(JSON.stringify({ since, kept, resent, silent: asked.silent }));
  else
    for (const { service, messages, left } of resent)
      print(`${service.padEnd(14)}${messages} messages sent again${left === undefined ? '' : `, but ${left}`}`);
  if (asked.silent.length > 0) return exits.silent;
  return resent.some(({ left }) => left !== undefined) ? exits.notAll : exits.done;
}

/** @param {string} question */
async function confirmed(question) {
  if (!process.stdin.isTTY) return false;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return lines
    .question(`${question} [y/N] `)
    .then((answer) => /^y(es)?$/i.test(answer.trim()))
    .finally(() => lines.close());
}

try {
  const options = parseResend(process.argv.slice(2));
  if (options === 'help') process.stdout.write(help);
  else process.exitCode = await main(options);
} catch (error) {
  process.stderr.write(`duet: ${error instanceof LocalProblem ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = error instanceof LocalProblem ? exits.usage : exits.notAll;
}
