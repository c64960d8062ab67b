import type { Outcome } from './audit';
import { differences } from './compare';

const confirmed: Outcome = { n: 1, status: 'confirmed', code: undefined, kept: 900, isShipped: true, isIssued: true };
const rejected: Outcome = { n: 1, status: 'rejected', code: 'payment-declined', kept: 0, isShipped: false, isIssued: false };

describe('two styles', () => {
  it('agree on equal outcomes with equal effects', () => expect(differences([confirmed], [confirmed], 'both')).toEqual([]));

  it.each([{ kept: 450 }, { isShipped: false }, { isIssued: false }])('differ where an equal outcome has another effect: %j', (other) => {
    expect(differences([confirmed], [{ ...confirmed, ...other }], 'both')).toMatchObject([{ promise: 'P13' }]);
  });

  it('differ on another outcome where nothing raced', () =>
    expect(differences([confirmed], [rejected], 'both')).toMatchObject([{ promise: 'P13' }]));

  it.each(['cancelled', 'timeout', 'no-stock'])('may end otherwise where something raced: %s', (code) =>
    expect(differences([confirmed], [{ ...rejected, code }], 'both')).toEqual([]),
  );
});
