import { createServer, type Server } from 'node:net';
import { LocalProblem } from './problem.mjs';
import { parseStart, startHelp } from './start-options.mjs';
import { planSystem, services } from './system.mjs';

describe('the options of npm start', () => {
  it('nothing said: everything, once each, built', () => {
    expect(parseStart([])).toEqual({ help: false, build: true, without: new Set(), replicas: new Map() });
  });

  it('services can be left out and have replicas', () => {
    const options = parseStart(['--without', 'payment', '--without', 'shipping', '--replicas', 'inventory=2', '--no-build']);
    expect(options).toEqual({
      help: false,
      build: false,
      without: new Set(['payment', 'shipping']),
      replicas: new Map([['inventory', 2]]),
    });
  });

  it.each([
    [['--without', 'billing'], '--without: there is no service "billing", there are order,'],
    [['--replicas', 'inventory'], '--replicas inventory: say a service and a number from 1 to 6'],
    [['--replicas', 'inventory=0'], '--replicas inventory=0: say a service and a number from 1 to 6'],
    [['--replicas', 'inventory=7'], '--replicas inventory=7: say a service and a number from 1 to 6'],
    [['--replicas', 'outside=2'], 'There is only one outside world'],
    [['--without', 'payment', '--replicas', 'payment=2'], 'payment cannot be left out and have replicas'],
    [['--fast'], /Unknown option '--fast'\. npm start -- --help explains the options\.$/],
    [['--without'], /Option '--without <value>' argument missing\. npm start/],
    [['a.b'], /Unexpected argument 'a\.b'\. npm start/],
  ])('%j is refused with a sentence', (args, text) => {
    expect(() => parseStart(args)).toThrow(LocalProblem);
    expect(() => parseStart(args)).toThrow(text);
  });

  it('the help names every service', () => {
    for (const { name, port } of services) expect(startHelp).toContain(`${name} (${port})`);
  });
});

describe('the plan', () => {
  const none = { without: new Set<string>(), replicas: new Map<string, number>() };
  // Not one of the usual ports: a system may run beside the tests.
  const names = ['order', 'inventory', 'payment', 'shipping', 'notification', 'outside', 'smtp', 'analytics', 'orchestrator', 'observer'];
  const ports = Object.fromEntries(names.map((name, i) => [`DUET_${name.toUpperCase()}_PORT`, String(24_110 + i)]));

  it('the outside world first, since the services call it, and each told where it is', async () => {
    const plan = await planSystem({ root: '/duet', folder: '/duet/.duet/dev', env: ports, ...none });
    expect(plan.map(({ name }) => name)).toEqual([
      'outside',
      'order',
      'inventory',
      'payment',
      'shipping',
      'notification',
      'analytics',
      'orchestrator',
      'observer',
    ]);
    expect(plan[0]).toMatchObject({ env: { PORT: '24115', SMTP_PORT: '24116', HOST: '127.0.0.1' } });
    expect(plan[3]).toMatchObject({
      entry: '/duet/dist/apps/payment/main.cjs',
      url: 'http://127.0.0.1:24112',
      env: { PORT: '24112', PROVIDER_URL: 'http://127.0.0.1:24115' },
    });
    expect(plan[5]).toMatchObject({ env: { SMTP_URL: 'smtp://127.0.0.1:24116' } });
  });

  it('replicas after the first have names and ports of their own', async () => {
    const replicas = new Map([['inventory', 3]]);
    const plan = await planSystem({ root: '/duet', folder: '/d', env: ports, without: new Set(['outside']), replicas });
    const inventory = plan.filter(({ service }) => service === 'inventory');
    expect(inventory.map(({ name }) => name)).toEqual(['inventory', 'inventory-2', 'inventory-3']);
    expect(new Set(inventory.map(({ url }) => url)).size).toBe(3);
    expect(plan.some(({ service }) => service === 'outside')).toBe(false);
  });

  it('a wrong port is refused with a sentence', async () => {
    const env = { ...ports, DUET_ORDER_PORT: 'http' };
    await expect(planSystem({ root: '/duet', folder: '/d', env, ...none })).rejects.toThrow(
      'DUET_ORDER_PORT must be a port number from 1 to 65535, not "http".',
    );
  });

  it('a busy port is refused with a sentence that names it', async () => {
    const server: Server = createServer();
    await new Promise<void>((done) => server.listen({ port: 24_112, host: '127.0.0.1' }, done));
    try {
      await expect(planSystem({ root: '/duet', folder: '/d', env: ports, ...none })).rejects.toThrow(
        /^Port 24112, wanted for payment, is used by another program: .* or choose another port with DUET_PAYMENT_PORT=<port>, or leave it out with --without payment\.$/,
      );
    } finally {
      await new Promise((done) => server.close(done));
    }
  });
});
