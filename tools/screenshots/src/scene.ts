import { setTimeout as sleep } from 'node:timers/promises';
import { derivedId } from '@duet/message';
import { System } from '@duet/probe';
import { anOrder, fate, request, type RunningService, runningService, until } from '@duet/testbed';

type Change = Parameters<typeof anOrder>[0];
const styles = ['choreography', 'orchestration', 'hybrid'] as const;
type Style = (typeof styles)[number];

/** Orders are named by their number, so that they have the same ids in each run. */
const namespace = '5b1c7a52-1f2e-4d8a-9c1e-0a6d2c3b4f50';
/** The product of which there are ten. */
const cup = { lines: [{ sku: 'limited-cup', quantity: 2 }] };
/** How often the shop's orders come: so many rounds, so far apart, in milliseconds; they fall into several minutes. */
const [rounds, roundMs] = [6, 15_000];
/** How long a silence may take to be named, in milliseconds. */
const stallsWithin = 120_000;

/** Tells the person who waits. */
export const say = (text: string): void => void process.stderr.write(`duet: ${text}\n`);

/** What pictures are about: ids of sagas, unless told otherwise. */
export interface Cast {
  readonly refusedLed: string;
  readonly shop: string;
  /** The address of a duel over a declined card. */
  readonly duel: string;
}

/** What pictures are about where something is broken. */
export interface Broken {
  /** Under what a message is held at payment. */
  readonly parked: string;
  readonly stalled: string;
  /** It is led, and waits for shipping, too. */
  readonly waiting: string;
}

/** The whole system with an observer, and a shop that goes on in it. */
export class Scene {
  private placed = 0;
  private constructor(
    private readonly system: System,
    readonly observer: RunningService,
  ) {}

  /** @throws ProcessFailed when a service does not start */
  static async open(apps: readonly string[], brokers: readonly string[]): Promise<Scene> {
    say(`starting ${apps.join(', ')} and the observer …`);
    const system = await System.start({ apps, brokers, outside: 'http' });
    const services = apps.map((app) => `${app}=${system.url(app)}`).join(',');
    const env = { KAFKA_BROKERS: brokers.join(','), LOG_LEVEL: 'warn', SERVICES: services };
    return new Scene(system, await runningService({ app: 'observer', prefix: system.prefix, env, deadline: 60_000 }));
  }

  /** Places an order; waits for its end if told to. Returns its id. */
  async place(style: Style, change: Change = {}, wait = true): Promise<string> {
    const headers = { 'Idempotency-Key': derivedId(namespace, 'order', this.placed++), ...(wait && { Prefer: 'wait=20' }) };
    const body = anOrder({ customerId: `c-${40 + (this.placed % 7)}`, ...change, style });
    return (await this.ask<{ orderId: string }>('order', 'POST', '/orders', { headers, body })).orderId;
  }

  /** Lets happen what the pictures show while everybody is there. */
  async play(): Promise<Cast> {
    const before = (await this.ask<{ available: number }>('inventory', 'GET', '/stock/limited-cup')).available;
    const [danced, led] = [
      await this.place('choreography', { ...cup, ...fate.cardDeclined }),
      await this.place('orchestration', { ...cup, ...fate.cardDeclined }),
    ];
    const refusedLed = await this.place('orchestration', fate.noCarrier);
    for (let round = 0; round < rounds; round++) {
      say(`the shop goes on: ${round + 1} of ${rounds}`);
      await this.sell(round);
      await sleep(roundMs);
    }
    await this.people();
    const shop = await this.place('hybrid', fate.noCarrier);
    return { refusedLed, shop, duel: `/duel?choreography=${danced}&orchestration=${led}&stock=${before}` };
  }

  /** Then a message is parked, and shipping dies amid orders. */
  async breakDown(): Promise<Broken> {
    const parked = await this.heldAt('payment', await this.place('choreography', fate.cardReview, false));
    await this.system.kill('shipping');
    const stalled = await this.place('choreography', {}, false);
    const waiting = await this.place('orchestration', {}, false);
    await this.place('hybrid', {}, false);
    say('waiting until the silence of shipping is noticed …');
    await until(async () => (await this.overview()).now.stalled >= 1, { what: 'an order is called stalled', deadline: stallsWithin });
    return { parked, stalled, waiting };
  }

  /** Some orders of each style: most go well. */
  private async sell(round: number): Promise<void> {
    const fates: Change[] = [{}, {}, fate.cardDeclined, {}, fate.noCarrier, {}, { lines: [{ sku: 'limited-cup', quantity: 50 }] }, {}];
    const orders = Array.from(
      { length: 3 + ((round * 5) % 7) },
      (_, n) => [styles[n % 3]!, fates[(round * 3 + n) % fates.length]!] as const,
    );
    await Promise.all(orders.map(([style, change]) => this.place(style, change)));
  }

  /** What people do, for the journal. */
  private async people(): Promise<void> {
    const redriven = await this.place('choreography', fate.cardReview, false);
    const held = await this.heldAt('payment', redriven);
    await this.act('anna', 'payment', `/held/${encodeURIComponent(held)}/redrive`);
    const body = { body: { orderId: redriven, paymentId: 'by-phone' }, note: 'the provider has charged it: asked by phone' };
    await this.act('anna', 'payment', `/held/${encodeURIComponent(held)}/settle`, body);
    const cancelled = await this.place('orchestration', fate.cardReview, false);
    await this.heldAt('payment', cancelled);
    await this.act('Jörg', 'orchestrator', `/sagas/${cancelled}/pause`);
    await this.act('Jörg', 'orchestrator', `/sagas/${cancelled}/resume`);
    await this.act('Jörg', 'orchestrator', `/sagas/${cancelled}/cancel`, {});
    const given = await this.place('choreography', fate.cardReview, false);
    await this.heldAt('payment', given);
    await this.act('anna', 'order', `/orders/${given}/cancel`);
  }

  private act(actor: string, service: string, path: string, body?: object): Promise<unknown> {
    return this.ask(service, 'POST', path, { headers: { 'X-Actor': actor }, ...(body && { body }) });
  }

  /** Waits until a message of this saga is parked at a service; under what it is held there. */
  private heldAt(service: string, saga: string): Promise<string> {
    const find = async (): Promise<string | undefined> => {
      const { items } = await this.ask<{ items: { id: string; saga: string }[] }>(service, 'GET', '/held?state=parked&limit=200');
      return items.find((one) => one.saga === saga)?.id;
    };
    return until(find, { what: `a message of ${saga} is parked at ${service}`, deadline: 20_000 });
  }

  private async overview(): Promise<{ now: { stalled: number } }> {
    return (await this.observer.request<{ now: { stalled: number } }>('GET', '/api/overview')).body;
  }

  private async ask<T>(
    service: string,
    method: string,
    path: string,
    options: { headers?: Record<string, string>; body?: object } = {},
  ): Promise<T> {
    return (await request<T>(method, `${this.system.url(service)}${path}`, options)).body;
  }

  async close(): Promise<void> {
    await this.observer.stop();
    await this.system.stop();
  }
}
