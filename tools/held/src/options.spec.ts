import { help, parseHeld } from './options.mjs';

const here = { user: () => 'zoe' };
const parsed = (...args: string[]) => parseHeld(args, here);
const nowhere = { places: { services: [], urls: new Map() }, json: false };
const doing = { actor: 'zoe', dryRun: false, yes: false };

describe('what npm run held is asked for', () => {
  it('is a list of everything, by reason, unless told otherwise', () => {
    expect(parsed()).toEqual({ command: 'list', filter: {}, each: false, limit: 200, ...nowhere });
    expect(
      parsed('list', '--reason', 'Gone', '--task=payment.ProcessPayment', '--state', 'calling', '--each', '--limit', '7'),
    ).toMatchObject({
      filter: { reason: 'Gone', task: 'payment.ProcessPayment', state: 'calling' },
      each: true,
      limit: 7,
    });
  });

  it('can be a look at some, each once', () =>
    expect(parsed('show', 'a#b', 'c#d', 'a#b')).toMatchObject({ command: 'show', ids: ['a#b', 'c#d'] }));

  it('can be something about one, or about a group', () => {
    expect(parsed('redrive', 'a#b')).toEqual({ command: 'redrive', ids: ['a#b'], ...doing, ...nowhere });
    expect(parsed('redrive', '--all', '--state', 'retrying', '--yes')).toEqual({
      ...{ command: 'redrive', ids: [], filter: { state: 'retrying', all: true } },
      ...{ ...doing, yes: true, ...nowhere },
    });
    expect(parsed('drop', '--state', 'aside', '--reason', 'schema', '--note', 'a test', '--dry-run', '--actor', 'yan')).toEqual({
      ...{ command: 'drop', ids: [], filter: { state: 'aside', reason: 'schema' }, note: 'a test' },
      ...{ actor: 'yan', dryRun: true, yes: false, ...nowhere },
    });
  });

  it('can be what was done by hand', () =>
    expect(parsed('settle', 'a#b', '--outcome', 'x.Y', '--body', '{}', '--note', 'n')).toEqual({
      ...{ command: 'settle', id: 'a#b', outcome: 'x.Y', body: '{}', note: 'n', actor: 'zoe' },
      ...nowhere,
    }));

  it('can be asked of some services, also elsewhere', () => {
    expect(parsed('--service', 'payment', '--service=order', '--json')).toMatchObject({
      places: { services: ['payment', 'order'] },
      json: true,
    });
    expect(parsed('--url', 'payment=http://10.0.0.5:80/', '--url', 'order=https://o.example/api?x=1')).toMatchObject({
      places: {
        urls: new Map([
          ['payment', 'http://10.0.0.5:80'],
          ['order', 'https://o.example/api?x=1'],
        ]),
      },
    });
  });

  it('can be help, whatever else is wrong', () => expect(parsed('fly', '--help')).toBe('help'));

  it.each([
    [['fly'], '"fly": say one of list, show, redrive, settle, drop.'],
    [['list', 'a#b'], 'list takes no ids: say show a#b.'],
    [['list', '--state', 'open'], '--state "open": say one of parked, aside, retrying, waiting, calling.'],
    [['list', '--limit', '3'], '--limit goes with --each.'],
    [['list', '--each', '--limit', '0'], '--limit "0": say a whole number'],
    [['list', '--each', '--limit', '1e9'], '--limit "1e9": say a whole number'],
    [['list', '--reason', ''], '--reason is empty.'],
    [['list', '--all'], '--all means nothing to list.'],
    [['list', '--yes'], '--yes means nothing to list.'],
    [['show'], 'show needs an id'],
    [['drop', 'a', '', '--note', 'x'], 'An id is empty.'],
    [['show', 'a', '--reason', 'x'], '--reason means nothing to show.'],
    [['redrive'], 'Say what to redrive: an id, or --reason, --task or --all.'],
    [['redrive', '--state', 'parked'], '--state parked alone is everything that stands so: say --all'],
    [['redrive', '--state', 'aside', '--all'], '--state "aside": say one of parked, retrying.'],
    [['redrive', 'a', '--reason', 'x'], 'Say to redrive either ids or a filter, not both.'],
    [['redrive', '--all', '--reason', 'x'], '--all is whatever the reason and the task'],
    [['redrive', 'a', '--note', 'x'], '--note means nothing to redrive.'],
    [['redrive', 'a', '--actor', ' '], '--actor is "": say --actor with 1 to 100 Latin characters.'],
    [['redrive', 'a', '--actor', 'Зоя'], '--actor is "Зоя"'],
    [['drop', 'a'], 'drop needs --note: say why'],
    [['drop', 'a', '--note', ' '], 'drop needs --note: say why'],
    [['drop', '--all', '--state', 'waiting', '--note', 'x'], '--state "waiting": say one of parked, retrying, aside.'],
    [['settle', '--body', '{}', '--note', 'x'], 'settle needs one id'],
    [['settle', 'a', 'b', '--body', '{}', '--note', 'x'], 'settle needs one id'],
    [['settle', 'a', '--note', 'x'], 'settle needs --body'],
    [['settle', 'a', '--body', '{}'], 'settle needs --note'],
    [['settle', 'a', '--body', '{}', '--note', 'x', '--yes'], '--yes means nothing to settle.'],
    [['--url', 'payment'], '--url payment: say a service and its address'],
    [['--url', 'http://localhost:3002'], 'say a service and its address, such as payment=http://127.0.0.1:3002.'],
    [['--url', 'payment=ftp://x'], '--url payment=ftp://x: say a service and its address'],
    [['--url', 'payment=http://x', '--service', 'order'], '--service order: with --url, only payment can be asked.'],
    [['--color'], "Unknown option '--color'"],
    [['--reason'], "Option '--reason <value>' argument missing"],
  ])('is refused with a sentence that says what to say instead: %j', (args, text) => {
    expect(() => parsed(...args)).toThrow(text);
    expect(() => parsed(...args)).toThrow('npm run held -- --help explains it.');
  });

  it('needs a name where the machine has none to give', () => {
    const nobody = { user: () => '' };
    expect(() => parseHeld(['redrive', 'a'], nobody)).toThrow('Your name on this machine is "": say --actor');
    expect(parseHeld(['redrive', 'a', '--actor', 'zoe'], nobody)).toMatchObject({ actor: 'zoe' });
    expect(parseHeld(['list'], nobody)).toMatchObject({ command: 'list' });
  });

  it('is explained with every option and every exit status', () => {
    for (const said of [
      '--reason',
      '--task',
      '--state',
      '--all',
      '--service',
      '--each',
      '--limit',
      '--actor',
      '--note',
      '--outcome',
      '--body',
    ])
      expect(help).toContain(`  ${said} `);
    for (const said of ['--dry-run', '--yes', '--url', '--json', '--help', '0 it was done', '1 not all', '2 it was asked', '3 a service'])
      expect(help).toContain(said);
  });
});
