import { faultNames, optionsOf } from './options.mjs';

describe('the options', () => {
  it('have defaults', () => {
    expect(optionsOf([])).toEqual({ seed: 1, runs: 20, orders: 8, style: 'mix', faults: faultNames, help: false });
  });

  it('are read', () => {
    const args = '--seed 7 --runs 2 --orders 3 --style compare --faults crash,lost --only 1,3 --at-most 0 --replicas 2 --trace t.txt';
    expect(optionsOf(args.split(' '))).toEqual({
      ...{ seed: 7, runs: 2, orders: 3, style: 'compare', faults: ['crash', 'lost'], only: [1, 3], atMost: 0, replicas: 2, trace: 't.txt' },
      help: false,
    });
  });

  it.each([
    ['--seed -1', '--seed must be a whole number, at least 0'],
    ['--runs 0', '--runs must be a whole number, at least 1'],
    ['--style dance', '--style must be one of choreography, orchestration, hybrid, mix, compare, but is "dance"'],
    ['--faults flood', '--faults must be one of lost, '],
    ['--sed 1', 'npm run simulate -- --help says what can be asked for'],
  ])('that are wrong are told with what is right: %s', (text, says) => {
    const [name = '', value = ''] = text.split(' ');
    expect(() => optionsOf([`${name}=${value}`])).toThrow(says);
  });
});
