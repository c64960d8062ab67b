import { NoAnswer, postJson } from '@duet/platform';
import {
  type Charge,
  ChargeCancelled,
  type ChargeRequest,
  PaymentProvider,
  ProviderRefusedRequest,
  ProviderUnavailable,
  type Refund,
} from './payment.provider';

/** The payment provider over HTTP; see tools/outside/README.md for its rules. */
export class HttpPaymentProvider extends PaymentProvider {
  constructor(
    private readonly url: string,
    private readonly timeoutMs: number,
  ) {
    super();
  }

  async charge({ key, ...body }: ChargeRequest, signal: AbortSignal): Promise<Charge> {
    const { status, answer } = await this.post('/payment/charges', body, signal, { 'Idempotency-Key': key });
    if (status === 201 || status === 200) return { paymentId: String(answer['chargeId']) };
    if (status === 402) return { declined: String(answer['detail']) };
    if (status === 409 && answer['code'] === 'cancelled') throw new ChargeCancelled(String(answer['detail']));
    throw unexpected('a charge', status, answer);
  }

  async cancel({ key }: { readonly key: string }, signal: AbortSignal): Promise<Refund> {
    const { status, answer } = await this.post('/payment/refunds/by-key', { key }, signal);
    if (status === 200) return { refunded: Number(answer['refunded']) };
    throw unexpected('a refund', status, answer);
  }

  private async post(path: string, body: object, signal: AbortSignal, headers: Record<string, string> = {}) {
    try {
      return await postJson(this.url + path, body, { headers, signal, timeoutMs: this.timeoutMs });
    } catch (error) {
      if (error instanceof NoAnswer) throw new ProviderUnavailable('the payment provider gave no answer', { cause: error });
      throw error;
    }
  }
}

function unexpected(what: string, status: number, answer: Readonly<Record<string, unknown>>): Error {
  const text = `the payment provider answered ${status} to ${what}: ${JSON.stringify(answer['detail'] ?? answer)}`;
  return status >= 500 || status === 429 || status === 409 ? new ProviderUnavailable(text) : new ProviderRefusedRequest(text);
}
