import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { residentOf, System } from '@duet/probe';
import { anOrder, request, until } from '@duet/testbed';
import { copyOf, type Template, templateOf } from './copies';
import { type BacklogOptions, heard } from './options.mjs';

/** What backlog.mjs has prepared. */
export interface Plan {
  readonly options: BacklogOptions;
  /** `host:port` each. */
  readonly brokers: readonly string[];
}

/** What working off a backlog came to. */
export interface Figure {
  readonly messages: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** What the process needed at most, and what it needs with nothing to do; its resident set, in MiB. */
  readonly mostMiB: number;
  readonly idleMiB: number;
}

const apps = ['order', 'inventory', 'payment', 'shipping'];
const sku = 'backlog';
/** Messages that are sent at a time. */
const together = 2_000;
/** How often it is told how far it is, in milliseconds. */
const toldEvery = 15_000;
/** A backlog that gets no smaller for so long is not being worked off. */
const stuckAfter = 120_000;

const say = (text: string): void => void process.stderr.write(`duet: ${text}\n`);

/** The service did not get on with its backlog. */
class Stuck extends Error {
  override readonly name = 'Stuck';
}

/** Measures with few messages and with many, tells. Returns whether memory stayed within its bound. */
export async function backlog({ options, brokers }: Plan): Promise<boolean> {
  const { service, messages, mostMiB, json } = options;
  say(`starting ${apps.join(', ')} …`);
  const system = await System.start({ apps, brokers, outside: 'http' });
  try {
    await system.sell(sku, 1_000_000_000);
    const template = await anEvent(system, heard[service]);
    await system.settled();
    for (const app of apps) await system.kill(app);
    const figures: Figure[] = [];
    for (const count of [Math.max(Math.round(messages / 100), 1), messages]) figures.push(await workOff(system, service, template, count));
    const isWithin = figures.every((figure) => figure.mostMiB <= mostMiB);
    const result = { service, figures, boundMiB: mostMiB, isWithin };
    process.stdout.write(`\n${tell(service, figures)}${isWithin ? '' : `more than ${mostMiB} MiB\n`}`);
    if (json !== undefined) {
      await mkdir(dirname(resolve(json)), { recursive: true });
      await writeFile(json, `${JSON.stringify(result, null, 2)}\n`);
    }
    return isWithin;
  } finally {
    const output = system.output();
    if (output !== '') say(`the services said:\n${output}`);
    await system.stop();
  }
}

/** An event of the real business: of an order that was placed for it. */
async function anEvent(system: System, type: string): Promise<Template> {
  await request('POST', `${system.url('order')}/orders`, {
    headers: { 'Idempotency-Key': crypto.randomUUID(), Prefer: 'wait=30' },
    body: anOrder({ lines: [{ sku, quantity: 1 }] }),
  });
  let found: Template | undefined;
  const topic = `${system.prefix}${type.split('.')[0]}.events`;
  const reading = await system.broker.consume({
    group: `${system.prefix}backlog`,
    topics: [topic],
    onMessages: async (all) => {
      const event = all.find(({ headers }) => String(headers['ce_type']) === type);
      if (event) found ??= templateOf(event);
    },
  });
  try {
    return await until(() => found, { what: `there is a ${type}`, deadline: 30_000 });
  } finally {
    await reading.stop();
  }
}

/** Sends so many copies while the service is away, starts it, and waits until nothing is left. */
async function workOff(system: System, service: string, template: Template, count: number): Promise<Figure> {
  say(`sending ${count} messages …`);
  for (let sent = 0; sent < count; sent += together)
    await system.broker.send(Array.from({ length: Math.min(together, count - sent) }, () => copyOf(template)));
  await system.restart(service);
  const idleMiB = residentOf(system.pid(service)).nowMiB;
  const began = performance.now();
  let left = count;
  let since = Date.now();
  for (let told = Date.now(); left > 0;) {
    await pause(250);
    const now = await system.leftAt(service);
    if (now < left) since = Date.now();
    left = now;
    if (Date.now() - since > stuckAfter) throw new Stuck(`${service} has ${left} messages left and gets no further`);
    if (Date.now() - told < toldEvery) continue;
    told = Date.now();
    say(`${left} left, ${residentOf(system.pid(service)).nowMiB} MiB`);
  }
  const seconds = (performance.now() - began) / 1_000;
  const { mostMiB } = residentOf(system.pid(service));
  await system.kill(service);
  return { messages: count, seconds: Math.round(seconds * 10) / 10, perSecond: Math.round(count / seconds), mostMiB, idleMiB };
}

/** The result for people. */
export const tell = (service: string, figures: readonly Figure[]): string =>
  figures
    .map(
      ({ messages, seconds, perSecond, mostMiB, idleMiB }) =>
        `${service}: ${messages.toLocaleString('en-US')} messages in ${seconds} s, ${perSecond} a second; ${mostMiB} MiB of memory at most, ${idleMiB} MiB when it started\n`,
    )
    .join('');
