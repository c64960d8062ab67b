import { exits, run } from './commands.mjs';
import { parseOrder } from './options.mjs';
import { Service, Silent } from './watching.mjs';
import { paintWith } from './words.mjs';

const id = 'a622938b-f5ee-5680-919d-d30b5aa89e10';
const anOrder = {
  ...{ orderId: id, status: 'placed', style: 'choreography', total: 3_998, currency: 'CHF', paymentMethod: 'card_ok', customerId: 'c-42' },
  ...{ shipTo: { country: 'CH', postalCode: '8001' }, lines: [{ sku: 'beans', quantity: 2 }] },
};
const no = { code: 'no-stock', text: 'There is not enough.' };
const at = (ms: number) => new Date(Date.parse('2026-01-01T12:00:00Z') + ms).toISOString();
const log = [
  { id: '1', type: 'order.OrderPlaced', kind: 'event', service: 'order', at: at(0), hop: 0, means: 'forward' },
  {
    id: '2',
    type: 'inventory.StockRejected',
    kind: 'event',
    service: 'inventory',
    at: at(9),
    hop: 1,
    cause: '1',
    means: 'refusal',
    reason: no,
  },
  { id: '3', type: 'order.OrderRejected', kind: 'event', service: 'order', at: at(20), hop: 2, cause: '2', means: 'forward', reason: no },
];

/** A service as far as the command line knows it: for each request, what `answer` says. */
class Played extends Service {
  readonly asked: string[] = [];
  constructor(
    name: string,
    readonly answer: (request: string) => { status?: number; body: Record<string, unknown> },
  ) {
    super(name, [`http://${name}`]);
  }
  override async get(path: string) {
    this.asked.push(path);
    return { status: 200, ...this.answer(path) };
  }
  override async send(path: string, headers: Record<string, string>, body?: object) {
    this.asked.push(`${path} ${JSON.stringify(headers)} ${JSON.stringify(body)}`);
    return { status: 202, ...this.answer(path) };
  }
}

