import { randomUUID } from 'node:crypto';
import { ChargeCancelled, type ChargeRequest, type PaymentProvider, ProviderRefusedRequest, ProviderUnavailable } from './payment.provider';

/** What every payment provider does, however it is reached. Each implementation runs it. */
export function paymentProviderConformance(make: () => PaymentProvider): void {
  let provider: PaymentProvider;
  beforeAll(() => (provider = make()));
  const signal = new AbortController().signal;
  const request = (method: string, key: string = randomUUID()): ChargeRequest => ({
    key,
    amount: 1_250,
    currency: 'CHF',
    method,
    reference: randomUUID(),
  });
  const charge = (of: ChargeRequest) => provider.charge(of, signal);
  const cancel = (of: ChargeRequest) => provider.cancel(of, signal);

  it('charges a good card', async () => expect(await charge(request('card_ok'))).toEqual({ paymentId: expect.any(String) as string }));

  it.each(['card_declined', 'card_of_nobody'])('declines %s: an answer, not an error', async (method) =>
    expect(await charge(request(method))).toEqual({ declined: expect.any(String) as string }),
  );

  it('charges once for one key, however often it is asked', async () => {
    const once = request('card_ok');
    const [first, second] = [await charge(once), await charge(once)];
    expect(second).toEqual(first);
    expect(await cancel(once)).toEqual({ refunded: 1_250 });
  });

  it('is not available twice with a flaky card, then charges', async () => {
    const flaky = request('card_flaky');
    await expect(charge(flaky)).rejects.toThrow(ProviderUnavailable);
    await expect(charge(flaky)).rejects.toThrow(ProviderUnavailable);
    expect(await charge(flaky)).toEqual({ paymentId: expect.any(String) as string });
  });

  it('leaves it to a person where it wants to be talked to, and gives nothing back where that came to nothing', async () => {
    const reviewed = request('card_review');
    await expect(charge(reviewed)).rejects.toThrow(ProviderRefusedRequest);
    await expect(charge(reviewed)).rejects.toThrow(ProviderRefusedRequest);
    expect(await cancel(reviewed)).toEqual({ refunded: 0 });
  });

  it('gives back what was charged, once', async () => {
    const charged = request('card_ok');
    await charge(charged);
    expect(await cancel(charged)).toEqual({ refunded: 1_250 });
    // Asked again, it says again what it did then.
    expect(await cancel(charged)).toEqual({ refunded: 1_250 });
  });

  it('gives back nothing where nothing was charged', async () => {
    const declined = request('card_declined');
    await charge(declined);
    expect(await cancel(declined)).toEqual({ refunded: 0 });
  });

  it('lets nothing happen under a key that was cancelled, also when the charge was never heard of', async () => {
    const never = request('card_ok');
    expect(await cancel(never)).toEqual({ refunded: 0 });
    await expect(charge(never)).rejects.toThrow(ChargeCancelled);
  });
}
