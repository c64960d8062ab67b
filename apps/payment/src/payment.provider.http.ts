import { NotRetryable } from '@duet/participant';
import { type Charge, ChargeCancelled, type ChargeRequest, PaymentProvider, ProviderUnavailable, type Refund } from './payment.provider';

/** The provider does not understand us: no repetition helps, a person must look. */
export class ProviderRefusedRequest extends NotRetryable {
  override readonly name = 'ProviderRefusedRequest';
}

/** The payment provider over HTTP; see tools/outside/README.md for its rules. */
export class HttpPaymentProvider extends PaymentProvider {
  constructor(
    private readonly url: string,
    private readonly timeoutMs: number,
  ) {
    super();
  }

  async charge({ key, ...body }: ChargeRequest, signal: AbortSignal): Promise<Charge> {
    const { status, answer } = await this.post('/payment/charges', body, { 'Idempotency-Key': key }, signal);
    switch (status) {
      case 200:
      case 201:
        return { paymentId: String(answer['chargeId']) };
      case 402:
        return { declined: String(answer['detail']) };
      case 409:
        if (answer['code'] === 'cancelled') throw new ChargeCancelled(String(answer['detail']));
        throw new ProviderUnavailable(`the provider has the charge ${key} under way: ${String(answer['detail'])}`);
      default:
        throw unexpected('a charge', status, answer);
    }
  }

  async cancel({ key }: { readonly key: string }, signal: AbortSignal): Promise<Refund> {
    const { status, answer } = await this.post('/payment/refunds/by-key', { key }, {}, signal);
    if (status !== 200 && status !== 201) throw unexpected('a refund', status, answer);
    return { refunded: Number(answer['refunded']) };
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
      throw new ProviderUnavailable(`the provider at ${this.url} gave no answer; is it running?`, { cause: error });
    }
  }
}

function unexpected(what: string, status: number, answer: Record<string, unknown>): Error {
  const text = `the provider answered ${status} to ${what}: ${typeof answer['detail'] === 'string' ? answer['detail'] : JSON.stringify(answer)}`;
  return status >= 500 || status === 429 || status === 409 ? new ProviderUnavailable(text) : new ProviderRefusedRequest(text);
}
