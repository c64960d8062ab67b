import { faultNames } from './catalog.mjs';
import { list, parseFaults } from './options.mjs';

describe('the options of npm run faults', () => {
  it('are a minute of every fault in all styles, unless it is told otherwise', () => {
    const everything = {
      seed: 1,
      seconds: 60,
      style: 'mix',
      styles: ['choreography', 'orchestration', 'hybrid'],
      faults: faultNames,
      rate: 5,
      name: 'faults',
      isToBuild: true,
    };
    expect(parseFaults([])).toEqual(everything);
    const some = [
      '--seed',
      '9',
      '--seconds',
      '600',
      '--style',
      'hybrid',
      '--only',
      'poison,replica',
      '--rate',
      '2.5',
      '--name',
      'other',
      '--no-build',
      '--json',
      'a.json',
    ];
    expect(parseFaults(some)).toEqual({
      ...{
        seed: 9,
        seconds: 600,
        style: 'hybrid',
        styles: ['hybrid'],
        faults: ['poison', 'replica'],
        rate: 2.5,
        name: 'other',
        isToBuild: false,
        json: 'a.json',
      },
    });
  });

  it('--table tells what earlier runs came to, and builds nothing', () =>
    expect(parseFaults(['--table', 'a.json', '--table', 'b.json'])).toMatchObject({ table: ['a.json', 'b.json'], isToBuild: false }));

  it('--list names every fault with what it does', () => {
    expect(parseFaults(['--list'])).toBe('list');
    expect(list().trim().split('\n')).toHaveLength(faultNames.length);
  });

  it.each([
    [['--seed', 'x'], '--seed "x": say a whole number'],
    [['--seed', '1.5'], '--seed "1.5": say a whole number'],
    [['--seconds', '0'], '--seconds "0"'],
    [['--style', 'tango'], '--style "tango": say one of choreography'],
    [['--only', 'poison,flood'], '--only "flood": there is no such fault'],
    [['--loud'], 'Unknown option'],
  ])('refuses %j with what is wrong', (args, text) => {
    expect(() => parseFaults(args)).toThrow(text);
  });
});
