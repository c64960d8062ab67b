import { type Message, Tale } from './tale.mjs';

/** A message that came so many milliseconds after the start. */
const message = (id: string, ms: number, cause?: string, more: Partial<Message> = {}): Message => ({
  ...{ id, type: `shop.${id}`, kind: 'event', service: 'shop', hop: 0, at: new Date(1_000_000 + ms).toISOString() },
  ...(cause !== undefined && { cause }),
  ...more,
});
const told = (all: ReturnType<Tale['hear']>) => all.map(({ message: { id }, depth, cause, sinceMs }) => [id, depth, cause?.id, sinceMs]);

describe('a tale of messages', () => {
  it('tells each once, with its cause, how deep it lies, and how long after the start', () => {
    const tale = new Tale();
    expect(told(tale.hear([message('a', 0)], 0))).toEqual([['a', 0, undefined, 0]]);
    expect(told(tale.hear([message('a', 0), message('b', 12, 'a'), message('c', 30, 'b')], 0))).toEqual([
      ['b', 1, 'a', 12],
      ['c', 2, 'b', 30],
    ]);
    expect(told(tale.hear([message('b', 12, 'a')], 0))).toEqual([]);
    expect(tale.messages.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  it('tells what was heard before its cause after it', () => {
    const tale = new Tale();
    expect(tale.hear([message('c', 30, 'b')], 0)).toEqual([]);
    expect(tale.hear([message('b', 12, 'a')], 10)).toEqual([]);
    expect(told(tale.hear([message('a', 0)], 20)).map(([id]) => id)).toEqual(['a', 'b', 'c']);
  });

  it('does not wait for ever for a cause that nobody hears', () => {
    const tale = new Tale();
    tale.hear([message('a', 0)], 0);
    tale.hear([message('x', 40, 'unheard', { hop: 3 })], 100);
    expect(tale.overdue(1_000)).toEqual([]);
    expect(told(tale.overdue(1_100))).toEqual([['x', 3, undefined, 40]]);
    expect(tale.overdue(9_999)).toEqual([]);
  });
});
