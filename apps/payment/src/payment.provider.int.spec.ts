import { type RunningOutside, runningOutside } from '@duet/testbed';
import { ProviderUnavailable } from './payment.provider';
import { paymentProviderConformance } from './payment.provider.conformance';
import { HttpPaymentProvider } from './payment.provider.http';

// A process is started, beside others that are.
jest.setTimeout(60_000);

describe('the payment provider over HTTP', () => {
  let outside: RunningOutside;
  beforeAll(async () => {
    outside = await runningOutside();
  });
  afterAll(() => outside.stop());

  paymentProviderConformance(() => new HttpPaymentProvider(outside.url, 10_000));

  it('is not available when nobody answers', async () => {
    const nobody = new HttpPaymentProvider('http://127.0.0.1:1', 1_000);
    await expect(nobody.cancel({ key: 'k' }, new AbortController().signal)).rejects.toThrow(ProviderUnavailable);
  });

  it('is not waited for longer than its time', async () => {
    const hasty = new HttpPaymentProvider(outside.url, 100);
    const slow = { key: 'slow', amount: 1, currency: 'CHF', method: 'card_slow', reference: 'r' };
    await expect(hasty.charge(slow, new AbortController().signal)).rejects.toThrow(ProviderUnavailable);
  });
});
