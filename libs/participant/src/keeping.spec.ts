import { keepingFaults } from './keeping';
import { defaultSettings } from './participant.config';

const day = 86_400_000;
const good = { inboxKeptMs: 16 * day, outboxKeptMs: 7 * day, sagasKeptMs: 30 * day, asideKeptMs: 90 * day };

describe('how long a service remembers', () => {
  it('is right for a Kafka that is told nothing, unless somebody says otherwise', () => {
    // A week in parts of a week.
    expect(keepingFaults(defaultSettings, 14 * day)).toEqual([]);
  });

  it('is longer for what it has received than for what can be sent again and read again together', () => {
    expect(keepingFaults(good, 9 * day - 1)).toEqual([]);
    expect(keepingFaults(good, 9 * day)).toEqual([
      'INBOX_KEPT is 16d and must be longer than OUTBOX_KEPT (7d) and the time of the broker together, which may have a message for 9d ' +
        '(retention.ms and segment.ms of its topics): a message that comes again after it has been forgotten would be handled twice',
    ]);
    expect(keepingFaults(good, Infinity)).toEqual([expect.stringContaining('which keeps messages for ever')]);
  });

  it('is longer for what it has received than for what it has sent, whatever the broker does', () =>
    expect(keepingFaults({ ...good, inboxKeptMs: 7 * day }, 0)).toEqual([
      'INBOX_KEPT is 7d and must be longer than OUTBOX_KEPT (7d): a message that comes again after it has been forgotten would be handled twice',
    ]));

  it('is at least as long for steps as for messages', () =>
    expect(keepingFaults({ ...good, sagasKeptMs: 36 * 3_600_000 }, 0)).toEqual([
      'SAGAS_KEPT is 1.5d and must not be shorter than INBOX_KEPT (16d): a step would be forgotten whose command may still come again',
    ]));
});
