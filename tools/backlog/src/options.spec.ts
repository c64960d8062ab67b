import { parseBacklog } from './options.mjs';

describe('what npm run backlog is asked for', () => {
  it('is a million messages for payment unless told otherwise', () =>
    expect(parseBacklog([])).toEqual({ service: 'payment', messages: 1_000_000, mostMiB: 768 }));

  it('can be another service, fewer messages, another bound and a file', () =>
    expect(parseBacklog(['--service', 'shipping', '--messages', '5000', '--most', '512', '--json', 'a.json'])).toEqual({
      service: 'shipping',
      messages: 5_000,
      mostMiB: 512,
      json: 'a.json',
    }));

  it('can be help', () => expect(parseBacklog(['--help'])).toBe('help'));

  it.each([
    [['--service', 'nobody'], '--service "nobody": say one of inventory, payment, shipping.'],
    [['--messages', '0'], '--messages "0": say a whole number above 0.'],
    [['--most', 'much'], '--most "much": say a whole number above 0.'],
    [['extra'], "Unexpected argument 'extra'"],
  ])('is refused with a sentence that says what to say instead: %j', (args, text) => expect(() => parseBacklog(args)).toThrow(text));
});
