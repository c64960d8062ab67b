import { parseSight } from './options.mjs';

describe('npm run sight', () => {
  it('measures everything unless told otherwise', () => {
    expect(parseSight([])).toEqual({
      ...{ style: 'choreography', sagas: 100_000, messages: 1_000, rate: 100, asks: 200, seconds: 5, rounds: 5 },
      only: ['views', 'beside', 'behind', 'idle'],
    });
    expect(parseSight(['--only', 'idle,views', '--half', '250', '--json', 'x'])).toMatchObject({
      ...{ only: ['idle', 'views'], half: 250, json: 'x' },
    });
  });

  it.each([['--only', 'nothing'], ['--style', 'tango'], ['--sagas', '1.5'], ['--rate', '0'], ['--half', '-1'], ['more']])(
    'refuses what it cannot do: %s %s',
    (...args) => expect(() => parseSight(args)).toThrow(/npm run sight -- --help/),
  );
});
