import { randomUUID } from 'node:crypto';
import { type Carrier, type ShipmentRequest, ShipmentWasCancelled } from './shipping.carrier';

/** What carriers do, however they are reached. Each implementation runs it. */
export function carrierConformance(make: () => Carrier): void {
  let carrier: Carrier;
  beforeAll(() => (carrier = make()));
  const signal = new AbortController().signal;
  const request = (country: string): ShipmentRequest => ({ key: randomUUID(), country, postalCode: '8001', reference: randomUUID() });

  it.each(['CH', 'DE', 'FR', 'IT', 'AT', 'GB', 'US'])('ships to %s', async (country) =>
    expect(await carrier.ship(request(country), signal)).toEqual({
      shipmentId: expect.any(String) as string,
      carrier: expect.any(String) as string,
    }),
  );

  it.each(['AQ', 'XX'])('has nobody who goes to %s: an answer, not an error', async (country) =>
    expect(await carrier.ship(request(country), signal)).toEqual({ refused: expect.stringContaining(country) as string }),
  );

  it('ships once for one key, however often it is asked', async () => {
    const once = request('CH');
    expect(await carrier.ship(once, signal)).toEqual(await carrier.ship(once, signal));
  });

  it('lets nothing happen under a key that was cancelled', async () => {
    const never = request('CH');
    await carrier.cancel(never, signal);
    await expect(carrier.ship(never, signal)).rejects.toThrow(ShipmentWasCancelled);
  });
}
