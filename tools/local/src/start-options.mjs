// @ts-check
import { parseArgs } from 'node:util';
import { LocalProblem, wrongWords } from './problem.mjs';
import { services } from './system.mjs';

/**
 * What `npm start` was asked for.
 * @typedef {{ help: boolean, build: boolean, without: ReadonlySet<string>, replicas: ReadonlyMap<string, number> }} StartOptions
 */

export const startHelp = `npm start [-- <options>]

Installs what is missing, starts Kafka, PostgreSQL, the outside world and every service, each as its own process, and says when
all is ready. A service that dies is started again. Ctrl-C stops all of it. Run again, it prints where the running system is.

  --without <service>         leave one out, to run it yourself: npm start -- --without payment, then npx nx serve payment (repeatable)
  --replicas <service>=<n>    n processes of one service, the further ones on free ports (repeatable)
  --no-build                  take the bundles in dist/ as they are
  --help

Services: ${services.map(({ name, port }) => `${name} (${port})`).join(', ')}.
DUET_<SERVICE>_PORT sets another port. LOG_LEVEL and all other variables of the services are handed on to them.
Logs are in .duet/dev/logs/. Kafka and PostgreSQL: npm run infra -- --help.
`;

/** The most processes of one service: more than its topics have partitions would be idle. */
const mostReplicas = 6;

/**
 * @param {readonly string[]} args
 * @returns {StartOptions}
 * @throws {LocalProblem} `usage`
 */
export function parseStart(args) {
  const { values } = parse(args);
  const without = new Set((values.without ?? []).map((name) => known(name, '--without')));
  const replicas = new Map();
  for (const text of values.replicas ?? []) {
    const [name = '', count = ''] = text.split('=');
    known(name, '--replicas');
    const processes = Number(count);
    if (!/^\d+$/.test(count) || processes < 1 || processes > mostReplicas) {
      throw new LocalProblem('usage', `--replicas ${text}: say a service and a number from 1 to ${mostReplicas}, such as inventory=2.`);
    }
    if (without.has(name)) throw new LocalProblem('usage', `${name} cannot be left out and have replicas: drop one of the two options.`);
    if (name === 'outside' && processes > 1) throw new LocalProblem('usage', 'There is only one outside world: it keeps files of its own.');
    replicas.set(name, processes);
  }
  return { help: values.help, build: !values['no-build'], without, replicas };
}

/** @param {readonly string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        without: { type: 'string', multiple: true },
        replicas: { type: 'string', multiple: true },
        'no-build': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new LocalProblem('usage', `${wrongWords(error)} npm start -- --help explains the options.`);
  }
}

/** @param {string} name @param {string} option */
function known(name, option) {
  if (services.some((service) => service.name === name)) return name;
  throw new LocalProblem(
    'usage',
    `${option}: there is no service "${name}", there are ${services.map((service) => service.name).join(', ')}.`,
  );
}
