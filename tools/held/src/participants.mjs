// @ts-check
import { Service, Silent } from '../../local/src/services.mjs';
import { plain } from './words.mjs';

/**
 * @typedef {import('./options.mjs').Filter} Filter
 * @typedef {import('./words.mjs').Group} Group
 * @typedef {import('./words.mjs').Held} Held
 * @typedef {import('./words.mjs').Done} Done
 * @typedef {'redrive' | 'settle' | 'drop'} Operation
 */

export { Service, Silent };

/** All services that hold messages, asked together. One that does not answer is remembered, and the others are heard all the same. */
export class Participants {
  /** What those that did not answer are said of, by name. @type {Map<string, string>} */
  silent = new Map();

  /** @param {readonly Service[]} services */
  constructor(services) {
    this.services = services;
  }

  get allAreSilent() {
    return this.silent.size === this.services.length;
  }

  /** @param {Filter} filter @returns {Promise<Group[]>} */
  groups(filter) {
    return this.#fromAll(async (service) => {
      const { items } = wanted(service, await service.get(`/held/groups?${queryOf(filter)}`));
      return withService(service, /** @type {Group[]} */ (items));
    });
  }

  /** The oldest of each, one more than so many at least where there are more. @param {Filter} filter @param {number} limit @returns {Promise<Held[]>} */
  messages(filter, limit) {
    return this.#fromAll(async (service) => {
      /** @type {Held[]} */
      const found = [];
      for (let cursor = '0'; found.length <= limit;) {
        const { items, next } = wanted(service, await service.get(`/held?${queryOf(filter)}cursor=${cursor}&limit=${pageOf(limit)}`));
        found.push(...withService(service, /** @type {Held[]} */ (items)));
        if (typeof next !== 'string') break;
        cursor = next;
      }
      return found;
    });
  }

  /** One message, wherever it is held: an event may be at several services. @param {string} id @returns {Promise<Held[]>} */
  holding(id) {
    return this.#fromAll(async (service) => {
      const answer = await service.get(`/held/${encodeURIComponent(id)}`);
      return answer.status === 404 ? [] : withService(service, [/** @type {Held} */ (/** @type {unknown} */ (wanted(service, answer)))]);
    });
  }

  /**
   * What became of it at these services. Where it was never met nothing is answered.
   * @param {readonly string[]} names
   * @param {string} id
   * @param {Operation} what
   * @param {import('../../local/src/services.mjs').Act} act
   * @returns {Promise<Done[]>}
   */
  operate(names, id, what, act) {
    const services = this.services.filter(({ name }) => names.includes(name));
    return this.#fromAll(async (service) => {
      const { status, body } = await service.post(`/held/${encodeURIComponent(id)}/${what}`, act);
      if (status === 404) return [];
      if (status < 300) return withService(service, [{ id, .../** @type {Omit<Done, 'id'>} */ (body) }]);
      const errors = /** @type {{ text: string }[] | undefined} */ (body['errors']);
      const text = errors ? errors.map((error) => error.text).join('; ') : String(body['detail']);
      return withService(service, [{ id, state: 'not-done', text, code: String(body['code'] ?? status) }]);
    }, services);
  }

  /**
   * What became of a group at one service, part by part, until it is done or the service falls silent.
   * @param {string} name
   * @param {Operation} what
   * @param {{ actor: string, body: object }} act
   * @param {(part: Done[]) => void} told
   */
  async operateMany(name, what, { actor, body }, told) {
    await this.#fromAll(
      async (service) => {
        for (let cursor = '0'; ;) {
          const { items, next } = wanted(service, await service.post(`/held/${what}`, { actor, body: { ...body, cursor } }));
          told(withService(service, /** @type {Done[]} */ (items)));
          if (typeof next !== 'string') return [];
          cursor = next;
        }
      },
      this.services.filter((service) => service.name === name),
    );
  }

  /**
   * @template T
   * @param {(service: Service) => Promise<T[]>} ask
   * @param {readonly Service[]} services
   * @returns {Promise<T[]>}
   */
  async #fromAll(ask, services = this.services) {
    const answers = await Promise.all(
      services.map(async (service) => {
        try {
          return await ask(service);
        } catch (error) {
          if (!(error instanceof Silent)) throw error;
          this.silent.set(service.name, error.message);
          return [];
        }
      }),
    );
    return answers.flat();
  }
}

/**
 * @template {object} T
 * @param {Service} service
 * @param {readonly T[]} items
 */
const withService = ({ name }, items) => items.map((item) => ({ ...item, service: name }));

/** The most that one page of a service has is 200. @param {number} limit */
const pageOf = (limit) => Math.min(limit + 1, 200);

/** @param {Filter} filter */
const queryOf = ({ state, reason, task }) =>
  Object.entries({ state, reason, task })
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}&`]))
    .join('');

/** What was asked for. @param {Service} service @param {import('../../local/src/services.mjs').Answer} answer @throws {Silent} */
function wanted({ name }, { status, body }) {
  if (status < 300) return body;
  throw new Silent(name, `${name} answered ${status}: ${plain(String(body['detail']))}`);
}
