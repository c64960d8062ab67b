import { parseBench, sweep } from './options.mjs';

const styled = ['--style', 'choreography'];

describe('what npm run bench is asked for', () => {
  it('is a sweep of clients unless told otherwise', () =>
    expect(parseBench(styled)).toEqual({ style: 'choreography', load: { clients: sweep }, seconds: 5, outside: 'inline', trouble: false }));

  it('can be one number of clients, or orders by chance', () => {
    expect(parseBench([...styled, '--clients', '8'])).toMatchObject({ load: { clients: [8] } });
    expect(parseBench([...styled, '--rate', '12.5'])).toMatchObject({ load: { rate: 12.5 } });
  });

  it('can be another style, a longer slice, the outside world over HTTP, and files', () =>
    expect(parseBench(['--style=hybrid', '--seconds=30', '--outside=http', '--json=a.json', '--profile=profiles'])).toEqual({
      style: 'hybrid',
      load: { clients: sweep },
      seconds: 30,
      outside: 'http',
      trouble: false,
      json: 'a.json',
      profile: 'profiles',
    }));

  it('can be slices beside trouble, over HTTP', () => {
    expect(parseBench([...styled, '--trouble'])).toMatchObject({ load: { clients: [64] }, outside: 'http', trouble: true });
    expect(parseBench([...styled, '--trouble', '--clients', '128'])).toMatchObject({ load: { clients: [128] } });
    expect(() => parseBench([...styled, '--trouble', '--outside', 'inline'])).toThrow('--trouble needs a provider that can be slow');
  });

  it('can be help, whatever else is missing', () => expect(parseBench(['--help'])).toBe('help'));

  it.each([
    [[], '--style is missing: say one of choreography, orchestration, hybrid.'],
    [['--style', 'dance'], '--style "dance": say one of choreography, orchestration, hybrid.'],
    [[...styled, '--clients', '8', '--rate', '8'], '--clients and --rate are two ways to load the system'],
    [[...styled, '--clients', '0'], '--clients "0": say a number above 0'],
    [[...styled, '--clients', '1.5'], '--clients "1.5": say a whole number.'],
    [[...styled, '--rate', 'fast'], '--rate "fast": say a number above 0'],
    [[...styled, '--seconds', '-1'], "Option '--seconds' argument is ambiguous"],
    [[...styled, '--outside', 'mars'], '--outside "mars": say one of inline, http.'],
    [[...styled, '--color'], "Unknown option '--color'"],
    [[...styled, 'extra'], "Unexpected argument 'extra'"],
  ])('is refused with a sentence that says what to say instead: %j', (args, text) => expect(() => parseBench(args)).toThrow(text));
});
