import { type RunningOutside, runningOutside } from '@duet/testbed';
import { CarrierUnavailable } from './shipping.carrier';
import { carrierConformance } from './shipping.carrier.conformance';
import { HttpCarrier } from './shipping.carrier.http';

// A process is started, beside others that are.
jest.setTimeout(60_000);

describe('the carriers over HTTP', () => {
  let outside: RunningOutside;
  beforeAll(async () => {
    outside = await runningOutside();
  });
  afterAll(() => outside.stop());

  carrierConformance(() => new HttpCarrier(outside.url, 10_000));

  it('are not available when nobody answers', async () => {
    const nobody = new HttpCarrier('http://127.0.0.1:1', 1_000);
    await expect(nobody.cancel({ key: 'k' }, new AbortController().signal)).rejects.toThrow(CarrierUnavailable);
  });
});
