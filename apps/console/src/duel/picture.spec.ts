import { danced, led } from './duel.fixture';
import { pictureOf } from './picture';

const wayAt = (side: typeof led, said: number): unknown => {
  const { way } = pictureOf(side, said, true);
  return way && [way.from.id, way.to.map(({ id }) => id)];
};

describe('The picture of a flow', () => {
  it('has the steps in their order, without a leader one after the other, with a leader below it', () => {
    expect(pictureOf(danced, 0, false).boxes.map(({ id }) => id)).toEqual(['begin', 'store.Pack', 'till.Pay', 'post.Send', 'desk.Refuse']);
    expect(pictureOf(led, 0, false).boxes.map(({ id, y }) => [id, y])).toEqual([
      ['lead', 24],
      ['begin', 102],
      ['store.Pack', 102],
      ['till.Pay', 102],
      ['post.Send', 102],
      ['desk.Refuse', 180],
    ]);
  });

  it('moves an event of a dance to all who act on it', () => {
    expect([1, 2, 3, 4, 5].map((said) => wayAt(danced, said))).toEqual([
      ['begin', ['store.Pack']],
      ['store.Pack', ['till.Pay']],
      ['till.Pay', ['store.Pack', 'desk.Refuse']],
      ['store.Pack', []],
      ['desk.Refuse', []],
    ]);
  });

  it('moves a command from the leader to its owner, and the answer back', () => {
    expect([1, 2, 3, 6, 7].map((said) => wayAt(led, said))).toEqual([
      ['begin', ['lead']],
      ['lead', ['store.Pack']],
      ['store.Pack', ['lead']],
      ['lead', ['store.Pack']],
      ['store.Pack', ['lead']],
    ]);
  });

  it('moves nothing to a leader who did not ask for it', () => {
    const aside = { ...led, log: [...led.log, { ...led.log[2]!, id: 'aside', type: 'store.Counted', cause: led.log[8]!.id }] };
    expect(wayAt(aside, 10)).toEqual(['store.Pack', []]);
  });

  it('keeps room for a leader, and says that there is none, where another side has one', () => {
    const { boxes, leaderless } = pictureOf(danced, 1, false, true);
    expect(boxes[0]).toMatchObject({ id: 'begin', y: 102 });
    expect(leaderless).toMatchObject({ y: 24 });
    expect(pictureOf(danced, 1, false).leaderless).toBeUndefined();
  });

  it('moves nothing where the side stands still', () => {
    expect(pictureOf(led, 3, false).way).toBeUndefined();
  });
});
