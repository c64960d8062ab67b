import { NotRetryable } from '@duet/participant';
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
    const { status, answer } = await this.post('/carriers/shipments', body, { 'Idempotency-Key': key }, signal);
    switch (status) {
      case 200:
      case 201:
        return { shipmentId: String(answer['shipmentId']), carrier: String(answer['carrier']) };
      case 422:
        if (answer['code'] === 'no-carrier') return { refused: String(answer['detail']) };
        throw unexpected('a shipment', status, answer);
      case 409:
        if (answer['code'] === 'cancelled') throw new ShipmentWasCancelled(String(answer['detail']));
        throw new CarrierUnavailable(`the carrier has the shipment ${key} under way: ${String(answer['detail'])}`);
      default:
        throw unexpected('a shipment', status, answer);
    }
  }

  async cancel({ key }: { readonly key: string }, signal: AbortSignal): Promise<void> {
    const { status, answer } = await this.post('/carriers/cancellations/by-key', { key }, {}, signal);
    if (status !== 200 && status !== 201) throw unexpected('a cancellation', status, answer);
  }

  private async post(
    path: string,
    body: object,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<{ status: number; answer: Record<string, unknown> }> {
    try {
      const response = await fetch(this.url + path, {
        method: 'POST',
        headers: { ...headers, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.any([signal, AbortSignal.timeout(this.timeoutMs)]),
      });
      return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
    } catch (error) {
      throw new CarrierUnavailable(`the carriers at ${this.url} gave no answer; are they running?`, { cause: error });
    }
  }
}

function unexpected(what: string, status: number, answer: Record<string, unknown>): Error {
  const text = `the carriers answered ${status} to ${what}: ${typeof answer['detail'] === 'string' ? answer['detail'] : JSON.stringify(answer)}`;
  return status >= 500 || status === 429 || status === 409 ? new CarrierUnavailable(text) : new CarrierRefusedRequest(text);
}