describe('npm run order', () => {
  let out: string;
  let drawn: string[];
  let said: string[];
  let states: string[];
  let interrupted: AbortController;
  beforeEach(() => ([out, drawn, said, states, interrupted] = ['', [], [], [], new AbortController()]));

  const asked = (args: string[], { order, observer, open }: { order: Service; observer?: Service; open?: typeof fetch }) => {
    const options = parseOrder(args);
    if (options === 'help') throw new Error('no help here');
    const canvas = {
      ...{ line: (text: string) => void drawn.push(text), say: (text: string) => void said.push(text), paint: paintWith(false) },
      state: (words: string | undefined) => void (words !== undefined && states.push(words)),
    };
    const places = { order, observer, now: Date.now, ...(open && { open }) };
    return run(options, { places, canvas, out: (text) => void (out += text), interrupted: interrupted.signal, newKey: () => 'k' });
  };
  const services = (status = 'rejected') => {
    const order = new Played('order', (path) => ({ body: path === '/orders' ? anOrder : { ...anOrder, status, reason: no } }));
    const saga = {
      style: 'choreography',
      state: 'compensated',
      text: 'turned back',
      endedAt: at(20),
      messages: 3,
      hops: 2,
      durationMs: 20,
      log,
      reason: no,
    };
    let looks = 0;
    // At first it waits; then the stream has told the rest.
    const waits = { ...saga, endedAt: undefined, text: 'waiting for inventory', log: log.slice(0, 1) };
    const observer = new Played('observer', () => ({ body: looks++ < 1 ? waits : saga }));
    const open = async () => new Response(new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode(stream_)) }));
    const stream_ = [
      'id: l-1\nevent: begin\ndata: {}\n\n',
      ...log.slice(1, 2).map((one) => `id: l-2\ndata: ${JSON.stringify(one)}\n\n`),
    ].join('');
    return { order, observer, open: open as typeof fetch };
  };

  it('places an order and says what it was answered; the status says whether it ended as expected', async () => {
    const confirmed = new Played('order', () => ({ body: { ...anOrder, status: 'confirmed' } }));
    expect(await asked(['--style', 'hybrid'], { order: confirmed })).toBe(exits.asExpected);
    expect(confirmed.asked[0]).toContain('/orders {"Idempotency-Key":"k","Prefer":"wait=5"} {"customerId":"c-42"');
    expect(drawn.at(-1)).toBe('confirmed');
    expect(await asked(['--expect', 'rejected'], { order: confirmed })).toBe(exits.otherwise);
    const open = new Played('order', () => ({ body: anOrder }));
    expect(await asked([], { order: open })).toBe(exits.asExpected);
    expect(drawn.at(-1)).toContain(`npm run order -- watch ${id}`);
  });

  it('says which values are right where one is wrong, as the service knows', async () => {
    const errors = [{ path: '/lines/0/sku', text: 'there is no product tea' }];
    const order = new Played('order', (path) =>
      path === '/products'
        ? { body: { items: [{ sku: 'beans' }, { sku: 'filters' }] } }
        : { status: 422, body: { code: 'unknown-product', errors } },
    );
    await expect(asked(['--sku', 'tea'], { order })).rejects.toThrow('--sku: there is no product tea; there are beans, filters');
  });

  it('draws the messages with their causes until the order has ended, and how it stands meanwhile', async () => {
    expect(await asked(['--watch', '--expect', 'rejected'], services())).toBe(exits.asExpected);
    const text = drawn.join('\n');
    expect(text).toContain(`order ${id}`);
    expect(text).toMatch(/ 0 ms {2}order +OrderPlaced\n/);
    expect(text).toMatch(/ 9 ms {2}inventory + {2}StockRejected +← OrderPlaced of order {2}refused: There is not enough \(no-stock\)\n/);
    expect(text).toMatch(/20 ms {2}order + {4}OrderRejected +← StockRejected of inventory {2}because: /);
    expect(text).toMatch(/\n\nrejected: There is not enough \(no-stock\)\n3 messages \(0 commands, 3 events\), 2 hops, 20 ms$/);
    expect(drawn.filter((line) => line.includes('StockRejected') && line.includes('inventory'))).toHaveLength(2);
    expect(states[0]).toBe('waiting for inventory');
  });

  it('ends with the status for another end than was expected', async () => {
    expect(await asked(['watch', id], services())).toBe(exits.otherwise);
  });

  it('draws what the order service has heard where no observer runs, and says what is missing', async () => {
    const history = log.map(({ type, at, reason }) => ({ type, at, ...(reason && { reason }) }));
    const order = new Played('order', () => ({ body: { ...anOrder, status: 'rejected', reason: no, history } }));
    const open = () => Promise.reject(new TypeError('fetch failed'));
    expect(await asked(['watch', id], { order, observer: new Played('observer', () => ({ body: {} })), open })).toBe(exits.otherwise);
    expect(said[0]).toContain('the observer does not answer: commands, causes and what the order waits for are missing');
    expect(drawn.join('\n')).toMatch(/ 9 ms {2}inventory +StockRejected +because: /);
    expect(drawn.at(-1)).toBe('3 messages (0 commands, 3 events), 20 ms');
    said = [];
    expect(await asked(['watch', id], { order })).toBe(exits.otherwise);
    expect(said).toHaveLength(1);
  });

  it('leaves the order alone when it is interrupted, and says so', async () => {
    const { order, open } = services('placed');
    const waits = new Played('observer', () => ({
      body: { style: 'choreography', state: 'running', text: 'waiting for shipping', messages: 1, log: log.slice(0, 1) },
    }));
    const running = asked(['watch', id], { order, observer: waits, open });
    interrupted.abort();
    expect(await running).toBe(exits.interrupted);
    expect(said.at(-1)).toContain(`the order was left alone and goes on; npm run order -- watch ${id}`);
    expect(order.asked.every((path) => !path.includes('cancel'))).toBe(true);
  });

  it('watches no longer than wanted', async () => {
    const { order, open } = services('placed');
    const waits = new Played('observer', () => ({
      body: { style: 'choreography', state: 'running', text: 'waiting', messages: 1, log: log.slice(0, 1) },
    }));
    expect(await asked(['watch', id, '--within', '20ms'], { order, observer: waits, open })).toBe(exits.open);
  });

  it('places the same order in each style that the service knows, and compares them', async () => {
    const styles = { components: { schemas: { PlaceOrder: { properties: { style: { enum: ['choreography', 'hybrid', null] } } } } } };
    const parts = services();
    let style = '';
    class Styled extends Played {
      override async send(_: string, __: Record<string, string>, body: { style: string }) {
        style = body.style;
        return { status: 202, body: { ...anOrder, style } };
      }
    }
    const order = new Styled('order', (path) => ({
      body: path === '/openapi.json' ? styles : { ...anOrder, style, status: 'rejected', reason: no },
    }));
    expect(await asked(['--styles', 'all', '--expect', 'rejected', '--json'], { ...parts, order })).toBe(exits.asExpected);
    expect(drawn.slice(-3).map((line) => line.split(/ {2,}/)[0])).toEqual(['STYLE', 'choreography', 'hybrid']);
    expect((JSON.parse(out) as { orders: { style: string; messages: number }[] }).orders).toMatchObject([
      { style: 'choreography', messages: 3 },
      { style: 'hybrid', messages: 3 },
    ]);
  });

  it('has nothing to draw of an order that nobody knows, and says so when nobody answers', async () => {
    const order = new Played('order', () => ({ status: 404, body: {} }));
    await expect(asked(['watch', id], { order })).rejects.toThrow(`the order service knows no order ${id}`);
    const silent = new Service('order', []);
    await expect(asked([], { order: silent })).rejects.toThrow(Silent);
  });
});
