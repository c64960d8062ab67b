import { parseCrash } from './options.mjs';

const planOf = (...args: string[]) => {
  const parsed = parseCrash(args);
  return parsed === 'help' ? undefined : parsed.plan;
};

describe('what npm run crash is told', () => {
  it('everything, if nothing is said', () =>
    expect(planOf()).toEqual({
      styles: ['choreography', 'orchestration', 'hybrid'],
      seed: 1,
      occurrences: 3,
      together: 6,
      tries: 12,
      list: false,
      small: false,
    }));

  it('one case alone', () =>
    expect(
      planOf('--style', 'hybrid', '--service', 'payment', '--label', 'after:db:commit', '--nth', '2', '--together', '1'),
    ).toMatchObject({ styles: ['hybrid'], services: ['payment'], label: 'after:db:commit', nth: 2, together: 1 }));

  it('a sample by seed', () => expect(planOf('--sample', '12', '--seed', '7')).toMatchObject({ sample: 12, seed: 7 }));
  it('to take the bundles as they are', () => expect(parseCrash(['--no-build'])).toMatchObject({ build: false }));
  it('to go on where others have ended, for a while', () =>
    expect(planOf('--minutes', '20', '--without', 'a.json', '--without', 'b.json')).toMatchObject({
      minutes: 20,
      without: ['a.json', 'b.json'],
    }));
  it('to tell what others came to', () => {
    expect(planOf('--table', 'a.json', 'b.json')).toMatchObject({ table: ['a.json', 'b.json'] });
    expect(parseCrash(['--table', 'a.json'])).toMatchObject({ build: false });
  });
  it('to help', () => expect(parseCrash(['--help'])).toBe('help'));

  it.each<[string, string[], string]>([
    ['an unknown style', ['--style', 'waltz'], '--style "waltz": say choreography'],
    ['a number that is none', ['--seed', 'x'], '--seed "x": say a whole number'],
    ['no case at all', ['--sample', '0'], '--sample "0": say a whole number'],
    ['something else', ['payment'], '"payment" means nothing here'],
    ['an unknown option', ['--loud'], "Unknown option '--loud'"],
  ])('in a wrong way: %s', (_, args, sentence) => expect(() => parseCrash(args)).toThrow(sentence));
});
