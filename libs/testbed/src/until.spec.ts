import { NotInTime, until } from './index';

describe('until', () => {
  it('returns what the condition gave as soon as it holds', async () => {
    let asked = 0;
    await expect(until(() => ++asked === 3 && 'done', { what: 'the third time' })).resolves.toBe('done');
    expect(asked).toBe(3);
  });

  it('says what it waited for and the last value when the deadline passes', async () => {
    const waiting = until(() => 0, { what: 'the order is confirmed', deadline: 60 });
    await expect(waiting).rejects.toThrow(NotInTime);
    await expect(waiting).rejects.toThrow('the order is confirmed: not within 60 ms; last value: 0');
  });

  it('takes a condition that throws for one that does not hold yet, and tells its last error', async () => {
    const waiting = until(() => Promise.reject(new Error('connection refused')), { what: 'the service answers', deadline: 60 });
    await expect(waiting).rejects.toThrow('the service answers: not within 60 ms; last error: connection refused');
  });

  it('keeps its deadline when the condition never answers', async () => {
    const waiting = until(() => new Promise<boolean>(() => undefined), { what: 'an answer', deadline: 60 });
    await expect(waiting).rejects.toThrow('an answer: not within 60 ms; the condition never answered');
  });
});
