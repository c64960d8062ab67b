import { help, parseFuzz } from './options.mjs';

describe('the options of npm run fuzz', () => {
  it('are a minute at everything, unless it is told otherwise', () => {
    expect(parseFuzz([])).toEqual({ seed: 1, seconds: 60, target: 'all', name: 'fuzz', isToBuild: true });
    const some = ['--seed', '9', '--seconds', '5', '--target', 'rest', '--name', 'other', '--no-build', '--json', 'a.json'];
    expect(parseFuzz(some)).toEqual({ seed: 9, seconds: 5, target: 'rest', name: 'other', isToBuild: false, json: 'a.json' });
  });

  it('are explained', () => {
    expect(parseFuzz(['--help'])).toBe('help');
    for (const option of ['seed', 'seconds', 'target', 'name', 'no-build', 'json']) expect(help).toContain(`--${option}`);
  });

  it.each([
    [['--seed', 'x'], '--seed "x": say a whole number'],
    [['--seconds', '0'], '--seconds "0"'],
    [['--target', 'mail'], '--target "mail": say one of kafka, rest, all'],
    [['--loud'], 'Unknown option'],
  ])('refuses %j with what is wrong', (args, text) => {
    expect(() => parseFuzz(args)).toThrow(text);
  });
});
