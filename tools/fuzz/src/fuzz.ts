import { manifestOf } from '@duet/saga';
import { memoryOf, type OpenApi, routesOf, System } from '@duet/probe';
import { declarations } from '@duet/system';
import { ownBroker, ownPostgres, request } from '@duet/testbed';
import type { FuzzOptions } from './options.mjs';
import { Orders } from './orders';
import { Readers } from './readers';
import type { Finding, Result } from './result';
import { Routes } from './routes';
import { type Catalogue, type Thing, things } from './thing';
import { Watch } from './watch';

/** What a run is to be. */
export type Plan = Omit<FuzzOptions, 'isToBuild' | 'json'>;

/** What is thrown before it is looked at what came of it. */
const round = { things: 300, orders: 6 };

/** Runs the whole system and throws things at it until the time is up. `say` is told how it goes. @throws where it could not be started or stopped */
export async function fuzz(plan: Plan, say: (text: string) => void): Promise<Result> {
  const apps = declarations.map(({ name }) => name);
  say(`starting ${apps.join(', ')}, Kafka and PostgreSQL …`);
  const [broker, postgres] = await Promise.all([ownBroker(`${plan.name}-kafka`), ownPostgres(`${plan.name}-postgres`)]);
  try {
    const system = await System.start({ apps, brokers: [broker.brokers], outside: 'http', server: postgres.adminUrl });
    try {
      return await run(plan, system, broker.brokers, say);
    } finally {
      await system.stop();
    }
  } finally {
    await Promise.all([broker.drop(), postgres.drop()]);
  }
}

async function run(plan: Plan, system: System, broker: string, say: (text: string) => void): Promise<Result> {
  const { seed, seconds, target } = plan;
  const apps = declarations.map(({ name }) => name);
  const row = things(seed, await catalogueOf(system, target));
  const readers = await Readers.of(system, broker);
  const routes = new Routes(system);
  const orders = await Orders.at(system);
  const watch = new Watch(system, apps);
  const findings: Finding[] = [];
  const end = Date.now() + seconds * 1_000;
  const memory = async () => new Map(await Promise.all(apps.map(async (app) => [app, await memoryOf(system.url(app))] as const)));
  let first: Map<string, number> | undefined;
  try {
    do {
      const some: Thing[] = Array.from({ length: round.things }, () => row.next().value);
      const placing = orders.place(round.orders);
      findings.push(...(await routes.throw(some)), ...(await readers.throw(some)));
      await placing;
      findings.push(...(await readers.look()), ...(await orders.end([...routes.placed.splice(0)])), ...(await watch.look()));
      first ??= await memory();
      say(`${readers.thrown} messages, ${routes.thrown} requests, ${orders.ended} orders have ended, ${findings.length} findings`);
    } while (Date.now() < end && findings.length < mostFindings);
    const last = await memory();
    findings.push(...watch.grown(first, last));
    if (findings.length > 0) say(`the services said:\n${system.output()}`);
    const mib = (bytes = NaN): number => Math.round(bytes / 1_048_576);
    return {
      ...{ seed, seconds, target, messages: readers.thrown, requests: routes.thrown },
      ...{ reasons: readers.reasons, statuses: routes.statuses, orders: { accepted: orders.accepted, ended: orders.ended } },
      memory: Object.fromEntries(apps.map((app) => [app, { first: mib(first?.get(app)), last: mib(last.get(app)) }])),
      findings,
    };
  } finally {
    readers.close();
  }
}

/** More than this help nobody. */
const mostFindings = 20;

/** What the running services say of themselves, and what they declare. */
async function catalogueOf(system: System, target: Plan['target']): Promise<Catalogue> {
  const messages = new Map(
    declarations.flatMap((declaration) =>
      Object.entries(manifestOf(declaration, 'fuzz').messages).map(([type, { topic, schema }]) => [type, { type, topic, schema }] as const),
    ),
  );
  const routes = await Promise.all(
    declarations.map(async ({ name: service }) => {
      const { body } = await request<OpenApi>('GET', `${system.url(service)}/openapi.json`);
      return routesOf(body).map((route) => ({ service, route }));
    }),
  );
  return {
    messages: target === 'rest' ? [] : [...messages.values()],
    others: ['duet.manifests', 'notification.commands', 'orchestrator.commands', 'notification.events', 'orchestrator.events'],
    routes: target === 'kafka' ? [] : routes.flat(),
  };
}
