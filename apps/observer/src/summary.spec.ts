import { Landscape } from './landscape';
import { effectsOf, lateAt, parkingIn, reasonIn, type Tallied, tallyChange } from './summary';
import { began, desk, landscape, manifests, orders, parcel, told, viewOf } from './told.fixture';

describe('what was said because of what', () => {
  const messages = told('choreography', 'desk.Taken', 'store.Packed', 'till.Paid', 'post.Sent', 'desk.Closed');
  const counted = (read: readonly (readonly string[])[]): string[] => {
    const heard = new Set<string>();
    return read.flatMap((batch) => {
      for (const id of batch) heard.add(id);
      const known = messages.filter(({ id }) => heard.has(id));
      return effectsOf(parcel, known, new Set(batch)).map(({ cause, effect, ms }) => `${cause?.type ?? ''} > ${effect.type} ${ms}`);
    });
  };

  it('is counted once, whatever was read first', () => {
    const ids = messages.map(({ id }) => id);
    const all = ['desk.Taken > store.Packed 10', 'store.Packed > till.Paid 10', 'till.Paid > post.Sent 10', 'post.Sent > desk.Closed 10'];
    for (const order of orders(ids)) {
      const one = counted(order.map((id) => [id]));
      const together = counted([order]);
      const halves = counted([order.slice(0, 2), order.slice(2)]);
      for (const times of [one, together, halves]) expect(times.toSorted()).toEqual([' > desk.Taken 0', ...all].toSorted());
    }
  });

  it('tells no duration of what was only asked for again, or is void', () => {
    const again = told(
      'orchestration',
      'desk.Taken',
      'store.Pack',
      ['store.Pack', { ask: 'again', after: 'desk.Taken' }],
      ['store.NotPacked', { void: true }],
    );
    const classes = effectsOf(parcel, again, new Set(again.map(({ id }) => id))).map(({ effect, class: index }) => [
      effect.type,
      index >= 0,
    ]);
    expect(classes).toEqual([
      ['desk.Taken', false],
      ['store.Pack', true],
      ['store.Pack', false],
      ['store.NotPacked', false],
    ]);
  });
});

describe('the tally', () => {
  const open: Tallied = { process: parcel, style: 'hybrid', startedAt: began, endedAt: undefined, state: 'running', reason: undefined };
  const ended: Tallied = { ...open, endedAt: began + 60_000, state: 'compensated', reason: 'declined' };
  const counts = (before: Tallied | undefined, now: Tallied) =>
    tallyChange(before, now).map(({ minute, what, reason, count }) => [minute - Date.parse('2030-01-01T14:02:00Z'), what, reason, count]);

  it('counts a saga in the minute in which it began, and in the one in which it ended', () => {
    expect(counts(undefined, open)).toEqual([[0, 'started', '', 1]]);
    expect(counts(open, ended)).toEqual([[60_000, 'compensated', 'declined', 1]]);
  });
  it('does not count again what has not changed', () => {
    expect(counts(ended, ended)).toEqual([]);
  });
  it('moves what turns out to have been otherwise', () => {
    expect(counts(ended, { ...ended, startedAt: began - 60_000, reason: 'timeout' })).toEqual([
      [0, 'started', '', -1],
      [60_000, 'compensated', 'declined', -1],
      [-60_000, 'started', '', 1],
      [60_000, 'compensated', 'timeout', 1],
    ]);
  });
});

describe('what is read from bodies of unknown classes', () => {
  it('is a reason where it is one', () => {
    expect(reasonIn({ reason: { code: 'a', text: 'b', more: 1 } })).toEqual({ code: 'a', text: 'b' });
    for (const reason of [null, 'a', {}, { code: 1, text: 'b' }]) expect(reasonIn({ reason })).toBeUndefined();
  });
  it('is a message that waits for a person only where the runtime says so', () => {
    const body = { service: 'till', command: 'till.Pay', messageId: 'm', role: 'undo', code: 'Broken', text: 'it is' };
    expect(parkingIn({ type: 'duet.MessageParked', body })).toMatchObject({ freed: false, role: 'undo', reason: { code: 'Broken' } });
    expect(parkingIn({ type: 'duet.MessageFreed', body })).toMatchObject({ freed: true });
    expect(parkingIn({ type: 'till.MessageParked', body })).toBeUndefined();
    expect(parkingIn({ type: 'duet.MessageParked', body: { service: 7 } })).toBeUndefined();
  });
});

describe('a saga as a whole', () => {
  const keeping = new Landscape([{ ...desk, deadlineMs: 60_000 }, ...manifests.slice(1)]);
  const late = (since: number, style: 'choreography' | 'orchestration', known = keeping) =>
    lateAt(since, viewOf(told(style, 'desk.Taken'), known), parcel, known);

  it('is late by the deadline of whoever began it, where nobody leads it', () => {
    expect(late(began + 59_999, 'choreography')).toBe(began + 60_000);
    expect(late(began, 'orchestration')).toBeUndefined();
    expect(late(began, 'choreography', landscape)).toBeUndefined();
  });
  it('gives its own time to what is asked for when that has passed', () => {
    expect(late(began + 60_000, 'choreography')).toBeUndefined();
  });
});
