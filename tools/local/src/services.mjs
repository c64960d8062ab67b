// @ts-check
import { LocalProblem } from './problem.mjs';
import { runningSystem } from './running-system.mjs';
import { operable, usualUrls } from './system.mjs';

/** How long an answer may take, in milliseconds. What is done waits for outside calls, as long as their lease (15 s if nothing else is set), and then some. */
const within = { look: 10_000, act: 90_000 };

/** A service did not answer at all. */
export class Silent extends Error {
  /** @param {string} service @param {string} text a sentence that says what to do */
  constructor(service, text) {
    super(text);
    this.name = 'Silent';
    this.service = service;
  }
}

/**
 * @typedef {{ status: number, body: Record<string, unknown> }} Answer
 * @typedef {{ actor: string, body?: object }} Act
 */

/** A participant, at one or more addresses: its replicas share what they hold. */
export class Service {
  /** @param {string} name @param {readonly string[]} urls */
  constructor(name, urls) {
    this.name = name;
    this.urls = urls;
  }

  /** @param {string} path @returns {Promise<Answer>} whatever its status @throws {Silent} */
  get(path) {
    return this.#ask(path, { signal: AbortSignal.timeout(within.look) });
  }

  /** @param {string} path @param {Act} act @returns {Promise<Answer>} whatever its status @throws {Silent} */
  post(path, { actor, body }) {
    return this.send(path, { 'X-Actor': actor }, body);
  }

  /** @param {string} path @param {Record<string, string>} headers @param {object} [body] @returns {Promise<Answer>} whatever its status @throws {Silent} */
  send(path, headers, body) {
    return this.#ask(path, {
      method: 'POST',
      headers: { ...headers, ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(within.act),
    });
  }

  /** @param {string} path @param {RequestInit} how @returns {Promise<Answer>} */
  async #ask(path, how) {
    for (const [place, url] of this.urls.entries()) {
      try {
        const response = await fetch(url + path, how);
        return { status: response.status, body: await jsonOf(response) };
      } catch (error) {
        // Another replica is asked only where this one has certainly heard nothing.
        if (refused(error) && place + 1 < this.urls.length) continue;
        throw new Silent(this.name, `${this.name} ${whyOf(error)} at ${url}`);
      }
    }
    throw new Silent(this.name, `${this.name} has no address`);
  }
}

/** @param {Response} response @returns {Promise<Record<string, unknown>>} */
async function jsonOf(response) {
  const text = await response.text();
  try {
    const body = /** @type {unknown} */ (JSON.parse(text));
    if (typeof body === 'object' && body !== null) return /** @type {Record<string, unknown>} */ (body);
  } catch {
    // Something else listens there.
  }
  return { detail: `what answers at ${response.url} is no service of ours` };
}

/** What fetch throws says little itself: why is in its cause. @param {unknown} error */
const codeOf = (error) => /** @type {{ cause?: { code?: string } }} */ (error).cause?.code;
/** @param {unknown} error */
const refused = (error) => ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH'].includes(codeOf(error) ?? '');
/** @param {unknown} error */
function whyOf(error) {
  if (/** @type {Error} */ (error).name === 'TimeoutError') return 'did not answer in time';
  const code = codeOf(error);
  return `does not answer${code === undefined ? '' : ` (${code})`}`;
}

/**
 * The participants: those that were named, or else those of the running system, or else at their usual ports.
 * @param {import('./operator.mjs').Places} places
 * @param {{ folder: string, env: NodeJS.ProcessEnv }} here `folder`: of the instance that npm start runs
 * @returns {Promise<Service[]>}
 * @throws {LocalProblem} `usage`, `wrong-setting`
 */
export async function servicesAt({ services: wanted, urls }, { folder, env }) {
  const found = urls.size > 0 ? new Map([...urls].map(([name, url]) => [name, [url]])) : await ours(folder, env);
  const unknown = wanted.find((name) => !found.has(name));
  if (unknown !== undefined)
    throw new LocalProblem('usage', `--service ${unknown}: there is no such service, there are ${[...found.keys()].join(', ')}.`);
  return [...found].filter(([name]) => wanted.length === 0 || wanted.includes(name)).map(([name, at]) => new Service(name, at));
}

/** The world that our services call, and who only looks on, hold nothing. @param {string} folder @param {NodeJS.ProcessEnv} env */
const ours = async (folder, env) => new Map([...(await everybody(folder, env))].filter(([name]) => operable.includes(name)));

/**
 * Where everything of the system is, also who only looks on and the world outside: where the running one has it, or else at its usual port.
 * @param {string} folder of the instance that npm start runs
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Map<string, string[]>>} by name, replicas together
 * @throws {LocalProblem} `wrong-setting`
 */
export async function everybody(folder, env) {
  const running = (await runningSystem(folder))?.processes ?? [];
  return new Map(
    [...usualUrls(env)].map(([name, usual]) => {
      const urls = running.filter(({ service }) => service === name).map(({ url }) => url);
      // One that the running system leaves out may have been started by hand.
      return [name, urls.length > 0 ? urls : [usual]];
    }),
  );
}
