import { type Case, casesOf, roundsOf, sampleOf, shuffled } from './cases';

const met = { payment: { 'after:db:commit': 9, 'before:outside:mail': 1 }, order: { 'after:db:commit': 2 } };

describe('the cases of a style', () => {
  it('are every label that a service has met: the first meeting, the last, and between', () =>
    expect(casesOf('hybrid', met, 3).map(({ service, label, nth }) => `${service} ${label} ${nth}`)).toEqual([
      'payment after:db:commit 1',
      'payment after:db:commit 5',
      'payment after:db:commit 9',
      'payment before:outside:mail 1',
      'order after:db:commit 1',
      'order after:db:commit 2',
    ]));

  it('are the first meetings alone, if no more is asked for', () =>
    expect(casesOf('hybrid', met, 1).map(({ nth }) => nth)).toEqual([1, 1, 1]));
});

describe('rounds', () => {
  const cases = [...casesOf('hybrid', met, 3), ...casesOf('choreography', met, 3)];

  it('have every case once, a style each, and let no service die twice', () => {
    const rounds = roundsOf(shuffled(cases, 7), 6);
    expect(new Set(rounds.flat())).toEqual(new Set(cases));
    expect(rounds.flat()).toHaveLength(cases.length);
    for (const round of rounds) {
      expect(new Set(round.map(({ style }) => style)).size).toBe(1);
      expect(new Set(round.map(({ service }) => service)).size).toBe(round.length);
    }
  });

  it('let no more services die than they may', () =>
    expect(roundsOf(cases, 1).every((round: readonly Case[]) => round.length === 1)).toBe(true));

  it('take turns with their styles, and a sample has the first of them', () => {
    const rounds = roundsOf(cases, 6);
    expect(rounds.map(([first]) => first?.style)).toEqual([
      'hybrid',
      'choreography',
      'hybrid',
      'choreography',
      'hybrid',
      'choreography',
      'hybrid',
      'choreography',
    ]);
    expect(sampleOf(rounds, 3)).toEqual([rounds[0], rounds[1]?.slice(0, 1)]);
  });

  it('are the same for the same seed, and others for another', () => {
    expect(shuffled([...cases].reverse(), 7)).toEqual(shuffled(cases, 7));
    expect(shuffled(cases.slice(3), 7)).toEqual(shuffled(cases, 7).filter((one) => cases.indexOf(one) >= 3));
    expect(shuffled(cases, 7)).not.toEqual(shuffled(cases, 8));
  });
});
