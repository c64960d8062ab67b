import type { Style } from '@duet/message';
import { System } from '@duet/probe';
import { definition } from './declared';
import { byStyle, type ByStyle, clients, columns, inTurn, type Measured, middle, type OnTheWire, type Told } from './figures';
import { outageOf, survivalOf, toldOf } from './outage';
import { Shop, WrongOrder } from './shop';
import { Wire } from './wire';

/** Orders of each style and end whose messages are counted. */
const some = 10;
/** Orders of each style, one at a time. */
const alone = 80;
/** Of several orders at a time: so many rounds, each style for so long in each (milliseconds). */
const rounds = 3;
const roundMs = 2_500;
/** What an order may take that is waited for, in seconds. */
const wait = 30;
/** Whose outage shows what can be learnt about an order that waits. */
const asked = 'payment';

const say = (text: string): void => void process.stderr.write(`duet: ${text}\n`);

/** Starts the system and measures it, in every style. */
export async function measured({ apps, brokers }: { apps: readonly string[]; brokers: readonly string[] }): Promise<Measured> {
  say(`starting ${apps.join(', ')} …`);
  const system = await System.start({ apps, brokers, outside: 'inline' });
  try {
    const wire = await Wire.on(system.broker, system.prefix, system.topics());
    const shop = new Shop(system, wire);
    await shop.open();
    say('warming up …');
    for (const style of columns) await load(shop, style, roundMs);
    say('counting messages …');
    const confirmed = await inTurn((style) => counted(system, shop, style, false));
    const rejected = await inTurn((style) => counted(system, shop, style, true));
    const one = await oneAtATime(shop);
    const busy = await severalAtATime(system, shop);
    let told: ByStyle<Told> | undefined;
    const outages = [];
    for (const service of ['orchestrator', ...apps.filter((app) => app !== 'orchestrator')]) {
      say(`orders while ${service} is down …`);
      const ask = async (orders: ByStyle<string | undefined>): Promise<void> => {
        if (service === asked) told = await inTurn((style) => toldOf(system, orders[style]));
      };
      outages.push(await outageOf({ system, shop, definition }, service, ask));
    }
    const survivals = [];
    for (const service of ['orchestrator', ...apps.filter((app) => app !== 'orchestrator')]) {
      say(`one of two of ${service} dies …`);
      survivals.push(await survivalOf({ system, shop }, service));
    }
    if (!told) throw new WrongOrder(`${asked} was never down`);
    return { confirmed, rejected, alone: one, busy, outages, survivals, told };
  } finally {
    await system.stop();
  }
}

/** Some orders, one after the other: what they have left on the wire when nothing is left to be said, for each of them. */
async function counted(system: System, shop: Shop, style: Style, refused: boolean): Promise<OnTheWire> {
  await system.settled();
  const before = await system.messages();
  const orderIds: string[] = [];
  for (let n = 0; n < some; n++) orderIds.push((await shop.place(style, { refused, wait })) ?? '');
  await shop.ended(orderIds);
  await system.settled();
  return {
    messages: ((await system.messages()) - before) / some,
    hops: middle(orderIds.map((orderId) => shop.endOf(orderId)?.hop ?? NaN)),
  };
}

/** The styles take turns, so that whatever else the machine does, it does to all of them. */
async function oneAtATime(shop: Shop): Promise<ByStyle<number>> {
  say('one order at a time …');
  const times = byStyle((): number[] => []);
  for (let n = 0; n < alone; n++) await inTurn((style) => timed(shop, style, times[style]));
  return byStyle((style) => middle(times[style]));
}

async function severalAtATime(system: System, shop: Shop): Promise<ByStyle<number>> {
  const times = byStyle((): number[] => []);
  for (let round = 1; round <= rounds; round++) {
    say(`${clients} orders at a time, round ${round} of ${rounds} …`);
    for (const style of columns) {
      times[style].push(...(await load(shop, style, roundMs)));
      await system.settled();
    }
  }
  return byStyle((style) => middle(times[style]));
}

/** Each client places its next order when the last has ended. Returns how long each took. */
async function load(shop: Shop, style: Style, forMs: number): Promise<number[]> {
  const times: number[] = [];
  const until = performance.now() + forMs;
  const client = async (): Promise<void> => {
    while (performance.now() < until) await timed(shop, style, times);
  };
  await Promise.all(Array.from({ length: clients }, client));
  return times;
}

async function timed(shop: Shop, style: Style, times: number[]): Promise<void> {
  const begin = performance.now();
  await shop.place(style, { wait });
  times.push(performance.now() - begin);
}
