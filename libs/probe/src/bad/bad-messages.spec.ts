import { context, decode, Malformed, type ReceivedMessage } from '@duet/message';
import { IsUUID } from 'class-validator';
import { asReceived, badMessages, changed, rightMessage } from './index';

class OrderDone extends context('shop').event('OrderDone') {
  @IsUUID() orderId!: string;
}
const saga = '7f3f1c52-1d0f-4a5e-9d53-0d0c1f2e3a4b';
const right = rightMessage('shop.OrderDone', JSON.stringify({ orderId: saga }), { saga });

/** Milliseconds that reading one message may keep all others waiting, at most: far more than it takes, and far less than a person notices. */
const mostMs = 1_000;

function codeOf(message: ReceivedMessage): string {
  try {
    decode(message, OrderDone);
    return 'taken';
  } catch (error) {
    if (error instanceof Malformed) return error.code;
    throw error;
  }
}

describe('a message that is right but for one thing', () => {
  it('is right without it', () => {
    expect(codeOf(asReceived('shop.events', right))).toBe('taken');
  });

  it.each(badMessages.map((bad) => [bad.name, bad] as const))('%s: is refused with its reason, soon', (_, { code, change }) => {
    const message = asReceived('shop.events', changed(right, change));
    const began = performance.now();
    expect(codeOf(message)).toBe(code);
    expect(performance.now() - began).toBeLessThan(mostMs);
  });

  it('leaves what all objects have as it is', () => {
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('has a name of its own', () => {
    expect(new Set(badMessages.map(({ name }) => name)).size).toBe(badMessages.length);
  });
});
