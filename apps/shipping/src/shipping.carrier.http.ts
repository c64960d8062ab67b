import { NotRetryable } from '@duet/participant';
import { NoAnswer, postJson } from '@duet/platform';
import { Carrier, CarrierUnavailable, type Shipment, type ShipmentRequest, ShipmentWasCancelled } from './shipping.carrier';

/** The carrier does not understand us: no repetition helps, a person must look. */
export class CarrierRefusedRequest extends NotRetryable {
  override readonly name = 'CarrierRefusedRequest';
}

/** The carriers over HTTP; see tools/outside/README.md for their rules. */
export class HttpCarrier extends Carrier {
  constructor(
    private readonly url: string,
    private readonly timeoutMs: number,
  ) {
    super();
  }

  async ship({ key, ...body }: ShipmentRequest, signal: AbortSignal): Promise<Shipment> {
    const { status, answer } = await this.post('/carriers/shipments', body, signal, { 'Idempotency-Key': key });
    if (status === 201 || status === 200) return { shipmentId: String(answer['shipmentId']), carrier: String(answer['carrier']) };
    if (status === 422 && answer['code'] === 'no-carrier') return { refused: String(answer['detail']) };
    if (status === 409 && answer['code'] === 'cancelled') throw new ShipmentWasCancelled(String(answer['detail']));
    throw unexpected('a shipment', status, answer);
  }

  async cancel({ key }: { readonly key: string }, signal: AbortSignal): Promise<void> {
    const { status, answer } = await this.post('/carriers/cancellations/by-key', { key }, signal);
    if (status !== 200) throw unexpected('a cancellation', status, answer);
  }

  private async post(path: string, body: object, signal: AbortSignal, headers: Record<string, string> = {}) {
    try {
      return await postJson(this.url + path, body, { headers, signal, timeoutMs: this.timeoutMs });
    } catch (error) {
      if (error instanceof NoAnswer) throw new CarrierUnavailable('the carriers gave no answer', { cause: error });
      throw error;
    }
  }
}

function unexpected(what: string, status: number, answer: Readonly<Record<string, unknown>>): Error {
  const text = `the carriers answered ${status} to ${what}: ${JSON.stringify(answer['detail'] ?? answer)}`;
  return status >= 500 || status === 429 || status === 409 ? new CarrierUnavailable(text) : new CarrierRefusedRequest(text);
}
