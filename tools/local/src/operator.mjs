// @ts-check
import { userInfo } from 'node:os';

/**
 * What the command lines for operators have in common: whom they ask, and who asks.
 *
 * Where to ask: only these services, or others than those of the running system, by name.
 * @typedef {{ services: readonly string[], urls: ReadonlyMap<string, string> }} Places
 *
 * How a wrong option is told, with the tool's own hint to its help.
 * @typedef {(text: string) => Error} Usage
 */

/** @param {{ service?: string[] | undefined, url?: string[] | undefined }} values @param {Usage} usage @returns {Places} */
export function placesOf({ service = [], url = [] }, usage) {
  const urls = new Map(
    url.map((said) => {
      const [, name = '', address = ''] = /^([^=]*)=(.*)$/.exec(said) ?? [];
      const at = URL.canParse(address) ? new URL(address) : undefined;
      if (!/^[a-z][\w-]*$/.test(name) || !at || !['http:', 'https:'].includes(at.protocol))
        throw usage(`--url ${said}: say a service and its address, such as payment=http://127.0.0.1:3002.`);
      return /** @type {const} */ ([name, address.replace(/\/+$/, '')]);
    }),
  );
  const unknown = urls.size > 0 ? service.find((name) => !urls.has(name)) : undefined;
  if (unknown !== undefined) throw usage(`--service ${unknown}: with --url, only ${[...urls.keys()].join(', ')} can be asked.`);
  return { services: service, urls };
}

/** Who does it, as an HTTP header can say it. @param {string | undefined} said @param {() => string} user @param {Usage} usage */
export function actorOf(said, user, usage) {
  const actor = (said ?? user()).trim();
  if (!/^[\x20-\x7e\xa0-\xff]{1,100}$/.test(actor)) {
    throw usage(
      `${said === undefined ? 'Your name on this machine' : '--actor'} is "${actor}": say --actor with 1 to 100 Latin characters.`,
    );
  }
  return actor;
}

/** Who is at the machine; in a container there may be nobody. */
export function whoIsHere() {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}
