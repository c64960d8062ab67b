import { memoryCluster } from '@duet/kafka';
import type { INestApplication, LoggerService } from '@nestjs/common';
import { Kafka } from './broker';
import { Chance } from './chance';
import { Clock, outsideProcesses, Process, runningProcess } from './clock';
import { Outside } from './outside';
import type { Plan } from './plan';
import type { Postgres } from './postgres.store';
import { makeService, type ServiceName, serviceNames, startParticipant, type Twin } from './services';
import { Trace } from './trace';
import { Weather } from './weather';

/** A replica of a service: one process after another, on the same database. */
interface Replica {
  readonly service: ServiceName;
  readonly number: number;
  starts: number;
  process: Process | undefined;
  /** While it runs and takes requests. */
  app: INestApplication | undefined;
}

/**
 * Times are shorter than in production, and what is looked at regularly is looked at less often: a run is to see deadlines pass. What matters is how they stand to each other.
 */
const environment = {
  CALL_LEASE: '8s',
  DUE_EVERY: '1s',
  ORDER_DEADLINE: '45s',
  PARTITIONS: '3',
  RELAY_GRACE: '1s',
  RELAY_EVERY: '2s',
  RETRY_AFTER: '500ms',
  RETRY_AT_MOST: '10s',
  TIMER_EVERY: '1s',
  WITHIN_AT_MOST: '10s',
};

/** How long a process may take to stop, in milliseconds. */
const patienceMs = 20_000;

/** Every simulated day begins at the same time. */
const dawn = Date.UTC(2026, 0, 1);

/** All services, what they stand on, and the world around them: for one run. */
export class World {
  readonly dawn = dawn;
  readonly clock = new Clock(dawn);
  readonly trace = new Trace(this.clock, dawn);
  readonly weather: Weather;
  readonly kafka: Kafka;
  readonly outside: Outside;
  private readonly replicas: Replica[] = [];
  private readonly chance: Chance;
  private over = false;

  constructor(
    plan: Plan,
    readonly databases: ReadonlyMap<ServiceName, Postgres>,
    readonly twin?: Twin,
  ) {
    this.chance = new Chance(plan.seed, 'world');
    this.weather = new Weather(plan, this.clock, this.trace, {
      processes: () => this.replicas.flatMap(({ process }) => (process?.alive ? [process] : [])),
      hosts: () => [...databases.values()].map(({ host }) => host),
      partitions: () => this.kafka.partitions(),
      crash: (process) => this.crash(process),
      stop: (process) => void this.stop(process),
    });
    this.kafka = new Kafka(memoryCluster(), this.clock, this.weather, this.trace);
    this.outside = new Outside(this.weather, this.trace);
    for (const database of databases.values())
      database.reset(this.clock, {
        instead: twin?.sql,
        latency: () => this.weather.databaseMs(),
        passage: (process) => this.weather.passage(process),
        done: (process, says, request, answer) => {
          this.trace.note(process.name, says, request, answer);
          if (!pollsOnly.test(says)) this.trace.say(`database: ${says}`, process.name);
          this.weather.point(process);
        },
      });
    for (let number = 1; number <= plan.replicas; number++) {
      for (const service of serviceNames) this.replicas.push({ service, number, starts: 0, process: undefined, app: undefined });
    }
  }

  /** Starts every replica; resolves when all run. */
  async start(): Promise<void> {
    for (const replica of this.replicas) void this.startReplica(replica);
    await this.until(600_000, () => this.replicas.every(({ app }) => app), 'the services did not start');
  }

  /** Ends every process at once: the run is over. What the world itself had begun may end in its own time. */
  async end(): Promise<void> {
    this.over = true;
    for (const { process } of this.replicas) process?.kill();
    await this.clock.pass(60_000);
  }

  /** Lets time pass until the work is done. */
  async finish<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const watched = work.finally(() => (done = true));
    watched.catch(() => undefined);
    await this.until(60_000, () => done, 'the audit did not end');
    return watched;
  }

  /** A running replica of a service. */
  appOf(service: ServiceName): { app: INestApplication; process: Process } | undefined {
    const running = this.replicas.filter((replica) => replica.service === service && replica.app);
    const replica = running.length > 0 ? this.chance.pick(running) : undefined;
    return replica?.app && replica.process && { app: replica.app, process: replica.process };
  }

  /** Lets time pass until something is so. @throws NotInTime */
  async until(atMostMs: number, condition: () => boolean, otherwise: string): Promise<void> {
    if (!(await this.clock.pass(atMostMs, condition))) throw new NotInTime(otherwise);
  }

  private async startReplica(replica: Replica): Promise<void> {
    if (this.over) return;
    const { service, number } = replica;
    const process = new Process(`${service}-${number}.${++replica.starts}`);
    replica.process = process;
    await process.run(async () => {
      const ports = { database: this.databases.get(service)!, broker: this.kafka.brokerOf(process), ...this.outside.portsOf(process) };
      // Making an app may have to wait for files: no simulated time may pass meanwhile.
      const app = await this.clock.hold(makeService(service, environment, { ...ports, logger: this.logger, twin: this.twin }));
      try {
        await startParticipant(app);
      } catch (error) {
        this.trace.say(`does not start: ${causesOf(error)}`);
        return this.crash(process);
      }
      replica.app = app;
      this.trace.say('runs');
    });
  }

  /** It dies at once. */
  private crash(process: Process): void {
    const replica = this.replicaOf(process);
    if (!replica) return;
    this.trace.say('dies', process.name);
    this.startAgain(replica, process);
  }

  /** It is told to stop, and ends when it has, or after a while. */
  private async stop(process: Process): Promise<void> {
    const replica = this.replicaOf(process);
    const app = replica?.app;
    if (!app) return;
    this.trace.say('is told to stop', process.name);
    replica.app = undefined;
    await Promise.race([process.run(() => app.close()), this.clock.pause(patienceMs), process.death]);
    if (!process.alive) return;
    this.trace.say('has stopped', process.name);
    this.startAgain(replica, process);
  }

  private replicaOf(process: Process): Replica | undefined {
    return this.replicas.find((replica) => replica.process === process && process.alive);
  }

  private startAgain(replica: Replica, process: Process): void {
    process.kill();
    replica.app = undefined;
    const downMs = this.chance.between(100, 1_000) ** this.chance.between(1, 1.5);
    // Whoever starts it anew is no part of it.
    outsideProcesses(() => this.clock.set(downMs, () => void this.startReplica(replica)));
  }

  private readonly logger: LoggerService = {
    log: (entry: unknown) => this.log('info', entry),
    warn: (entry: unknown) => this.log('warn', entry),
    error: (entry: unknown) => this.log('error', entry),
    debug: () => undefined,
    verbose: () => undefined,
  };

  private log(level: string, entry: unknown): void {
    // Nest's own entries are texts; the services' have fields.
    if (typeof entry === 'object' && runningProcess()?.alive !== false) this.trace.say(`${level}: ${JSON.stringify(entry)}`);
  }
}

/** An error and its causes, in one line. */
const causesOf = (error: unknown): string =>
  error instanceof Error ? `${String(error)}${error.cause === undefined ? '' : `, because: ${causesOf(error.cause)}`}` : String(error);

/** What did not come in the simulated time that it was given. */
export class NotInTime extends Error {
  override readonly name = 'NotInTime';
}

/** Requests that only look whether there is something to do. */
const pollsOnly =
  /^(duet-(held-due|timer-claim|timer-unread|timer-overdue|outbox-overdue|watermark-\S+)|select state, count\S*|select count\S* as|select status, count\S*|connect)$/;
