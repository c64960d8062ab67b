import type { LedOperationView } from '../api/types';
import { type Did, didToHeld, didToLed, didToOrder, journalOf, nextRound, type Part } from './journal';

const did = (at: number, service: string): Did => ({
  ...{ at: new Date(at).toISOString(), service, actor: 'zoe', did: 'redrive', cameTo: 'done', tone: 'good' },
  ...{ about: undefined, process: undefined, saga: undefined, note: undefined },
});
const part = (book: string, times: readonly number[], next?: string): Part => ({
  ...{ book, items: times.map((at) => did(at, book)), next },
});
const timesOf = (rounds: readonly (readonly Part[])[]): string[] =>
  journalOf(rounds).map(({ at, service }) => `${service}${Date.parse(at)}`);

describe('The journal of several books', () => {
  it('is one row, the latest first', () => {
    expect(timesOf([[part('a', [9, 5]), part('b', [7, 6])]])).toEqual(['a9', 'b7', 'b6', 'a5']);
  });

  it('keeps back what is older than what a book has still to tell', () => {
    const first = [part('a', [9, 8], 'rest'), part('b', [10, 3])];
    expect(timesOf([first])).toEqual(['b10', 'a9', 'a8']);
    expect(nextRound(first)).toEqual({ a: 'rest' });
    const second = [part('a', [7, 2])];
    expect(timesOf([first, second])).toEqual(['b10', 'a9', 'a8', 'a7', 'b3', 'a2']);
    expect(nextRound(second)).toBeUndefined();
  });
});

describe('An entry', () => {
  const saga = { process: 'place-order', saga: 'x' };
  const held = { ...saga, did: 'redrive', actor: 'zoe', note: null, at: '', task: 'till.Pay', messageId: 'm', reason: null } as const;
  const led: LedOperationView = { ...saga, did: 'retry', actor: 'zoe', at: '', text: '', sent: [], status: 'running', input: {} };

  it('about a held message says what has become of it', () => {
    expect(didToHeld('till', { ...held, state: 'done' })).toMatchObject({
      about: 'till.Pay',
      cameTo: 'done',
      tone: 'good',
      note: undefined,
    });
    expect(didToHeld('till', { ...held, state: 'parked', reason: 'nobody answers' })).toMatchObject({
      ...{ cameTo: 'failed again: nobody answers', tone: 'bad' },
    });
    expect(didToHeld('till', { ...held, task: '', state: 'dropped' })).toMatchObject({ about: undefined, cameTo: 'given up' });
  });

  it('about a saga that is led says what was asked for, how it stands now, or why nothing was done', () => {
    const sent = [{ command: 'till.Pay', ask: 'now' as const }];
    expect(didToLed('leader', { ...led, sent })).toMatchObject({ did: 'retry now', about: 'till.Pay', cameTo: 'now running' });
    expect(didToLed('leader', { ...led, status: 'compensation_failed' })).toMatchObject({ cameTo: 'now compensation failed', tone: 'bad' });
    expect(didToLed('leader', { ...led, refused: { code: 'ended', text: 'it has ended' } })).toMatchObject({
      ...{ cameTo: 'refused: it has ended', tone: 'bad' },
    });
    expect(didToLed('leader', { ...led, did: 'done', command: 'till.PayBack', input: { note: 'in cash' } as never })).toMatchObject({
      ...{ did: 'done by hand', about: 'till.PayBack', note: 'in cash' },
    });
  });

  it('about an order that nobody leads says whether it was too late', () => {
    const asked = { orderId: 'x', did: 'cancel', actor: 'zoe', at: '' } as const;
    expect(didToOrder('order', 'place-order', { ...asked, status: 'confirmed' })).toMatchObject({
      saga: 'x',
      cameTo: 'too late: it is confirmed',
    });
    expect(didToOrder('order', 'place-order', { ...asked, status: 'cancelled' })).toMatchObject({ cameTo: 'now cancelled', tone: 'undo' });
  });
});
