import { parseResend } from './options.mjs';

const now = Date.parse('2026-11-21T20:00:00Z');
const parse = (...args: string[]) => parseResend(args, { user: () => 'ann', now: () => now });

describe('what npm run resend is told', () => {
  it.each([
    ['2026-11-21T18:00:00Z', '2026-11-21T18:00:00.000Z'],
    ['2026-11-21T18:00:00+02:00', '2026-11-21T16:00:00.000Z'],
    ['90s', '2026-11-21T19:58:30.000Z'],
    ['15m', '2026-11-21T19:45:00.000Z'],
    ['2h', '2026-11-21T18:00:00.000Z'],
    ['1d', '2026-11-20T20:00:00.000Z'],
  ])('since %s', (said, since) => expect(parse('--since', said)).toMatchObject({ since, actor: 'ann', yes: false, dryRun: false }));

  it('for some services, by somebody, without a question', () =>
    expect(parse('--since', '1h', '--service', 'payment', '--actor', 'bob', '--yes', '--json')).toMatchObject({
      places: { services: ['payment'] },
      actor: 'bob',
      yes: true,
      json: true,
    }));

  it('to help', () => expect(parse('--help')).toBe('help'));

  it.each<[string, string[], string]>([
    ['no time', [], '--since is missing'],
    ['a time that is none', ['--since', 'yesterday'], '--since "yesterday": say an instant'],
    ['a number that is no time', ['--since', '5'], '--since "5": say an instant'],
    ['the future', ['--since', '2999-01-01T00:00:00Z'], 'is in the future'],
    ['something else', ['--since', '1h', 'payment'], '"payment" means nothing here'],
    ['an unknown option', ['--until', '1h'], "Unknown option '--until'"],
  ])('in a wrong way: %s', (_, args, sentence) => expect(() => parse(...args)).toThrow(sentence));
});
