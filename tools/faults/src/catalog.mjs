// @ts-check

/**
 * Every fault there is: what happens; to what, a service, the database server or the broker; what else must be well for it to be seen; and how long it lasts, in seconds: from, to.
 * @satisfies {Record<string, { of: Part, needs?: readonly Part[], says: string, lasts: readonly [number, number] }>}
 */
export const catalog = {
  'kill-service': { of: 'service', says: 'a service is killed, and started again', lasts: [0, 4] },
  'pause-service': { of: 'service', says: 'a service stands still for longer than the session timeout of its group', lasts: [11, 14] },
  'clock-jump': { of: 'service', says: 'the clock of a service jumps, up to an hour, forward or back, and comes back', lasts: [3, 8] },
  replica: { of: 'service', needs: ['postgres', 'broker'], says: 'a second replica of a service joins, and leaves', lasts: [1, 4] },
  'roll-version': {
    of: 'service',
    needs: ['postgres', 'broker'],
    says: 'a service is deployed: a new process beside the old one, which is then told to stop',
    lasts: [1, 4],
  },
  'kill-postgres': { of: 'postgres', says: 'PostgreSQL is killed under everybody, and started again', lasts: [0, 4] },
  'stop-broker': { of: 'broker', says: 'the broker is stopped, and started again', lasts: [8, 15] },
  'pause-broker': { of: 'broker', says: 'the broker stands still: connections stay open, nobody answers', lasts: [11, 14] },
  'wipe-broker': { of: 'broker', says: 'the broker loses its log, and the services send again what they have sent', lasts: [0, 1] },
  'cut-broker': {
    of: 'service',
    needs: ['broker'],
    says: 'the connections of a service to the broker are cut, and refused',
    lasts: [1, 12],
  },
  'slow-broker': { of: 'service', needs: ['broker'], says: 'a service reaches the broker late, and over a narrow line', lasts: [4, 10] },
  poison: {
    of: 'broker',
    needs: ['service', 'postgres'],
    says: 'messages that nobody can read come in on every topic of commands',
    lasts: [1, 3],
  },
  doubled: { of: 'broker', says: 'messages old and new are sent a second time', lasts: [2, 5] },
  'cut-database': {
    of: 'service',
    needs: ['postgres'],
    says: 'the connections of a service to its database are cut, and refused',
    lasts: [1, 8],
  },
  'freeze-database': {
    of: 'service',
    needs: ['postgres'],
    says: 'the connections of a service to its database hang, both ways, and are cut then',
    lasts: [8, 14],
  },
  'half-closed': {
    of: 'service',
    needs: ['postgres'],
    says: 'what a service sends to its database vanishes, on every connection, until they are cut',
    lasts: [5, 12],
  },
  'slow-line': { of: 'service', needs: ['postgres'], says: 'a service reaches its database late, and over a narrow line', lasts: [4, 10] },
};

/** @typedef {'service' | 'postgres' | 'broker'} Part */
/** @typedef {keyof typeof catalog} FaultName */

/** @type {readonly FaultName[]} */
export const faultNames = /** @type {FaultName[]} */ (Object.keys(catalog));

/**
 * Whether both can happen at once, to different services where both are of a service: neither hides the other, and each is to be seen.
 * @param {FaultName} one @param {FaultName} other
 */
export const canMeet = (one, other) =>
  !hinders(one, other) && !hinders(other, one) && (isOfService(one) || catalog[one].of !== catalog[other].of);

/** @param {FaultName} name */
export const isOfService = (name) => catalog[name].of === 'service';

/** @param {FaultName} one @param {FaultName} other */
const hinders = (one, other) => partsOf(other).includes(catalog[one].of);

/** @param {FaultName} name @returns {readonly Part[]} */
function partsOf(name) {
  const fault = catalog[name];
  return 'needs' in fault ? fault.needs : [];
}
