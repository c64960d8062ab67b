import { doneLines, groupTable, heldLines, heldPage, lasting, many, plain, valueLines } from './words.mjs';

const now = Date.parse('2026-01-01T12:00:00Z');
const group = {
  ...{
    service: 'payment',
    state: 'parked',
    reason: 'ProviderUnavailable',
    task: 'payment.ProcessPayment',
    count: 12,
    example: 'm#payment.ProcessPayment',
  },
  ...{ oldest: '2026-01-01T11:57:00Z', newest: '2026-01-01T11:59:19Z', text: 'nobody answers' },
};
const held = {
  ...{
    service: 'payment',
    id: 'm#payment.ProcessPayment',
    state: 'parked',
    task: 'payment.ProcessPayment',
    step: 'calling',
    process: 'place-order',
    saga: 's',
  },
  ...{
    topic: 'payment.commands',
    attempts: 3,
    reason: { code: 'Gone', text: 'nobody answers' },
    heldAt: '2026-01-01T11:58:00Z',
    dueAt: null,
  },
  lineage: {
    ...{ type: 'payment.ProcessPayment', source: '/orchestrator', time: '2026-01-01T11:57:59Z', process: 'place-order', saga: 's' },
    ...{ style: 'orchestration', cause: 'c', hop: '3', version: '1' },
  },
  headers: { ce_id: 'm', twice: ['a', { base64: '/w==' }] },
  ...{ key: { text: 's' }, value: { text: '{"orderId":"s"}' }, bytes: 15 },
  operations: [{ did: 'redrive', actor: 'zoe', note: null, at: '2026-01-01T11:59:00Z' }],
};

