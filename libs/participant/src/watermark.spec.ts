import { leftToRead, stalledSince, standingsOf } from './watermark';

const offsets = (...all: number[]) => new Map(all.map((offset, partition) => [partition, BigInt(offset)]));

describe('what is left to read up to a note', () => {
  it('is what was not committed', () => {
    expect(leftToRead(offsets(5, 7, 0), offsets(5, 6, 0))).toEqual(new Map([[1, 6n]]));
  });

  it('is everything where nothing was committed, and nothing where there never was anything', () => {
    expect(leftToRead(offsets(5, 0), new Map())).toEqual(new Map([[0, 0n]]));
  });

  it('is nothing where more was read than was noted', () => {
    expect(leftToRead(offsets(5), offsets(9))).toEqual(new Map());
  });

  it('is not what was thrown away', () => {
    expect(leftToRead(offsets(5, 9), offsets(2), offsets(5, 4))).toEqual(new Map([[1, 4n]]));
  });
});

describe('how long a partition has stood still', () => {
  const before = { 'a/0': { read: '4', since: '2026-01-01T00:00:00.000Z' }, 'a/1': { read: '7', since: '2026-01-01T00:00:05.000Z' } };
  const now = '2026-01-01T00:01:00.000Z';
  const left = (a: number, b: number) =>
    new Map([
      ['a/0', BigInt(a)],
      ['a/1', BigInt(b)],
    ] as const);

  it('is counted from when it was first seen there', () => {
    expect(standingsOf(left(4, 7), before, now)).toEqual(before);
    expect(stalledSince(before)).toBe('2026-01-01T00:00:00.000Z');
  });

  it('begins anew when it has moved, by however little', () => {
    const standings = standingsOf(left(5, 7), before, now);
    expect(standings).toEqual({ ...before, 'a/0': { read: '5', since: now } });
    expect(stalledSince(standings)).toBe('2026-01-01T00:00:05.000Z');
  });

  it('is forgotten with a partition that has been read', () => {
    expect(standingsOf(new Map([['a/1', 7n]]), before, now)).toEqual({ 'a/1': before['a/1'] });
    expect(stalledSince({})).toBeNull();
  });
});
