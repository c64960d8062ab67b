import { figuresOf, framesOf, knowingOf, leaderOf, stateAt, stepStateAt } from './duel';
import { danced, edges, led, logOf } from './duel.fixture';

const typesOf = (sides: Parameters<typeof framesOf>[0]): string[][] =>
  framesOf(sides).map(({ moves }) => moves.map((message) => message?.type ?? '-'));

describe('A duel', () => {
  it('shows the same event of both sides in one step, and a command in a step of its own', () => {
    expect(typesOf([danced, led])).toEqual([
      ['desk.Taken', 'desk.Taken'],
      ['-', 'store.Pack'],
      ['store.Packed', 'store.Packed'],
      ['-', 'till.Pay'],
      ['till.NotPaid', 'till.NotPaid'],
      ['-', 'store.Unpack'],
      ['store.Unpacked', 'store.Unpacked'],
      ['-', 'desk.Refuse'],
      ['desk.Refused', 'desk.Refused'],
    ]);
  });

  it('shows every message once, in the order of its side, also where the sides say things in another order', () => {
    const other = { log: logOf(['desk.Taken'], ['desk.Refused'], ['store.Unpacked'], ['only.Here']) };
    const frames = framesOf([danced, other, led]);
    for (const [n, side] of [danced, other, led].entries()) expect(frames.flatMap(({ moves }) => moves[n] ?? [])).toEqual(side.log);
    expect(frames.at(-1)?.said).toEqual([5, 4, 9]);
  });

  it('goes on with the side that has something to say while the other is silent', () => {
    expect(typesOf([{ log: danced.log.slice(0, 2) }, { log: [] }])).toEqual([
      ['desk.Taken', '-'],
      ['store.Packed', '-'],
    ]);
    expect(framesOf([{ log: [] }])).toEqual([]);
    const ahead = [{ log: danced.log.slice(0, 2) }, { log: led.log.slice(0, 2) }];
    expect(typesOf(ahead).slice(1)).toEqual([
      ['-', 'store.Pack'],
      ['store.Packed', '-'],
    ]);
  });

  it('knows how a step stood then', () => {
    const states = (said: number): string[] => danced.steps.map((step) => stepStateAt(step, danced.log.slice(0, said)));
    expect(states(0)).toEqual(['open', 'open', 'open', 'open']);
    expect(states(1)).toEqual(['waiting', 'open', 'open', 'open']);
    expect(states(2)).toEqual(['done', 'waiting', 'open', 'open']);
    expect(states(3)).toEqual(['done', 'refused', 'open', 'waiting']);
    expect(states(5)).toEqual(['undone', 'refused', 'open', 'done']);
    expect(stepStateAt(led.steps[0]!, led.log.slice(0, 6))).toBe('undoing');
  });

  it('knows how the whole stood then', () => {
    const saga = { ...led, state: 'compensated' as const };
    expect([1, 4, 5, 8, 9].map((said) => stateAt(saga, said))).toEqual([
      'running',
      'running',
      'compensating',
      'compensating',
      'compensated',
    ]);
    const waits = { ...danced.steps[0]!, answer: undefined, state: 'parked' as const };
    const { answer: _, ...step } = waits;
    expect(stateAt({ log: danced.log, steps: [step], state: 'running' }, 1)).toBe('parked');
  });

  it('has nobody who knows the whole in a dance, and a leader who does', () => {
    expect(leaderOf(danced)).toBeUndefined();
    expect(knowingOf(danced, 5, edges)).toEqual([
      { service: 'store', messages: 4, leads: false },
      { service: 'desk', messages: 3, leads: false },
      { service: 'till', messages: 2, leads: false },
    ]);
    const leading = knowingOf(led, 8, edges)[0];
    expect(leading).toEqual({ service: 'leader', messages: 8, leads: true });
  });

  it('counts what was said so far', () => {
    expect(figuresOf(led, 5)).toEqual({ messages: 5, commands: 2, hops: 4, ms: 40 });
    expect(figuresOf(led, 0)).toEqual({ messages: 0, commands: 0, hops: 0, ms: 0 });
  });
});
