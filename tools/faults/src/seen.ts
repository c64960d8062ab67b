import { connect } from 'node:net';
import { request, until } from '@duet/testbed';
import { probeKafka } from './kafka-probe.mjs';

/** How long it may take until what was done is to be seen, in milliseconds. */
export const seenWithin = 30_000;

/** It was made to happen, and did not. */
export class NotFired extends Error {
  override readonly name = 'NotFired';
}

/** Waits until a service does not answer. @throws NotInTime */
export async function silent(url: string): Promise<void> {
  const answers = (): Promise<boolean> =>
    request('GET', `${url}/health/live`, { deadline: 500 }).then(
      () => true,
      () => false,
    );
  await until(async () => !(await answers()), { what: `${url} is silent`, deadline: seenWithin });
}

/** Waits until nobody takes connections there. @throws NotInTime */
export async function refused({ hostname, port }: URL): Promise<void> {
  const taken = (): Promise<boolean> =>
    new Promise((done) => {
      const socket = connect(Number(port), hostname);
      socket.once('connect', () => (socket.destroy(), done(true))).once('error', () => done(false));
    });
  await until(async () => !(await taken()), { what: `nobody listens on port ${port}`, deadline: seenWithin });
}

/** Waits until something works, and not sooner than that: so slow is the way there. @throws NotInTime; NotFired where it is quick */
export async function takes(leastMs: number, what: string, work: () => Promise<unknown>): Promise<void> {
  let ms = 0;
  const timed = async (): Promise<boolean> => {
    const began = performance.now();
    await work();
    ms = performance.now() - began;
    return true;
  };
  await until(timed, { what, deadline: seenWithin });
  if (ms < leastMs) throw new NotFired(`${what}: after ${Math.round(ms)} ms, which is not slow`);
}

/** The id of the cluster that answers there: another when it has lost everything. @throws NotInTime */
export async function clusterAt({ hostname, port }: URL): Promise<string> {
  const asked = () => probeKafka(hostname, Number(port), seenWithin);
  return (await until(asked, { what: `a broker answers on port ${port}`, deadline: seenWithin })).clusterId;
}
