import { MessageFreed, MessageParked } from '@duet/message';
import { waitingText } from './order.projection';

const about = { service: 'payment', command: 'payment.RefundPayment', messageId: 'm' };

describe('an order that waits', () => {
  it('for a person says so, where, what for, and why', () =>
    expect(waitingText(MessageParked.of({ ...about, role: 'undo', code: 'ProviderUnavailable', text: 'nobody answers' }))).toEqual({
      code: 'needs-a-person',
      text: 'needs a person: payment.RefundPayment waits at payment (GET /held?state=parked), since ProviderUnavailable: nobody answers',
    }));

  it.each([
    ['redrive', 'somebody had it tried again'],
    ['settled', 'somebody did it by hand'],
    ['undo', 'it was undone and is needless'],
    ['drop', 'somebody dropped it'],
  ] as const)('for nobody any more says why: %s', (by, why) =>
    expect(waitingText(MessageFreed.of({ ...about, by }))).toEqual({
      code: by,
      text: `payment.RefundPayment does not wait for a person any more: ${why}`,
    }),
  );
});
