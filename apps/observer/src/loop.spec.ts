import { maxHops } from '@duet/message';
import { loopOf, loopText } from './loop';
import { orders, told } from './told.fixture';

const rounds = (count: number) =>
  told('choreography', 'desk.Taken', ...Array.from({ length: count }, () => ['a.Pinged', 'b.Ponged']).flat());

describe('a loop', () => {
  it('is seen when a message stands in its own lineage for the third time, long before the limit of hops', () => {
    expect(loopOf(rounds(2))).toBeUndefined();
    const loop = loopOf(rounds(3))!;
    expect(loop).toMatchObject({ round: ['a.Pinged', 'b.Ponged'], times: 3, stopped: false });
    expect(loop.lineage).toHaveLength(7);
    expect(loopText(loop)).toBe('a.Pinged → b.Ponged → a.Pinged, 3 times');
  });

  it('is stopped over the limit of hops, and says where', () => {
    const loop = loopOf(rounds(33))!;
    expect(loop.stopped).toBe(true);
    expect(loopText(loop)).toBe(`a.Pinged → b.Ponged → a.Pinged, 33 times; stopped at hop ${maxHops + 2}`);
  });

  it('is the same in whatever order its messages were read', () => {
    for (const order of orders(rounds(4))) expect(loopOf(order)).toEqual(loopOf(rounds(4)));
  });

  it('is none where a command was asked for again', () => {
    const again = Array.from({ length: 5 }, () => ['store.Pack', { ask: 'again' }] as const);
    expect(loopOf(told('orchestration', 'desk.Taken', ...again))).toBeUndefined();
  });

  it('is none where many messages follow from one', () => {
    const many = Array.from({ length: 50 }, () => ['a.Pinged', { after: 'desk.Taken' }] as const);
    expect(loopOf(told('choreography', 'desk.Taken', ...many))).toBeUndefined();
  });
});
