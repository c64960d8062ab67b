import { badRequests, exchange, memoryOf, type OpenApi, type Route, routesOf, Unanswered } from '@duet/probe';
import { type ServiceName, services, System } from './system.fixture';

jest.setTimeout(300_000);

/** So many requests at the same time. */
const atOnce = 8;
/** When everything has been asked for the third time, a service has so much more memory than after the first at most. */
const mostGrowth = 96 * 1_048_576;

describe('bad requests to every route', () => {
  let system: System;
  beforeAll(async () => (system = await System.start()));
  afterAll(() => system.stop());

  const routesAt = async (name: ServiceName): Promise<Route[]> => routesOf((await system.get<OpenApi>(name, '/openapi.json')).body);

  /** How much was asked, and what was not answered as it should be. */
  async function askAll(name: ServiceName): Promise<{ asked: number; faults: string[] }> {
    const all = (await routesAt(name)).flatMap((route) => badRequests(route).map((bad) => ({ route, bad })));
    const [asked, faults]: [number, string[]] = [all.length, []];
    const work = async (): Promise<void> => {
      for (let next = all.shift(); next; next = all.shift()) {
        const { route, bad } = next;
        const what = `${route.method} ${route.template}, ${bad.name}`;
        try {
          const { status, type, text } = await exchange(system.url(name), bad.request);
          const isWrong = bad.statuses ? !bad.statuses.includes(status) : status >= 500;
          if (isWrong) faults.push(`${what}: ${status} and not ${bad.statuses?.join(' or ') ?? 'below 500'}: ${text.slice(0, 200)}`);
          if (status >= 400 && type !== 'application/problem+json') faults.push(`${what}: ${status} is no problem but ${type}`);
        } catch (error) {
          if (!(error instanceof Unanswered)) throw error;
          faults.push(`${what}: ${error.message}`);
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return { asked, faults };
  }

  it.each(services)('of %s are refused, each with a problem that says why', async (name) => {
    const { asked, faults } = await askAll(name);
    expect(faults).toEqual([]);
    expect(asked).toBeGreaterThan(500);
  });

  it('leave the services as they were: ready, quiet, and no larger', async () => {
    const sizes = () => Promise.all(services.map((name) => memoryOf(system.url(name))));
    const first = await sizes();
    for (const _ of [2, 3]) for (const name of services) await askAll(name);
    const third = await sizes();
    for (const [place, name] of services.entries()) {
      expect({ name, hasGrown: (third[place] ?? NaN) - (first[place] ?? NaN) > mostGrowth }).toEqual({ name, hasGrown: false });
      expect((await system.get(name, '/health/ready')).status).toBe(200);
      const [service] = system.replicas.get(name) ?? [];
      expect(service?.process.output()).not.toMatch(/"level":"error"/);
    }
    expect((await system.place({}, { wait: 20 })).body.status).toBe('confirmed');
  });
});
