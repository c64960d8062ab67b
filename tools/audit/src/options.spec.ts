import { type AuditRequest, parseAudit } from './options.mjs';

const asked = (...args: string[]): AuditRequest => {
  const request = parseAudit(args, {});
  if (request === 'help') throw new Error('this asks for help');
  return request;
};

describe('what npm run audit is asked for', () => {
  it('is a look at the running system unless told otherwise', () =>
    expect(asked()).toEqual({
      task: 'audit',
      name: 'dev',
      databases: {},
      without: [],
      settled: false,
      graceMs: 5_000,
      keptMs: 144 * 3_600_000,
      stocked: {},
      limit: 20,
      orders: 1_000_000,
      build: true,
    }));

  it('can be that everything has come to rest, one order, the rules, or a measurement', () => {
    expect(asked('--settled')).toMatchObject({ task: 'audit', settled: true });
    expect(asked('--order', 'ABC')).toMatchObject({ task: 'order', order: 'abc' });
    expect(asked('--rules')).toMatchObject({ task: 'rules' });
    expect(asked('--measure')).toMatchObject({ task: 'measure', orders: 1_000_000 });
    expect(asked('--measure', '5000')).toMatchObject({ task: 'measure', orders: 5_000 });
  });

  it('says where the books are: by option, or else by the environment', () => {
    const env = {
      AUDIT_DATABASE_URL: 'postgres://all/',
      AUDIT_PAYMENT_DATABASE_URL: 'postgres://a/',
      AUDIT_ORDER_DATABASE_URL: 'postgres://o/',
    };
    expect(parseAudit(['--database', 'payment=postgres://b/?x=y', '--without=orchestrator', '--outside=none'], env)).toMatchObject({
      databaseUrl: 'postgres://all/',
      databases: { payment: 'postgres://b/?x=y', order: 'postgres://o/' },
      without: ['orchestrator'],
      outside: 'none',
    });
  });

  it('can be help, whatever else is wrong', () => expect(parseAudit(['--help', '--limit', 'x'])).toBe('help'));

  it.each([
    [['--order', 'a', '--rules'], '--order and --rules are two tasks: say one of them.'],
    [['5000'], '"5000" is no option.'],
    [['--limit', 'many'], '--limit "many": say a number.'],
    [['--without', 'payment'], '--without "payment": say one of notification, orchestrator.'],
    [['--database', 'postgres://x'], '--database "postgres://x": say a service and its database'],
    [['--database', 'billing=x'], '--database "billing": say one of order, inventory'],
    [['--stocked', 'tea'], '--stocked "tea": say a product and a number'],
    [['--colour'], "Unknown option '--colour'"],
  ])('is refused with a sentence that says what to say instead: %j', (args, text) => expect(() => parseAudit(args, {})).toThrow(text));
});
