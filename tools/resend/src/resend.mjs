// @ts-check
import { Silent } from '../../local/src/services.mjs';

/**
 * A service that can be asked.
 * @typedef {Pick<import('../../local/src/services.mjs').Service, 'name' | 'get' | 'post'>} Service
 * @typedef {{ service: string, unsent: number, sentSince?: string }} Kept
 * @typedef {{ service: string, messages: number, left?: string }} Resent `left`: why not all was sent
 */

/** How long it is waited for what a service has on its way, and for what is sent again, without any progress, in milliseconds. */
const patienceMs = 30_000;
const lookEveryMs = 200;

/** How much waits at a service, and since when it could send again. @param {Service} service @returns {Promise<Kept>} @throws {Silent} */
export async function keptBy(service) {
  const { unsent, sentSince } = /** @type {{ unsent: number, sentSince?: string }} */ (wanted(service, await service.get('/outbox')));
  return { service: service.name, unsent, ...(sentSince !== undefined && { sentSince }) };
}

/**
 * Has a service send again what it has sent since then, part by part, until nothing is left, and waits until it is sent. A saga that has something on its
 * way is left out at first, and asked for again when that is sent.
 * @param {Service} service
 * @param {{ since: string, actor: string, told: (messages: number) => void, pause: (ms: number) => Promise<unknown> }} how `told`: how many by now
 * @returns {Promise<Resent>}
 * @throws {Silent}
 */
export async function resend(service, { since, actor, told, pause }) {
  let messages = 0;
  /** @type {string | undefined} */
  let until;
  for (let idle = 0; idle < patienceMs;) {
    const before = messages;
    let busy = 0;
    /** @type {string | undefined} */
    let from;
    do {
      const body = { since, ...(until !== undefined && { until }), ...(from !== undefined && { from }) };
      const part = /** @type {{ messages: number, busy: number, until: string, next?: string }} */ (
        wanted(service, await service.post('/outbox/resend', { actor, body }))
      );
      until = part.until;
      from = part.next;
      messages += part.messages;
      busy += part.busy;
      told(messages);
    } while (from !== undefined);
    if (busy === 0 && messages === before) return { service: service.name, messages, ...(await unsentAfterAll(service, pause)) };
    if (busy > 0) await pause(lookEveryMs);
    idle = messages > before ? 0 : idle + lookEveryMs;
  }
  return { service: service.name, messages, left: 'some sagas have something on their way that is not sent; see what the service logs' };
}

/** @param {Service} service @param {(ms: number) => Promise<unknown>} pause @returns {Promise<{ left?: string }>} */
async function unsentAfterAll(service, pause) {
  let least = Infinity;
  for (let idle = 0; idle < patienceMs; idle += lookEveryMs) {
    const { unsent } = await keptBy(service);
    if (unsent === 0) return {};
    if (unsent < least) [least, idle] = [unsent, 0];
    await pause(lookEveryMs);
  }
  return { left: `${least} messages are not sent yet; the service goes on trying` };
}

/** What was asked for. @param {Service} service @param {import('../../local/src/services.mjs').Answer} answer @throws {Silent} */
function wanted({ name }, { status, body }) {
  if (status < 300) return body;
  throw new Silent(name, `${name} answered ${status}: ${String(body['detail'])}`);
}
