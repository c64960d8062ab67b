import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type RunningService, type TcpProxy, until, workspaceRoot } from '@duet/testbed';
import type { FaultName } from './catalog.mjs';
import { setClock } from './clock';
import { Doubler } from './doubler';
import { ask, OwnConnection } from './line.store';
import type { Place } from './place';
import { poison } from './poison';
import type { Firing } from './schedule';
import { clusterAt, NotFired, refused, seenWithin, silent, takes } from './seen';

/** Something that goes wrong, and is mended. */
export interface Fault {
  /** Resolves when it is seen to have happened. @throws where it has not */
  begin(): Promise<void>;
  /** Mends it, however far it has come. @throws where it cannot be mended */
  end(): Promise<void>;
}

/** What answers does so within milliseconds; who says nothing for so long says nothing. */
const silenceMs = 1_000;
const resentWithin = 180_000;
const startsWithin = 60_000;
/** A line to far away, and as wide as a modem. Half a second for a transaction's five statements, and the same again for what they say. */
const slowness = { latencyMs: 50, bytesPerSecond: 200_000 };
const jump = { leastMs: 60_000, mostMs: 3_600_000 };

/** What each fault does. */
export const faults: Readonly<Record<FaultName, (place: Place, firing: Firing) => Fault>> = {
  'kill-service': ({ system }, { service }) => ({
    begin: async () => {
      await system.kill(service);
      await silent(system.url(service));
    },
    // As a supervisor does: what else is away may keep it from starting.
    end: () =>
      until(() => system.restart(service).then(() => true), { what: `${service} runs again`, deadline: startsWithin }).then(
        () => undefined,
      ),
  }),
  'pause-service': ({ system }, { service }) => ({
    begin: async () => {
      system.pause(service);
      await silent(system.url(service));
    },
    end: async () => system.resume(service),
  }),
  'clock-jump': ({ system, folder }, { service, chance }) => {
    const size = jump.leastMs + Math.abs(2 * chance - 1) * (jump.mostMs - jump.leastMs);
    return {
      begin: () => setClock(folder, system.pid(service), Math.round(chance < 0.5 ? -size : size)),
      end: () => setClock(folder, system.pid(service), 0),
    };
  },
  replica: ({ system }, { service }) => {
    let replica: RunningService | undefined;
    return {
      // Ready is who has joined the group.
      begin: async () => void (replica = await system.join(service)),
      end: async () => void (replica && (await system.leave(replica))),
    };
  },
  'roll-version': ({ system }, { service }) => {
    let next: RunningService | undefined;
    return {
      begin: async () => void (next = await system.join(service)),
      end: async () => {
        if (!next) return;
        await system.replace(service, next);
        await ready(next);
      },
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
      await refused(addressOf(broker));
    },
    end: () => broker.start(),
  }),
  'pause-broker': ({ broker, system }) => ({
    begin: async () => {
      await broker.pause();
      const ends = system.broker.endOffsets(system.topics()[0] ?? '').then(
        () => 'answers',
        () => 'silent',
      );
      if ((await Promise.race([ends, pause(silenceMs, 'silent')])) !== 'silent')
        throw new NotFired('the broker answers though it is paused');
    },
    end: () => broker.resume(),
  }),
  'wipe-broker': (place) => ({
    begin: async () => {
      const address = addressOf(place.broker);
      const before = await clusterAt(address);
      await place.broker.wipe();
      if ((await clusterAt(address)) === before) throw new NotFired('the broker is what it was');
    },
    end: () => resend(place),
  }),
  'cut-broker': ({ brokerLines }, { service }) => cut(lineOf(brokerLines, service), `${service} is connected to the broker`),
  'slow-broker': ({ brokerLines }, { service }) => {
    const line = lineOf(brokerLines, service);
    return {
      begin: async () => {
        line.slow(slowness);
        await takes(2 * slowness.latencyMs, 'the broker answers', () => clusterAt(new URL(line.url)));
      },
      end: () => line.mend(),
    };
  },
  poison: (place) => ({ begin: () => poison(place, seenWithin), end: async () => undefined }),
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
  'cut-database': ({ lines }, { service }) => cut(lineOf(lines, service), `${service} is connected to its database`),
  'freeze-database': ({ lines }, { service }) => hang(lineOf(lines, service), service, (line) => line.freeze()),
  'half-closed': ({ lines }, { service }) => hang(lineOf(lines, service), service, (line) => line.halfClose()),
  'slow-line': ({ lines }, { service }) => {
    const line = lineOf(lines, service);
    return {
      begin: async () => {
        line.slow(slowness);
        await takes(2 * slowness.latencyMs, 'the database answers', () => ask(line.url));
      },
      end: () => line.mend(),
    };
  },
};

function lineOf(lines: ReadonlyMap<string, TcpProxy>, service: string): TcpProxy {
  const line = lines.get(service);
  if (!line) throw new NotFired(`no line of ${service} is known`);
  return line;
}

const addressOf = ({ brokers }: Place['broker']): URL => new URL(`kafka://${brokers}`);

/** Breaks a line that is in use. */
const cut = (line: TcpProxy, what: string): Fault => ({
  begin: async () => {
    await until(() => line.connections > 0, { what, deadline: seenWithin });
    await line.cut();
    await refused(new URL(line.url));
  },
  end: () => line.mend(),
});

/** Does something to a line that leaves its connections open and those on it waiting, the nemesis's own among them. */
const hang = (line: TcpProxy, service: string, how: (line: TcpProxy) => void): Fault => ({
  begin: async () => {
    const own = await until(() => OwnConnection.over(line.url), { what: `the database of ${service} answers`, deadline: seenWithin });
    how(line);
    if (await own.hears(silenceMs)) throw new NotFired(`the database of ${service} answers over a line that hangs`);
  },
  end: async () => {
    await line.cut();
    await line.mend();
  },
});

/** Waits until a service says that it is ready. @throws NotInTime */
async function ready(service: RunningService): Promise<void> {
  const says = async () => (await service.request('GET', '/health/ready', { deadline: silenceMs })).status === 200;
  await until(says, { what: `${service.url} is ready`, deadline: seenWithin });
}

/** What may not have been read by everybody is younger than this: no fault lasts half as long. */
const unread = '10m';

/** As an operator at the terminal does, until it has all been sent. */
async function resend({ system, apps }: Place): Promise<void> {
  const once = async (): Promise<boolean> => {
    const urls = apps.flatMap((app) => ['--url', `${app}=${system.url(app)}`]);
    const args = [resolve(workspaceRoot, 'tools/resend/resend.mjs'), '--since', unread, '--yes', '--actor', 'nemesis', ...urls];
    await promisify(execFile)(process.execPath, args, { cwd: workspaceRoot });
    return true;
  };
  await until(once, { what: 'all is sent again', deadline: resentWithin });
}
