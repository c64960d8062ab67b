import { cpuOf, type LoadAnswer, type LoadRequest, System, Worker } from '@duet/probe';
import { type RunningService, runningService, until } from '@duet/testbed';
import type { SightOptions } from './options.mjs';

/** What sight.mjs has prepared. */
export interface Plan {
  readonly options: SightOptions;
  /** The apps to start. */
  readonly apps: readonly string[];
  /** `host:port` each. */
  readonly brokers: readonly string[];
}

/** The part of each slice that is not measured, so that the rest is in full swing; in milliseconds. */
const rampMs = 1_500;
/** Enough products that no row is hot. */
const skus = Array.from({ length: 36 }, (_, n) => `sight-${n + 1}`);
/** How long the observer may take to catch up, in milliseconds. */
const catchesUpWithin = 600_000;

/** What the observer says beside that it has started. */
const linesOf = (output: string): string =>
  output
    .split('\n')
    .filter((line) => line !== '' && !line.includes('"level":"info"'))
    .map((line) => `observer: ${line}\n`)
    .join('');

/** Tells the person who waits. */
export const say = (text: string): void => void process.stderr.write(`duet: ${text}\n`);

/** The running system, who places orders, and the observer beside them. */
export class Place {
  private constructor(
    readonly plan: Plan,
    readonly system: System,
    readonly observer: RunningService,
    private readonly load: Worker<LoadRequest, LoadAnswer>,
    /** The observer's group, which is named after its memory. */
    private readonly group: string,
  ) {}

  /** @throws ProcessFailed when a service does not start */
  static async open(plan: Plan): Promise<Place> {
    const { apps, brokers, options } = plan;
    say(`starting ${apps.join(', ')} and the observer …`);
    const load = new Worker<LoadRequest, LoadAnswer>('load');
    const system = await System.start({ apps, brokers, outside: 'inline' });
    for (const sku of skus) await system.sell(sku, 1_000_000_000);
    const profile = options.profile === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${options.profile}` };
    const env = { KAFKA_BROKERS: brokers.join(','), NODE_ENV: 'production', LOG_LEVEL: 'warn', ...profile };
    const observer = await runningService({ app: 'observer', prefix: system.prefix, env, deadline: 60_000 });
    const { position } = (await observer.request<{ position: string }>('GET', '/api/overview')).body;
    return new Place(plan, system, observer, load, `${system.prefix}observer-${position.split('-')[0]}`);
  }

  /** Orders for as long as a slice lasts. */
  place(how: LoadRequest['load'], seconds = this.plan.options.seconds): Promise<LoadAnswer> {
    const { style } = this.plan.options;
    const request = { url: this.system.url('order'), style, load: how, skus, quantity: 2, rampMs, trouble: false };
    return this.load.ask({ ...request, measuredMs: seconds * 1_000 });
  }

  /** How many messages the observer has still to read. */
  async behind(): Promise<number> {
    const { broker } = this.system;
    const lags = await Promise.all(
      this.system.topics().map(async (topic) => {
        const [ends, committed] = await Promise.all([broker.endOffsets(topic), broker.committedOffsets(this.group, topic)]);
        return [...ends].reduce((sum, [partition, end]) => sum + Number(end - (committed.get(partition) ?? 0n)), 0);
      }),
    );
    return lags.reduce((sum, lag) => sum + lag, 0);
  }

  /** Waits until the services have done everything, and the observer has heard it. @throws NotInTime */
  async settled(): Promise<void> {
    await this.system.settled();
    await until(async () => (await this.behind()) === 0, { what: 'the observer has read everything', deadline: catchesUpWithin });
  }

  /** Seconds of CPU that the observer has used so far. */
  get observerCpu(): number {
    return cpuOf(this.observer.process.pid);
  }

  async close(): Promise<void> {
    const said = this.system.output() + linesOf(this.observer.process.output());
    if (said !== '') say(`the services said:\n${said}`);
    await this.observer.stop();
    await this.system.stop();
    this.load.stop();
  }
}
