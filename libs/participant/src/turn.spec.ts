import { after, allowedAnswer, nextTurn, type Ask, type Queued, type Standing, type Step, type StepState } from './turn';

const action = (calls = false): Ask => ({ step: 'Charge', role: 'action', calls });
const undo = (calls = false): Ask => ({ step: 'Refund', role: 'undo', of: 'Charge', calls });
const cancel = (calls = false): Ask => ({ step: 'Cancel', role: 'cancel', of: 'Charge', calls });
const other: Ask = { step: 'Other', role: 'action', calls: false };
const q = (ask: Ask, standing: Standing = { is: 'fresh' }): Queued => ({ ask, standing });
const steps = (states: Record<string, StepState>, outcomeId?: string) =>
  new Map(Object.entries(states).map(([name, state]): [string, Step] => [name, { state, outcomeId }]));

describe('what a saga does next', () => {
  it('waits when nothing is queued', () => expect(nextTurn([], steps({}))).toEqual({ do: 'wait' }));

  it('handles a new command, or calls first where there is an outside call', () => {
    expect(nextTurn([q(action())], steps({}))).toMatchObject({ do: 'handle', action: 'none' });
    expect(nextTurn([q(action(true))], steps({}))).toMatchObject({ do: 'call', action: 'none' });
  });

  it.each<StepState>(['done', 'refused', 'undone', 'calling'])('drops a second command for a step that is %s', (state) => {
    expect(nextTurn([q(action(true))], steps({ Charge: state }, 'x'))).toMatchObject({ do: 'drop' });
  });

  it('refuses a late action once, and drops the next', () => {
    expect(nextTurn([q(action(true))], steps({ Charge: 'tombstone' }))).toMatchObject({ do: 'refuse-late' });
    expect(nextTurn([q(action(true))], steps({ Charge: 'tombstone' }, 'told'))).toMatchObject({ do: 'drop' });
  });

  it('keeps the queue waiting behind a call in flight and behind what failed', () => {
    const calling = steps({ Charge: 'calling' });
    expect(nextTurn([q(action(true), { is: 'in-flight' }), q(other)], calling)).toEqual({ do: 'wait' });
    expect(nextTurn([q(other, { is: 'blocked' }), q(action())], steps({}))).toEqual({ do: 'wait' });
  });

  it('lets what is no part of the saga wait behind nothing, not a call in flight nor what waits for a person, and nothing behind it', () => {
    const told = q({ step: undefined, role: 'hears', calls: false, apart: true });
    expect(nextTurn([q(other, { is: 'blocked' }), q(action()), told], steps({}))).toEqual({ do: 'handle', at: told, action: 'none' });
    expect(nextTurn([q(action(true), { is: 'in-flight' }), told], steps({ Charge: 'calling' }))).toMatchObject({ do: 'handle', at: told });
    const failed = { ...told, standing: { is: 'blocked' } as const };
    expect(nextTurn([q(other), failed], steps({}))).toMatchObject({ do: 'handle', at: { ask: other } });
    expect(nextTurn([failed, q(other)], steps({}))).toMatchObject({ do: 'handle', at: { ask: other } });
    expect(nextTurn([failed], steps({}))).toEqual({ do: 'wait' });
  });

  it('handles what a call answered, and calls again what is due', () => {
    const calling = steps({ Charge: 'calling' });
    expect(nextTurn([q(action(true), { is: 'answered' })], calling)).toMatchObject({ do: 'handle' });
    expect(nextTurn([q(action(true), { is: 'due' })], calling)).toMatchObject({ do: 'call' });
  });
});

describe('an undo or a cancel question overtakes its own action and nothing else', () => {
  const held = q(action(true), { is: 'waiting' });

  it('goes before an action that is held and was never called', () => {
    for (const ask of [undo(true), cancel(true)]) {
      const late = q(ask);
      expect(nextTurn([held, late], steps({}))).toEqual({ do: 'handle', at: late, action: 'none' });
    }
  });

  it('goes before an action that failed and was never called', () => {
    const late = q(undo());
    expect(nextTurn([q(action(), { is: 'blocked' }), late], steps({}))).toEqual({ do: 'handle', at: late, action: 'none' });
  });

  it('does not overtake an action that has just arrived with it: a batch ends as one by one', () => {
    const just = q(action());
    expect(nextTurn([just, q(undo())], steps({}))).toEqual({ do: 'handle', at: just, action: 'none' });
  });

  it('waits while the call is in flight, and until its answer is recorded', () => {
    const calling = steps({ Charge: 'calling' });
    expect(nextTurn([q(action(true), { is: 'in-flight' }), q(undo(true))], calling)).toEqual({ do: 'wait' });
    const answered = q(action(true), { is: 'answered' });
    expect(nextTurn([answered, q(undo(true))], calling)).toEqual({ do: 'handle', at: answered, action: 'none' });
  });

  it('goes by the key when the call failed or its lease ended: the action is not called again', () => {
    const calling = steps({ Charge: 'calling' });
    for (const standing of [{ is: 'blocked' }, { is: 'due' }] as const) {
      const late = q(undo(true));
      expect(nextTurn([q(action(true), standing), late], calling)).toEqual({ do: 'call', at: late, action: 'unknown' });
    }
  });

  it('does not overtake another message that waits', () => {
    expect(nextTurn([q(other, { is: 'blocked' }), q(undo())], steps({}))).toEqual({ do: 'wait' });
    expect(nextTurn([held, q(other), q(undo())], steps({}))).toMatchObject({ do: 'call', at: held });
  });
});

describe('the table of the undo and the cancel question', () => {
  const cases: [string, Ask, Record<string, StepState>, 'call' | 'handle', string, 'success' | 'refusal', string | undefined][] = [
    ['an undo without its action', undo(true), {}, 'handle', 'none', 'success', 'tombstone'],
    ['an undo of something done', undo(true), { Charge: 'done' }, 'call', 'done', 'success', 'undone'],
    ['an undo of something refused', undo(true), { Charge: 'refused' }, 'handle', 'refused', 'success', undefined],
    ['an undo after a tombstone', undo(true), { Charge: 'tombstone' }, 'handle', 'refused', 'success', undefined],
    ['an undo of something undone', undo(true), { Charge: 'undone' }, 'handle', 'refused', 'success', undefined],
    ['an undo of a call with unknown outcome', undo(true), { Charge: 'calling' }, 'call', 'unknown', 'success', 'tombstone'],
    ['a question without its action', cancel(true), {}, 'handle', 'none', 'success', 'tombstone'],
    ['a question about something done', cancel(true), { Charge: 'done' }, 'handle', 'done', 'refusal', undefined],
    ['a question about something refused', cancel(true), { Charge: 'refused' }, 'handle', 'refused', 'success', undefined],
    ['a question about a call with unknown outcome', cancel(true), { Charge: 'calling' }, 'call', 'unknown', 'success', 'tombstone'],
  ];
  it.each(cases)('%s', (_, ask, states, does, action, answer, leaves) => {
    const turn = nextTurn([q(ask)], steps(states, 'x'));
    expect(turn).toMatchObject({ do: does, action });
    const state = turn.do === 'call' || turn.do === 'handle' ? turn.action : 'none';
    expect(allowedAnswer(ask.role, state)).toBe(answer);
    expect(after(ask.role, state, answer === 'success').of).toBe(leaves);
  });
});
