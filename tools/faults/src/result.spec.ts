import { exitCode, type Result, tellResults, whyNot } from './result';

const good: Result = {
  seed: 1,
  seconds: 60,
  style: 'mix',
  orders: { intended: 100, accepted: 90, ended: 90 },
  faults: [{ name: 'kill-service', fired: true, mended: true, inFlight: 3, recoverySeconds: 1.5 }],
  violations: [],
};
const fault = good.faults.slice(0, 1);

describe('what a run under faults came to', () => {
  it('counts when every fault happened while orders were in flight, and nine of ten orders were accepted', () => {
    expect(whyNot(good)).toEqual([]);
    expect(exitCode(good)).toBe(0);
  });

  it.each<[string, Partial<Result>]>([
    ['a fault did not happen', { faults: fault.map((one) => ({ ...one, fired: false })) }],
    ['a fault could not be mended', { faults: fault.map((one) => ({ ...one, mended: false })) }],
    ['a fault came when no order was in flight', { faults: fault.map((one) => ({ ...one, inFlight: 0 })) }],
    ['there was no fault', { faults: [] }],
    ['fewer orders were accepted', { orders: { intended: 100, accepted: 89, ended: 89 } }],
    ['no order was placed', { orders: { intended: 0, accepted: 0, ended: 0 } }],
  ])('does not count when %s, and ends with 2', (_, different) => {
    expect(whyNot({ ...good, ...different })).toHaveLength(1);
    expect(exitCode({ ...good, ...different })).toBe(2);
  });

  it('ends with 1 when a promise was broken, whether it counts or not', () => {
    const violations = [{ promise: 'P2', order: 'o-1', text: 'charged twice' }];
    expect(exitCode({ ...good, violations })).toBe(1);
    expect(exitCode({ ...good, faults: [], violations })).toBe(1);
    expect(exitCode(good, { ...good, violations })).toBe(1);
    expect(tellResults({ ...good, violations })).toContain('P2 o-1 charged twice');
  });

  it('is told as a table: how often each fault happened, also with another, with how much in flight, and the longest recovery', () => {
    const more = { fired: true, mended: true, inFlight: 7 };
    const faults = [...fault, { ...more, name: 'kill-service', with: 'replica', recoverySeconds: 4 }];
    expect(tellResults({ ...good, faults })).toContain(
      '| kill-service | 2 of 2   | 1            | 3 to 7           | 4                                  | 4       |',
    );
    expect(tellResults({ ...good, faults }, { ...good, seed: 2 })).toContain('| kill-service | 3 of 3 ');
    expect(tellResults(good, { ...good, seed: 2 })).toContain('Seed 2, mix, 60 s: 100 orders intended');
    const lost = { ...more, name: 'poison', recoverySeconds: null };
    expect(tellResults({ ...good, faults: [lost] })).toContain('1 not recovered');
  });
});
