import { context, decode, Malformed } from '@duet/message';
import { chance } from '@duet/testbed';
import { IsInt, IsUUID } from 'class-validator';
import fc from 'fast-check';
import { asReceived, mutated, rightMessage } from './index';

class OrderDone extends context('shop').event('OrderDone') {
  @IsUUID() orderId!: string;
  @IsInt() total!: number;
}
const saga = '7f3f1c52-1d0f-4a5e-9d53-0d0c1f2e3a4b';
const right = rightMessage('shop.OrderDone', JSON.stringify({ orderId: saga, total: 1 }), { saga, id: 'm-1' });

/** Milliseconds that one message may take at most: the machine may be busy with something else. */
const mostMs = 1_000;

describe('a right message with anything changed', () => {
  it('is read, or refused with a reason, soon, and never anything else', () => {
    const codes = new Set<string>();
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const message = asReceived('shop.events', mutated(right, chance(seed)));
        const began = performance.now();
        try {
          decode(message, OrderDone);
          codes.add('taken');
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed);
          codes.add((error as Malformed).code);
        }
        expect(performance.now() - began).toBeLessThan(mostMs);
      }),
      { numRuns: 5_000 },
    );
    // Not only the first thing that is looked at is changed.
    expect([...codes].sort()).toEqual(
      expect.arrayContaining(['facts', 'header', 'no-type', 'not-json', 'not-utf8', 'schema', 'style', 'subject', 'taken', 'version']),
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('has the same bytes for the same seed', () => {
    for (const seed of [1, 2, 3]) expect(mutated(right, chance(seed))).toEqual(mutated(right, chance(seed)));
    expect(mutated(right, chance(1))).not.toEqual(mutated(right, chance(2)));
  });
});
