// @ts-check

/**
 * Every fault there is: what happens, whether to one service or to all at once, and how long it lasts, in seconds: from, to.
 * @satisfies {Record<string, { of: 'service' | 'system', says: string, lasts: readonly [number, number] }>}
 */
export const catalog = {
  'kill-service': { of: 'service', says: 'a service is killed, and started again', lasts: [0, 4] },
  'pause-service': { of: 'service', says: 'a service stands still for longer than the session timeout of its group', lasts: [11, 14] },
  replica: { of: 'service', says: 'a second replica of a service joins, and leaves', lasts: [1, 4] },
  'kill-postgres': { of: 'system', says: 'PostgreSQL is killed under everybody, and started again', lasts: [0, 4] },
  'stop-broker': { of: 'system', says: 'the broker is stopped, and started again', lasts: [8, 15] },
  'pause-broker': { of: 'system', says: 'the broker stands still: connections stay open, nobody answers', lasts: [11, 14] },
  poison: { of: 'system', says: 'messages that nobody can read come in on every topic of commands', lasts: [1, 3] },
  'wipe-broker': { of: 'system', says: 'the broker loses its log, and the services send again what they have sent', lasts: [0, 1] },
  'cut-database': { of: 'service', says: 'the connections of a service to its database are cut, and refused', lasts: [1, 8] },
  'freeze-database': {
    of: 'service',
    says: 'the connections of a service to its database hang half-open, and are cut then',
    lasts: [8, 14],
  },
  doubled: { of: 'system', says: 'messages old and new are sent a second time', lasts: [2, 5] },
};

/** @typedef {keyof typeof catalog} FaultName */

/** @type {readonly FaultName[]} */
export const faultNames = /** @type {FaultName[]} */ (Object.keys(catalog));
