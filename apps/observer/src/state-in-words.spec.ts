import { keptOfOne } from './bounds';
import { stateInWords, withBeyond, withUsual } from './state-in-words';
import { parking, told, viewOf } from './told.fixture';

const words = (...said: Parameters<typeof told>): string => stateInWords(viewOf(told(...said)));

describe('a saga in words', () => {
  it('says for whom it waits, since when, and how long that usually takes', () => {
    expect(withUsual(words('choreography', 'desk.Taken', 'store.Packed', 'till.Paid'), 40)).toBe(
      'waiting for post since 14:02:11 (usually 40 ms)',
    );
    expect(withUsual(words('orchestration', 'desk.Taken'), undefined)).toBe('waiting for leader to decide what comes next since 14:02:11');
  });

  it('says what is taken back, and by whom', () => {
    expect(words('choreography', 'desk.Taken', 'store.Packed', 'till.NotPaid')).toBe(
      'taking back: waiting for desk and store since 14:02:11',
    );
  });

  it('says how it ended, and why', () => {
    const reason = { code: 'declined', text: 'the card was declined' };
    expect(words('choreography', 'desk.Taken', 'store.Packed', 'till.Paid', 'post.Sent', 'desk.Closed')).toBe(
      'completed at 14:02:11, after 40 ms',
    );
    expect(words('choreography', 'desk.Taken', ['store.NotPacked', { reason }], 'desk.Refused')).toBe(
      'turned back at 14:02:11, after 20 ms: the card was declined (declined)',
    );
  });

  it('says why without the full stop of who said it', () => {
    const reason = { code: 'declined', text: 'The card was declined.' };
    expect(words('choreography', 'desk.Taken', ['store.NotPacked', { reason }], 'desk.Refused')).toMatch(
      /: The card was declined \(declined\)$/,
    );
  });

  it('says that a person is needed, and for what', () => {
    const reason = { code: 'Broken', text: 'the till is broken' };
    const parked = parking('duet.MessageParked', { service: 'till', command: 'till.Pay', role: 'action', reason });
    expect(words('choreography', 'desk.Taken', 'store.Packed', parked)).toBe(
      'waiting for a person: Pay is parked at till since 14:02:11 (the till is broken)',
    );
  });

  it('says that not all that was heard is kept', () => {
    expect(withBeyond('waiting', 0)).toBe('waiting');
    expect(withBeyond('waiting', 7)).toBe(
      `waiting; that is told by the first ${keptOfOne} of its messages: 7 more were heard and are not kept`,
    );
  });
});
