import { type Duel, duelOf, duelPath } from './address';

const read = (path: string): Duel => duelOf(new URLSearchParams(path.split('?')[1]));

describe('The address of a duel', () => {
  it('holds the sagas by their styles and the step, so that it can be shared', () => {
    const duel: Duel = {
      sides: [
        { style: 'choreography', id: 'a' },
        { style: 'hybrid', id: 'b' },
      ],
      step: 4,
      stock: 50,
    };
    expect(duelPath(duel)).toBe('/duel?choreography=a&hybrid=b&stock=50&step=4');
    expect(read(duelPath(duel))).toEqual(duel);
  });

  it('without a step shows the latest, and without sagas none', () => {
    expect(read('/duel?orchestration=a&step=last&stock=some')).toEqual({ sides: [{ style: 'orchestration', id: 'a' }], step: undefined });
    expect(duelPath(read('/duel'))).toBe('/duel');
  });
});
