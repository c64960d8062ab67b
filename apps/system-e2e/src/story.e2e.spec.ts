import { spawn } from 'node:child_process';
import { styles } from '@duet/message';
import { type RunningService, runningService, TcpProxy, until, workspaceRoot } from '@duet/testbed';
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

describe('an order in the terminal', () => {
  let system: System;
  let observer: RunningService;
  let way: TcpProxy;
  let places: string[];
  beforeAll(async () => {
    system = await System.start();
    observer = await runningService({ app: 'observer', prefix: system.prefix, env: { LOG_LEVEL: 'warn' } });
    way = await TcpProxy.to(observer.url);
    places = [`order=${system.url('order')}`, `observer=${way.url}`];
  });
  afterAll(async () => {
    await way.cut();
    await observer.stop();
    await system.stop();
  });

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
