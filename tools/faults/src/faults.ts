import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { request, type RunningService, type TcpProxy, until, workspaceRoot } from '@duet/testbed';
import type { FaultName } from './catalog.mjs';
import { Doubler } from './doubler';
import type { Place } from './place';
import { poison } from './poison';
import type { Firing } from './schedule';

/** Something that goes wrong, and is mended. */
export interface Fault {
  /** Resolves when it is seen to have happened. @throws where it has not */
  begin(): Promise<void>;
  /** Mends it, however far it has come. */
  end(): Promise<void>;
}

/** How long it may take until what was done is to be seen, in milliseconds. */
const seenWithin = 30_000;
const resentWithin = 180_000;

/** What each fault does. */
export const faults: Readonly<Record<FaultName, (place: Place, firing: Firing) => Fault>> = {
  'kill-service': ({ system }, { service }) => ({
    begin: async () => {
      await system.kill(service);
      await silent(system.url(service));
    },
    end: () => system.restart(service),
  }),
  'pause-service': ({ system }, { service }) => ({
    begin: async () => {
      system.pause(service);
      await silent(system.url(service));
    },
    end: async () => system.resume(service),
  }),
  replica: ({ system }, { service }) => {
    let replica: RunningService | undefined;
    return {
      // Ready is who has joined the group.
      begin: async () => void (replica = await system.join(service)),
      end: async () => void (replica && (await system.leave(replica))),
    };
  },
  'kill-postgres': ({ postgres }) => ({
    begin: async () => {
      await postgres.kill();
      await refused(new URL(postgres.adminUrl));
    },
    end: () => postgres.start(),
  }),
  'stop-broker': ({ broker }) => ({
    begin: async () => {
      await broker.stop();
      await refused(new URL(`kafka://${broker.brokers}`));
    },
    end: () => broker.start(),
  }),
  'pause-broker': ({ broker, system }) => ({
    begin: async () => {
      await broker.pause();
      // A broker that answers does so within milliseconds.
      const ends = system.broker.endOffsets(system.topics()[0] ?? '').then(
        () => 'answers',
        () => 'silent',
      );
      if ((await Promise.race([ends, pause(1_000, 'silent')])) !== 'silent') throw new NotFired('the broker answers though it is paused');
    },
    end: () => broker.resume(),
  }),
  poison: (place) => ({ begin: () => poison(place, seenWithin), end: async () => undefined }),
  'wipe-broker': (place) => ({
    begin: () => place.broker.wipe(),
    end: () => resend(place),
  }),
  'cut-database': ({ lines }, { service }) => {
    const line = lineTo(lines, service);
    return {
      begin: async () => {
        await until(() => line.connections > 0, { what: `${service} is connected to its database`, deadline: seenWithin });
        await line.cut();
      },
      end: () => line.mend(),
    };
  },
  'freeze-database': ({ lines }, { service }) => {
    const line = lineTo(lines, service);
    return {
      begin: async () => {
        await until(() => line.connections > 0, { what: `${service} is connected to its database`, deadline: seenWithin });
        line.freeze();
      },
      end: async () => {
        await line.cut();
        await line.mend();
      },
    };
  },
  doubled: ({ system }) => {
    const doubler = new Doubler(system);
    return {
      begin: async () => {
        // Its connection, too, may have to recover from the fault before.
        await until(() => doubler.start().then(() => true), { what: 'all topics are read', deadline: seenWithin });
        await until(() => doubler.sent > 0, { what: 'messages have been sent a second time', deadline: seenWithin });
      },
      end: () => doubler.stop(),
    };
  },
};

/** It was made to happen, and did not. */
export class NotFired extends Error {
  override readonly name = 'NotFired';
}

function lineTo(lines: ReadonlyMap<string, TcpProxy>, service: string): TcpProxy {
  const line = lines.get(service);
  if (!line) throw new NotFired(`there is no way to the database of ${service}`);
  return line;
}

/** Waits until a service does not answer. */
async function silent(url: string): Promise<void> {
  const answers = (): Promise<boolean> =>
    request('GET', `${url}/health/live`, { deadline: 500 }).then(
      () => true,
      () => false,
    );
  await until(async () => !(await answers()), { what: `${url} is silent`, deadline: seenWithin });
}

/** Waits until nobody takes connections there. */
async function refused({ hostname, port }: URL): Promise<void> {
  const taken = (): Promise<boolean> =>
    new Promise((done) => {
      const socket = connect(Number(port), hostname);
      socket.once('connect', () => (socket.destroy(), done(true))).once('error', () => done(false));
    });
  await until(async () => !(await taken()), { what: `nobody listens on port ${port}`, deadline: seenWithin });
}

/** As an operator at the terminal does, until it has all been sent. */
async function resend({ system, apps }: Place): Promise<void> {
  const urls = apps.flatMap((app) => ['--url', `${app}=${system.url(app)}`]);
  const args = [resolve(workspaceRoot, 'tools/resend/resend.mjs'), '--since', '2h', '--yes', '--actor', 'nemesis', ...urls];
  const once = async (): Promise<boolean> => {
    await promisify(execFile)(process.execPath, args, { cwd: workspaceRoot });
    return true;
  };
  await until(once, { what: 'all is sent again', deadline: resentWithin });
}
