import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { help, parseOrder } from './options.mjs';

const placed = (...args: string[]) => {
  const options = parseOrder(args);
  if (options === 'help' || options.command !== 'place') throw new Error('it is no order');
  return options;
};

describe('what npm run order is asked for', () => {
  it('is two bags of coffee to Zurich with a card that works, in the style of the service, where nothing is said', () => {
    expect(placed()).toMatchObject({ watch: false, expect: 'confirmed', json: false, key: undefined, withinMs: undefined });
    expect(placed().request).toEqual({
      customerId: 'c-42',
      lines: [{ sku: 'espresso-beans', quantity: 2 }],
      paymentMethod: 'card_ok',
      shipTo: { country: 'CH', postalCode: '8001' },
    });
  });

  it('is each choice of the shop', () => {
    const args =
      '--style hybrid --card card_slow --country AQ --postal-code 0 --sku paper-filters --quantity 7 --customer c-1 --watch --within 5m';
    expect(placed(...args.split(' '))).toMatchObject({
      ...{ watch: true, withinMs: 300_000 },
      request: {
        ...{ style: 'hybrid', paymentMethod: 'card_slow', shipTo: { country: 'AQ', postalCode: '0' }, customerId: 'c-1' },
        lines: [{ sku: 'paper-filters', quantity: 7 }],
      },
    });
  });

  it('is several lines; without --sku they are all there are', () => {
    const lines = (...args: string[]) => placed(...args).request.lines;
    expect(lines('--line', 'a=1', '--line', 'b=2')).toEqual([
      { sku: 'a', quantity: 1 },
      { sku: 'b', quantity: 2 },
    ]);
    expect(lines('--sku', 'c', '--line', 'a=1')).toEqual([
      { sku: 'c', quantity: 2 },
      { sku: 'a', quantity: 1 },
    ]);
  });

  it('is an order that exists, in two ways of saying it', () => {
    const id = 'A622938B-f5ee-5680-919d-d30b5aa89e10';
    const wanted = expect.objectContaining({ command: 'watch', orderId: id.toLowerCase() });
    expect(parseOrder(['watch', id])).toEqual(wanted);
    expect(parseOrder(['--watch', id])).toEqual(wanted);
    expect(parseOrder([id, '--watch'])).toEqual(wanted);
  });

  it('is the same order in several styles', () => {
    expect(parseOrder(['--styles', 'all'])).toMatchObject({ command: 'compare', styles: 'all' });
    expect(parseOrder(['--styles', 'hybrid, choreography,hybrid'])).toMatchObject({ styles: ['hybrid', 'choreography'] });
  });

  it('is help, where that is wanted, whatever else is said', () => {
    expect(parseOrder(['--help'])).toBe('help');
    expect(parseOrder(['-h', '--style', 'x'])).toBe('help');
    for (const option of ['--style', '--card', '--country', '--sku', '--quantity', '--line', '--customer', '--watch', '--styles', '--json'])
      expect(help).toContain(option);
  });

  it('is, in the examples of the help, what the shop sells', async () => {
    const seed = await readFile(resolve(__dirname, '../../../apps/order/src/migrations/0002_seed.ts'), 'utf8');
    const named = [...help.matchAll(/--(?:line|sku) ([a-z-]+)/g)].map(([, sku]) => sku);
    expect(named).toContain('espresso-beans');
    for (const sku of named) expect(seed).toContain(`'${sku}'`);
  });

  it.each([
    [['--quantity', 'two'], '--quantity "two": say a whole number.'],
    [['--line', 'beans'], '--line beans: say an article and how much of it, such as espresso-beans=2.'],
    [['--line', 'beans=x'], '--line "x": say a whole number.'],
    [['--line', 'a=1', '--quantity', '2'], '--quantity goes with --sku: with --line, say <sku>=<n>.'],
    [['--expect', 'done'], '--expect "done": say one of confirmed, rejected, cancelled, any.'],
    [['--within', '5'], '--within "5": say a time with its unit, such as 30s or 5m.'],
    [['--style', 'hybrid', '--styles', 'all'], 'Say --style or --styles, not both.'],
    [['--styles', 'all', '--key', 'k'], '--key names one order, --styles places several.'],
    [['--styles', 'a,,b'], '--styles "a,,b": say all, or styles divided by commas.'],
    [['wach'], 'There is no "wach": say watch <order id>, or options only.'],
    [['watch'], 'watch needs the id of an order.'],
    [['watch', '17'], '"17" is no order\'s id: those are UUIDs, as POST /orders answers them.'],
    [['watch', 'a622938b-f5ee-5680-919d-d30b5aa89e10', '--card', 'card_ok'], '--card means nothing for an order that exists.'],
    [['--colour'], "Unknown option '--colour'"],
  ])('%j is refused with a sentence that says what is right', (args, text) => {
    expect(() => parseOrder(args)).toThrow(text);
    expect(() => parseOrder(args)).toThrow(/npm run order -- --help explains it\.$/);
  });
});
