import { randomUUID } from 'node:crypto';
import { maxHops, styles } from '@duet/message';
import { fate, type RunningService, until } from '@duet/testbed';
import { Foreigners } from '@duet/probe';
import { Observed, type Row, type Rows } from './observed.fixture';
import { EventStream } from './stream.fixture';

jest.setTimeout(120_000);

describe('an observer beside the running system', () => {
  let system: Observed;
  beforeAll(async () => {
    system = await Observed.start();
  });
  afterAll(() => system.stop());
  afterEach(() => Foreigners.stop());

  it.each(styles)('sees an order to its end, with its steps: %s', async (style) => {
    const id = await system.place({ style, customerId: `c-${style}` }, 20);
    const saga = await system.sees(id, ({ state }) => state === 'completed', 'the order is completed');
    expect(saga).toMatchObject({ concerns: [], customer: `c-${style}`, remaining: [], notUndone: [] });
    expect(saga.text).toMatch(/^completed at \d\d:\d\d:\d\d, after /);
    const forward = saga.steps.filter((step) => step.forward);
    expect(forward.map(({ command }) => command).filter((command) => command !== 'inventory.IssueStock')).toEqual([
      'inventory.ReserveStock',
      'payment.ProcessPayment',
      'shipping.ShipOrder',
      'order.ConfirmOrder',
    ]);
    expect(new Set(forward.map(({ state }) => state))).toEqual(new Set(['done']));
    expect(saga.log[0]).toMatchObject({ type: 'order.OrderPlaced', service: 'order', hop: 0 });
    const ids = new Set(saga.log.map((message) => message.id));
    for (const { cause } of saga.log.slice(1)) expect(ids).toContain(cause);
  });

  it.each(styles)('sees what was refused, and that all that was done is undone: %s', async (style) => {
    const id = await system.place({ style, ...fate.noCarrier }, 20);
    const saga = await system.sees(id, ({ state }) => state === 'compensated', 'the order is turned back');
    expect(saga).toMatchObject({ concerns: [], reason: { code: 'no-carrier' }, notUndone: [] });
    const states = Object.fromEntries(saga.steps.map(({ command, state }) => [command, state]));
    expect(states).toMatchObject({
      'inventory.ReserveStock': 'undone',
      'payment.ProcessPayment': 'undone',
      'shipping.ShipOrder': 'refused',
      'order.RejectOrder': 'done',
    });
    const { body } = await system.get<Rows>('/api/sagas?state=compensated&reason=no-carrier');
    expect(body.items.map((row) => row.id)).toContain(id);
  });

  it.each(styles)('sees what a cancel would undo, and what it undid: %s', async (style) => {
    const id = await system.place({ style, ...fate.cardSlow });
    const open = await system.sees(id, ({ waiting }) => waiting?.command === 'payment.ProcessPayment', 'it waits for the payment');
    expect(open.ifCancelled).toMatchObject({ possible: true, undos: ['inventory.ReleaseStock'] });
    await system.cancel(id);
    const saga = await system.sees(id, ({ state }) => state === 'compensated', 'it is cancelled', 60_000);
    expect(saga).toMatchObject({ concerns: [], reason: { code: 'cancelled' }, notUndone: [], ifCancelled: { possible: false } });
    expect(saga.steps.find(({ command }) => command === 'inventory.ReserveStock')?.state).toBe('undone');
  });

  it('hears a process that nobody here knows, on topics that are new, and what its services declare', async () => {
    const foreigners = await Foreigners.start(system.prefix, ['shop', 'loyalty']);
    const saga = randomUUID();
    const about = { process: 'collect-points', saga };
    const bought = await foreigners.say({ ...about, type: 'shop.Bought', body: { cart: 7 } });
    const seen = () => system.saga(saga, 'collect-points');
    await until(async () => (await seen()).messages === 1, { what: 'the message is heard', deadline: 30_000 });
    expect(await seen()).toMatchObject({ state: 'running', lanes: ['shop'], steps: [] });
    expect((await seen()).text).toMatch(/^last heard: Bought of shop at .*; nothing is known to follow$/);

    const reaction = { process: 'collect-points', start: 'shop.Bought', when: 'choreographed' };
    await foreigners.declare('loyalty', {
      handles: [{ command: 'loyalty.AddPoints', ok: 'loyalty.PointsAdded' }],
      reactions: [{ ...reaction, heard: 'shop.Bought', command: 'loyalty.AddPoints' }],
    });
    await foreigners.declare('shop', {
      starts: ['shop.Bought'],
      handles: [{ command: 'shop.CloseCart', ok: 'shop.CartClosed' }],
      reactions: [{ ...reaction, heard: 'loyalty.PointsAdded', command: 'shop.CloseCart' }],
    });
    await until(async () => (await seen()).waiting?.service === 'loyalty', { what: 'it is known whom it waits for' });
    expect(await seen()).toMatchObject({ remaining: ['loyalty.PointsAdded', 'shop.CartClosed'] });

    const added = await foreigners.say({ ...about, type: 'loyalty.PointsAdded', cause: bought, hop: 1 });
    await until(async () => (await seen()).waiting?.service === 'shop', { what: 'it waits for the shop' });
    await foreigners.say({ ...about, type: 'shop.CartClosed', cause: added, hop: 2 });
    await until(async () => (await seen()).state === 'completed', { what: 'it is completed' });
    const { body } = await system.get<{ items: { process: string; declared: boolean }[] }>('/api/processes');
    expect(body.items).toContainEqual(expect.objectContaining({ process: 'collect-points', declared: true, sagas: 1 }));
  });

  it('shows a loop of two services that answer each other with its lineage, and where it was stopped', async () => {
    const foreigners = await Foreigners.start(system.prefix, ['ping', 'pong']);
    const [process, saga] = ['ping-pong', randomUUID()];
    // Each answers what the other says: nobody has looked at both. What has gone too far is read by nobody any more.
    const pinged = await foreigners.react('pong', { heard: 'ping.Pinged', says: 'pong.Ponged' });
    const ponged = await foreigners.react('ping', { heard: 'pong.Ponged', says: 'ping.Pinged' });
    await foreigners.say({ type: 'ping.Pinged', process, saga });
    await until(() => [...pinged, ...ponged].length > 0, { what: 'one of them takes it for a loop', deadline: 60_000 });
    expect([...pinged, ...ponged]).toEqual(['hops']);
    const seen = () => system.saga(saga, process);
    await until(async () => (await seen()).loop?.stopped, { what: 'the loop is seen', deadline: 30_000 });
    const { loop, text, concerns } = await seen();
    expect(loop).toMatchObject({ round: ['ping.Pinged', 'pong.Ponged'], stopped: true });
    expect(loop?.lineage.map(({ hop }) => hop)).toEqual(Array.from({ length: maxHops + 2 }, (_, hop) => hop));
    expect(text).toContain(`loop: ping.Pinged → pong.Ponged → ping.Pinged, 33 times; stopped at hop ${maxHops + 1}`);
    expect(concerns).toContain('loop');
    const { body } = await system.get<Rows>('/api/sagas?state=loop');
    expect(body.items.map((row) => row.id)).toEqual([saga]);
    const differences = async () => (await system.get<{ items: { kind: string; service: string }[] }>('/api/differences')).body.items;
    await until(async () => (await differences()).some(({ kind, service }) => kind === 'undeclared-service' && service === 'ping'), {
      what: 'nobody has declared them',
    });
  });

  it('names a service that is silent, in each style, and names it no more when it is back', async () => {
    // What is usual is known from many.
    for (let wave = 0; wave < 3; wave += 1)
      await Promise.all(Array.from({ length: 30 }, (_, n) => system.place({ style: styles[n % 3] ?? 'hybrid', lines: aLine }, 30)));
    await system.kill('shipping');
    const ids = await Promise.all(styles.map((style) => system.place({ style, lines: aLine })));
    for (const id of ids) {
      const stalled = await system.sees(id, ({ concerns }) => concerns.includes('stalled'), 'it is stalled', 70_000);
      expect(stalled.waiting).toMatchObject({ service: 'shipping', command: 'shipping.ShipOrder', overdue: true });
      expect(stalled.text).toMatch(/^waiting for shipping since \d\d:\d\d:\d\d \(usually .+\)$/);
      expect(stalled.ifCancelled).toMatchObject({
        possible: true,
        asks: 'shipping.CancelShipment',
        undos: ['payment.RefundPayment', 'inventory.ReleaseStock'],
      });
    }
    const listed = (await system.get<Rows>('/api/sagas?state=stalled&service=shipping')).body.items.map((row) => row.id);
    expect(listed.sort()).toEqual([...ids].sort());
    const service = async () =>
      (await system.get<{ items: ServiceRow[] }>('/api/services')).body.items.find((one) => one.service === 'shipping');
    await until(async () => (await service())?.readers === 0, { what: 'nobody reads for shipping', deadline: 30_000 });
    expect(await service()).toMatchObject({ stalled: 3, awaited: 3 });
    expect(Number((await service())?.backlog)).toBeGreaterThan(0);
    const gone = (await system.get<{ items: { kind: string; service: string }[] }>('/api/differences')).body.items;
    expect(gone).toContainEqual(expect.objectContaining({ kind: 'service-gone', service: 'shipping' }));
    await until(async () => (await system.observer.request('GET', '/metrics')).text.includes('duet_observer_sagas{state="stalled"} 3'), {
      what: 'the stall is a metric',
    });
    await system.start('shipping');
    for (const id of ids) {
      const ended = await system.sees(id, ({ state }) => state === 'completed', 'it goes on', 60_000);
      expect(ended.concerns).toEqual([]);
    }
    expect((await system.get<Rows>('/api/sagas?state=stalled')).body.items).toEqual([]);
  });

  it('resumes its stream where it broke off, and loses nothing', async () => {
    const url = `${system.observer.url}/api/events`;
    const stream = await EventStream.open(url);
    const first = await system.place({ lines: aLine }, 20);
    await until(() => stream.of(first).length >= 3, { what: 'the first messages come' });
    const from = stream.lastEventId;
    await stream.close();
    const second = await system.place({ lines: aLine }, 20);
    await system.sees(second, ({ state }) => state === 'completed', 'it is completed');
    const resumed = await EventStream.open(url, from);
    const all = async (saga: string) => (await system.saga(saga)).log.map(({ id }) => id).sort();
    const heard = (saga: string) => [...stream.of(saga), ...resumed.of(saga)].map(({ data }) => data.id).sort();
    for (const saga of [first, second])
      await until(async () => JSON.stringify(heard(saga)) === JSON.stringify(await all(saga)), { what: 'each message comes once' });
    await resumed.close();
    const lost = await EventStream.open(url, 'abcdef012345-1');
    await until(() => lost.events.some(({ event }) => event === 'reset'), { what: 'a place in another log is no place in this one' });
    await lost.close();
  });

  it('gives the same answers, field by field, when it has lost its database and read everything again', async () => {
    await until(async () => (await system.get<Rows>('/api/sagas?process=place-order&state=open')).body.items.length === 0, {
      what: 'every order has ended',
      deadline: 60_000,
    });
    const other = await system.another();
    const answers = async (observer: RunningService): Promise<Record<string, unknown>> => {
      const get = async (path: string): Promise<unknown> => (await observer.request('GET', path)).body;
      const sagas: Row[] = [];
      for (let cursor: string | undefined = ''; cursor !== undefined;) {
        const page = (await get(`/api/sagas?limit=50${cursor && `&cursor=${cursor}`}`)) as Rows;
        sagas.push(...page.items);
        cursor = page.next;
      }
      const paths = [
        ...['/api/flow/place-order', '/api/flow/ping-pong', '/api/services', '/api/processes', '/api/differences', '/api/parked'],
        ...sagas.flatMap(({ process, id }) => [`/api/sagas/${process}/${id}`, `/api/sagas/${process}/${id}/mermaid`]),
      ];
      const entries = await Promise.all(paths.map(async (path) => [path, withoutPlaces(await get(path))] as const));
      return { sagas: withoutPlaces(sagas), ...Object.fromEntries(entries) };
    };
    const [ours, theirs] = [await answers(system.observer), await answers(other)];
    expect(Object.keys(ours).length).toBeGreaterThan(200);
    expect(theirs).toEqual(ours);
    await other.stop();
  });

  it('shows what waits for a person, at which service and why', async () => {
    const foreigners = await Foreigners.start(system.prefix, []);
    const id = await system.place({ style: 'orchestration', lines: aLine }, 30);
    await system.sees(id, ({ state }) => state === 'completed', 'it is completed');
    // What cannot happen: its owner refuses, and no repetition helps.
    const reason = { code: 'test', text: 'a test' };
    const command = { type: 'order.RejectOrder', process: 'place-order', saga: id, style: 'orchestration', command: true };
    await foreigners.say({ ...command, body: { orderId: id, reason } });
    const saga = await system.sees(id, ({ concerns }) => concerns.includes('parked'), 'it is parked');
    expect(saga.text).toMatch(/^waiting for a person: RejectOrder is parked at order since /);
    const { body } = await system.get<{ items: { id: string }[]; groups: { count: number }[] }>('/api/parked?service=order');
    expect(body.items).toMatchObject([{ id, service: 'order', command: 'order.RejectOrder', reason: { code: 'NotOpen' } }]);
    expect(body.groups).toMatchObject([{ service: 'order', code: 'NotOpen', count: 1 }]);
  });

  it('documents itself, and says what is wrong with a question', async () => {
    const { body } = await system.get<{ openapi: string; paths: object; components: { schemas: object } }>('/openapi.json');
    expect(body.openapi).toMatch(/^3\.1/);
    const paths = ['overview', 'sagas', 'sagas/{process}/{id}', 'flow/{process}', 'services', 'differences', 'parked', 'events'];
    expect(Object.keys(body.paths)).toEqual(expect.arrayContaining(paths.map((path) => `/api/${path}`)));
    expect(Object.keys(body.components.schemas)).toEqual(
      expect.arrayContaining(['OverviewView', 'SagaRows', 'SagaDetail', 'FlowView', 'TapeEntry']),
    );
    for (const query of ['state=asleep', 'style=tango', 'limit=0', 'limit=201', 'cursor=x', 'olderThan=10', 'customer=%00', 'id=a&id=b'])
      expect({ query, status: (await system.get(`/api/sagas?${query}`)).status }).toEqual({ query, status: 400 });
    for (const path of ['sagas/place-order/none', 'sagas/%00/x', 'flow/none', 'flow/%00'])
      expect((await system.get(`/api/${path}`)).status).toBe(404);
    for (const query of ['cursor=bnVsbA', 'limit=x']) expect((await system.get(`/api/parked?${query}`)).status).toBe(400);
    expect((await system.observer.request('GET', '/api/events', { headers: { 'Last-Event-ID': 'x' } })).status).toBe(400);
  });
});

interface ServiceRow {
  readonly service: string;
  readonly readers: number;
  readonly backlog: number;
}

/** Enough of it for all tests. */
const aLine = [{ sku: 'espresso-beans', quantity: 1 }];

/** A place in a log is the log's own. */
const withoutPlaces = (answer: unknown): unknown =>
  JSON.parse(JSON.stringify(answer, (key, value: unknown) => (key === 'position' ? undefined : value)));
