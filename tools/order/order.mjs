// @ts-check
import { randomUUID } from 'node:crypto';
import { instance } from '../local/src/infra.mjs';
import { LocalProblem, say } from '../local/src/problem.mjs';
import { everybody, Service, Silent } from '../local/src/services.mjs';
import { exits, Refused, run } from './src/commands.mjs';
import { help, parseOrder } from './src/options.mjs';
import { canvasOn } from './src/terminal.mjs';
import { paintWith } from './src/words.mjs';

const interrupted = new AbortController();
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => {
    // Once more: whoever asks twice means it.
    if (interrupted.signal.aborted) process.exit(exits.interrupted);
    interrupted.abort();
  });
}
// A pager that was closed has seen enough.
process.stdout.on('error', () => process.exit());

/** @param {import('./src/options.mjs').OrderOptions} options */
async function main(options) {
  const { folder, env } = instance('dev');
  const { urls } = options.places;
  const found = urls.size > 0 ? new Map([...urls].map(([name, url]) => [name, [url]])) : await everybody(folder, env);
  const at = (/** @type {string} */ name) => new Service(name, found.get(name) ?? []);
  const isTerminal = process.stdout.isTTY && process.env['TERM'] !== 'dumb';
  const canvas = canvasOn({
    write: options.json ? () => undefined : (text) => void process.stdout.write(text),
    say,
    columns: isTerminal && !options.json ? () => process.stdout.columns : undefined,
    paint: paintWith(isTerminal && !process.env['NO_COLOR']),
  });
  const places = { order: at('order'), observer: at('observer'), now: Date.now };
  const out = (/** @type {string} */ text) => void process.stdout.write(text);
  return await run(options, { places, canvas, out, interrupted: interrupted.signal, newKey: randomUUID });
}

try {
  const options = parseOrder(process.argv.slice(2));
  if (options === 'help') process.stdout.write(help);
  else process.exitCode = await main(options);
} catch (error) {
  if (error instanceof Silent) {
    say(`${error.message}: npm start runs the system, and --url order=<address> names one that runs elsewhere`);
    process.exitCode = exits.silent;
  } else {
    const expected = error instanceof LocalProblem || error instanceof Refused;
    process.stderr.write(`duet: ${expected ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = expected ? exits.refused : exits.otherwise;
  }
}
