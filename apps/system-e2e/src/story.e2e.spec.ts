import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { styles } from '@duet/message';
import {
  anOrder,
  type CollectedSpan,
  OtlpCollector,
  request,
  type RunningService,
  runningService,
  TcpProxy,
  until,
  workspaceRoot,
} from '@duet/testbed';
import { System } from './system.fixture';

jest.setTimeout(120_000);

/** `npm run order`, as a program that has no terminal. */
class Story {
  out = '';
  said = '';
  private readonly child;
  readonly ended: Promise<number | null>;

  constructor(urls: readonly string[], ...args: string[]) {
    const places = urls.flatMap((url) => ['--url', url]);
    this.child = spawn(process.execPath, ['tools/order/order.mjs', ...args, ...places], {
      cwd: workspaceRoot,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout.on('data', (chunk: Buffer) => (this.out += chunk.toString()));
    this.child.stderr.on('data', (chunk: Buffer) => (this.said += chunk.toString()));
    this.ended = new Promise((done) => this.child.once('close', done));
  }

  /** The messages that it has drawn, one line each. */
  get messages(): string[] {
    return this.out.split('\n').filter((line) => /^ *[\d.]+ m?s {2}/.test(line));
  }

  async drew(what: string): Promise<void> {
    await until(() => this.out.includes(what), { what: `it draws ${what}`, deadline: 30_000 });
  }

  interrupt(): void {
    this.child.kill('SIGINT');
  }
}

let system: System;
let observer: RunningService;
let collector: OtlpCollector;
beforeAll(async () => {
  collector = await OtlpCollector.start();
  system = await System.start(
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '100', OTEL_EXPORTER_OTLP_TIMEOUT: '1000' },
  );
  observer = await runningService({ app: 'observer', prefix: system.prefix, env: { LOG_LEVEL: 'warn' } });
});
afterAll(async () => {
  await observer.stop();
  await system.stop();
  await collector.stop();
});

describe('an order in the terminal', () => {
  let way: TcpProxy;
  let places: string[];
  beforeAll(async () => {
    way = await TcpProxy.to(observer.url);
    places = [`order=${system.url('order')}`, `observer=${way.url}`];
  });
  afterAll(() => way.cut());

  it('is placed in every style and drawn to its end, each message once and after its cause, and compared', async () => {
    const story = new Story(places, '--styles', 'all', '--card', 'card_declined', '--expect', 'rejected');
    expect({ status: await story.ended, said: story.said }).toEqual({ status: 0, said: '' });
    const rows = story.out.split('\n').filter((line) => styles.some((style) => line.startsWith(`${style} `) && !line.includes('·')));
    expect(rows).toHaveLength(styles.length);
    for (const row of rows) expect(row).toMatch(/^\S+ +rejected +payment-declined +\d+ +\d+ +\d+ +\d+ +\S/);
    // Nobody sends commands in a choreography.
    expect(rows.find((row) => row.startsWith('choreography'))).toMatch(/payment-declined +5 +0 +5 /);
    expect(story.out).toMatch(/ {2}inventory +StockReleased +← PaymentFailed of payment {2}undone\n/);
    expect(story.out).toMatch(/ {2}orchestrator +ReleaseStock → inventory +← \w+ of \w+ {2}undo\n/);
    expect(story.messages.filter((line) => line.includes('← a message that was not heard'))).toEqual([]);
  });

  it('is drawn whole although the observer goes away and comes back, and says meanwhile whom it waits for', async () => {
    const story = new Story(places, '--card', 'card_slow', '--watch');
    await story.drew('StockReserved');
    await way.cut();
    await until(() => story.said.includes('the observer is away'), { what: 'it is seen to be away' });
    const [, orderId = ''] = /^order (\S+)/.exec(story.out) ?? [];
    await system.ended(orderId);
    await way.mend();
    expect(await story.ended).toBe(0);
    const names = story.messages.map((line) => line.trim().split(/ {2,}/)[2]);
    expect([...names].sort()).toEqual([
      'OrderConfirmed',
      'OrderPlaced',
      'OrderShipped',
      'PaymentProcessed',
      'StockIssued',
      'StockReserved',
    ]);
    expect(story.out).toMatch(/\nconfirmed\n6 messages \(0 commands, 6 events\), 4 hops, /);
  });

  it('is left alone when whoever watches it goes', async () => {
    const story = new Story(places, '--card', 'card_slow', '--watch');
    await story.drew('StockReserved');
    story.interrupt();
    expect(await story.ended).toBe(130);
    const [, orderId = ''] = /npm run order -- watch (\S+)/.exec(story.said) ?? [];
    expect((await system.ended(orderId)).status).toBe('confirmed');
    const again = new Story(places, 'watch', orderId);
    expect(await again.ended).toBe(0);
    expect(again.messages).toHaveLength(6);
  });

  it('is told by its own service where no observer runs', async () => {
    const story = new Story(places.slice(0, 1), '--country', 'AQ', '--watch', '--json', '--expect', 'rejected');
    expect(await story.ended).toBe(0);
    expect(story.said).toContain('the observer does not answer');
    expect(JSON.parse(story.out)).toMatchObject({ orders: [{ status: 'rejected', reason: { code: 'no-carrier' }, commands: 0 }] });
  });

  it.each([
    [['--sku', 'moon-dust'], /--sku: there is no product moon-dust; see GET \/products; there are .*espresso-beans/],
    [['--style', 'dance'], /--style: .*"choreography", "orchestration", "hybrid"/],
    [['--quantity', '0'], /--quantity: /],
    [['--country', 'Switzerland'], /--country: /],
  ])('is refused with what would be right: %j', async (args, text) => {
    const story = new Story(places, ...args);
    expect(await story.ended).toBe(2);
    expect(story.said).toMatch(text);
  });
});

describe('the trace of an order', () => {
  const idOf = (orderId: string) => orderId.replaceAll('-', '');
  const own = (orderId: string): CollectedSpan[] => collector.spans.filter(({ trace }) => trace === idOf(orderId));
  const rootsOf = (orderId: string): string[] => own(orderId).flatMap(({ parent, name }) => (parent === undefined ? [name] : []));
  /** What it is part of, or has to do with, and nobody has told. */
  const orphans = (orderId: string): string[] => {
    const known = new Set(collector.spans.map(({ trace, id }) => `${trace}/${id}`));
    return own(orderId)
      .filter(({ trace, parent, links }) =>
        [...links, ...(parent === undefined ? [] : [{ trace, id: parent }])].some((one) => !known.has(`${one.trace}/${one.id}`)),
      )
      .map(({ service, name }) => `${service}: ${name}`);
  };
  /** Spans are sent a little later, each service's by itself. */
  const told = async (orderId: string, last: string): Promise<void> => {
    await until(() => own(orderId).some(({ name }) => name === last) && orphans(orderId).length === 0, {
      what: `its spans hang together up to ${last}`,
      deadline: 30_000,
    }).catch((error: unknown) => {
      throw new Error(
        `orphans: ${orphans(orderId).join(', ') || 'none'}; ${own(orderId)
          .map(({ service, name }) => `${service}: ${name}`)
          .join(', ')}`,
        { cause: error },
      );
    });
  };

  it.each(styles)('is one tree through all services, with the id of the order: %s', async (style) => {
    const { body } = await system.place({ style }, { wait: 20 });
    expect(body.status).toBe('confirmed');
    await told(body.orderId, 'call for order.OrderConfirmed');
    await told(body.orderId, 'process inventory.IssueStock');
    const spans = own(body.orderId);
    expect(rootsOf(body.orderId)).toEqual(['POST /orders']);
    const led = style === 'choreography' ? [] : ['orchestrator'];
    expect(new Set(spans.map(({ service }) => service))).toEqual(
      new Set(['order', 'inventory', 'payment', 'shipping', 'notification', ...led]),
    );

    const byId = new Map(collector.spans.map((span) => [span.id, span]));
    const sent = spans.filter(({ name }) => name.startsWith('send '));
    // Each message once, as part of what caused it.
    expect(new Set(sent.map(({ attributes }) => attributes['messaging.message.id'])).size).toBe(sent.length);
    for (const { parent = '', kind } of sent) {
      expect(kind).toBe(4);
      expect(byId.get(parent)?.name).toMatch(/^(process|start) /);
    }
    const taken = spans.filter(({ name }) => name.startsWith('process '));
    for (const { parent = '', links, attributes } of taken) {
      expect(byId.get(parent)?.name).toBe(`send ${attributes['cloudevents.event_type']}`);
      expect(links.map(({ id }) => byId.get(id)?.name)).toEqual(['unit of work']);
      expect(attributes).toMatchObject({
        'duet.process': 'place-order',
        'duet.saga': body.orderId,
        'duet.style': style,
        'messaging.system': 'kafka',
      });
    }
    const step = taken.find(({ name }) => name === 'process shipping.ShipOrder');
    expect(step?.attributes).toMatchObject({ 'duet.step': 'shipping.ShipOrder', 'messaging.operation.type': 'process' });
    const units = new Set(taken.flatMap(({ links }) => links.map(({ id }) => id)));
    for (const unit of units) {
      const flights = collector.spans.filter(({ parent, attributes }) => parent === unit && attributes['db.system.name'] === 'postgresql');
      expect(flights.length).toBeGreaterThanOrEqual(2);
    }
    const outside = spans.filter(({ kind, name }) => kind === 3 && name === 'POST');
    expect(outside.map(({ service, parent = '' }) => [service, byId.get(parent)?.name]).sort()).toEqual([
      ['payment', 'call for payment.ProcessPayment'],
      ['shipping', 'call for shipping.ShipOrder'],
    ]);
  });

  it('has what its customer asks for later, and what is undone', async () => {
    const { body } = await system.place({ paymentMethod: 'card_slow' });
    await system.cancel(body.orderId);
    expect((await system.ended(body.orderId)).status).toBe('cancelled');
    await told(body.orderId, 'process inventory.ReleaseStock');
    expect(rootsOf(body.orderId).sort()).toEqual(['POST /orders', 'POST /orders/:orderId/cancel']);
  });

  it('is linked with the trace of a caller who has one, both ways found by the request', async () => {
    const caller = { trace: '0af7651916cd43dd8448eb211c80319c', id: 'b7ad6b7169203331' };
    const headers = { 'Idempotency-Key': randomUUID(), Prefer: 'wait=20', traceparent: `00-${caller.trace}-${caller.id}-01` };
    const { body } = await request<{ orderId: string }>('POST', `${system.url('order')}/orders`, { headers, body: anOrder() });
    await until(() => collector.spans.some(({ trace, name }) => trace === caller.trace && name === 'POST /orders'), {
      what: 'the request is told',
    });
    await until(() => rootsOf(body.orderId).length > 0, { what: 'the order is told' });
    const theirs = collector.spans.find(({ trace, name }) => trace === caller.trace && name === 'POST /orders');
    expect(theirs?.parent).toBe(caller.id);
    const [start] = own(body.orderId).filter(({ parent }) => parent === undefined);
    expect(start?.name).toBe('start place-order');
    expect(start?.links).toContainEqual({ trace: caller.trace, id: theirs?.id });
  });

  it('is not told while the collector is away, which is said once and holds up no order', async () => {
    await collector.stop();
    const [service] = system.replicas.get('order') ?? [];
    const warnings = () => service?.process.output().match(/takes no spans/g)?.length ?? 0;
    for (let n = 0; n < 3; n += 1) expect((await system.place({}, { wait: 20 })).body.status).toBe('confirmed');
    await until(() => warnings() > 0, { what: 'it is said', deadline: 30_000 });
    expect((await system.place({}, { wait: 20 })).body.status).toBe('confirmed');
    await collector.resume();
    const { body } = await system.place({}, { wait: 20 });
    await told(body.orderId, 'process inventory.IssueStock');
    expect(warnings()).toBe(1);
  });
});