describe('what is told', () => {
  it('of groups is a table: what needs a person first, then what there is most of', () => {
    const groups = [
      { ...group, state: 'retrying', count: 1_340, task: 'hears', text: null },
      { ...group, state: 'aside', service: 'order', reason: 'schema', task: '', count: 2, newest: group.oldest },
      group,
    ];
    expect(groupTable(groups, now)).toEqual([
      'STATE     COUNT  SERVICE  TASK                    REASON               HELD FOR',
      'parked       12  payment  payment.ProcessPayment  ProviderUnavailable  41 s to 3 min',
      '          nobody answers',
      '          e.g. m#payment.ProcessPayment',
      'aside         2  order    –                       schema               3 min',
      '          nobody answers',
      '          e.g. m#payment.ProcessPayment',
      'retrying  1,340  payment  hears                   ProviderUnavailable  41 s to 3 min',
      '          e.g. m#payment.ProcessPayment',
    ]);
  });

  it('of a message says how it stands, what is known of its step, where it comes from, its headers, its value, and who did what', () => {
    expect(heldPage(held, now)).toEqual([
      'm#payment.ProcessPayment',
      '  at         payment',
      '  stands     parked for 2 min, after 3 attempts',
      '  because    Gone: nobody answers',
      '  asks for   payment.ProcessPayment',
      '  step       its outside call was made, and whether it has worked is not known',
      '  saga       place-order / s',
      '  style      orchestration, version 1',
      '  message    payment.ProcessPayment, from /orchestrator, made 2026-01-01T11:57:59Z',
      '  caused by  c, hop 3',
      '  topic      payment.commands, key s',
      '',
      '  headers',
      '    ce_id: m',
      '    twice: a',
      '    twice: base64 /w==',
      '',
      '  value (15 bytes)',
      '    {',
      '      "orderId": "s"',
      '    }',
      '',
      '  done about it',
      '    2026-01-01T11:59:00Z  zoe  redrive',
    ]);
  });

  it('of what nobody can read is what there is', () => {
    const aside = {
      ...held,
      state: 'aside',
      task: '',
      step: 'none',
      process: null,
      saga: null,
      lineage: {},
      headers: {},
      key: null,
      operations: [],
    };
    const lines = heldPage({ ...aside, value: { base64: Buffer.from([0x7b, 0xff, 0x41]).toString('base64') }, bytes: 3 }, now);
    expect(lines).toEqual(
      expect.arrayContaining([
        '  asks for   nobody can read it',
        '  saga       –',
        '  message    –',
        '  topic      payment.commands, key –',
        '    0000  7b ff 41                                         {.A',
      ]),
    );
    expect(lines.join()).not.toContain('step');
    expect(heldLines(aside, now)[0]).toBe('aside     payment  –  saga –  2 min  3 attempts');
  });

  it('of a message that waits for its turn, or is being tried, is when it is looked at again', () => {
    const dueAt = '2026-01-01T12:00:05Z';
    expect(heldPage({ ...held, state: 'retrying', dueAt }, now).join()).toContain(
      `retrying for 2 min, after 3 attempts, tried again at ${dueAt}`,
    );
    expect(heldPage({ ...held, state: 'calling', dueAt }, now).join()).toContain(`its lease ends at ${dueAt}`);
    expect(heldPage({ ...held, state: 'waiting', reason: null }, now).join()).toContain('because    it waits for its turn');
  });

  it('of a reason is its code once', () => {
    const reason = { code: 'Gone', text: 'Gone: nobody answers' };
    expect(heldPage({ ...held, reason }, now)).toContain('  because    Gone: nobody answers');
    expect(
      heldLines({ ...held, reason }, now)
        .at(-1)
        ?.trim(),
    ).toBe('Gone: nobody answers');
  });

  it('of what was done is what it came to, and why', () =>
    expect(doneLines({ service: 'payment', id: 'm#x', state: 'done', text: 'x is done' })).toEqual([
      'done      payment  m#x',
      '          x is done',
    ]));

  it('never speaks to the terminal, whatever a message holds', () => {
    const evil = '\u001b[2J\r\u202eabc\u0000\u2028';
    expect(plain(evil)).toBe('\\u{1b}[2J\\u{d}\\u{202e}abc\\u{0}\\u{2028}');
    const everywhere = {
      ...{
        ...held,
        id: evil,
        task: evil,
        step: evil,
        state: evil,
        process: evil,
        saga: evil,
        topic: evil,
        reason: { code: evil, text: evil },
        dueAt: evil,
      },
      ...{
        lineage: {
          type: evil,
          source: evil,
          time: evil,
          process: evil,
          saga: evil,
          style: evil,
          cause: evil,
          hop: evil,
          version: evil,
          ask: evil,
        },
      },
      ...{ headers: { [evil]: evil, many: [evil, evil] }, key: { text: evil }, value: { text: `${evil}\n${evil}` } },
      operations: [{ did: evil, actor: evil, note: evil, at: evil }],
    };
    const lines = [
      ...heldPage(everywhere, now),
      ...heldLines(everywhere, now),
      ...groupTable([{ ...group, state: evil, reason: evil, task: evil, example: evil, text: evil }], now),
      ...doneLines({ service: 'payment', id: evil, state: evil, text: evil }),
    ];
    expect(lines.filter((line) => plain(line) !== line)).toEqual([]);
  });

  it('of a value is its structure where JSON.parse changes nothing; else it is as it came', () => {
    expect(valueLines({ text: '{"a":[1]}' })).toEqual(['{', '  "a": [', '    1', '  ]', '}']);
    for (const text of ['{"n":9007199254740993}', '{"a":1,"a":2}', '{ "a": 1 }', 'no JSON']) expect(valueLines({ text })).toEqual([text]);
    expect(valueLines({ text: 'two\nlines' })).toEqual(['two', 'lines']);
    expect(valueLines(null)).toEqual(['there is none']);
    const lines = valueLines({ base64: Buffer.alloc(600, 'A').toString('base64') });
    expect(lines).toHaveLength(33);
    expect(lines[32]).toBe('and 88 bytes more; --json has all of them');
  });

  it('of times and numbers is short', () => {
    expect([0, -5, 119_000, 120_000, 7_199_000, 7_200_000, 180_000_000].map(lasting)).toEqual([
      '0 s',
      '0 s',
      '119 s',
      '2 min',
      '119 min',
      '2 h',
      '2 days',
    ]);
    expect([many(1, 'message'), many(1_340, 'message')]).toEqual(['1 message', '1,340 messages']);
  });
});
