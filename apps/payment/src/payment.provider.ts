import { NotRetryable } from '@duet/participant';

/** What a charge is asked for; amounts in minor units. */
export interface ChargeRequest {
  /** The provider's Idempotency-Key: the same charge, however often it is asked for. */
  readonly key: string;
  readonly amount: number;
  readonly currency: string;
  readonly method: string;
  /** What it is for, to be found again: the order's id. */
  readonly reference: string;
}

/** What the provider said: a refusal is an answer, not an error. */
export type Charge = { readonly paymentId: string } | { readonly declined: string };

/** What was given back; 0 when nothing had been taken. */
export interface Refund {
  readonly refunded: number;
}

/** The provider did not answer, or not with an answer. Ask again with the same key. */
export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable';
}

/** The provider does not do what it was asked, and says neither yes nor no: no repetition helps, a person must look. */
export class ProviderRefusedRequest extends NotRetryable {
  override readonly name = 'ProviderRefusedRequest';
}

/** A charge under a key that was cancelled. Only a caller that was overtaken by an undo can meet this, and its answer is not recorded. */
export class ChargeCancelled extends Error {
  override readonly name = 'ChargeCancelled';
}

/** The port to whoever moves the money. Every implementation runs `payment.provider.conformance.ts`. */
export abstract class PaymentProvider {
  /** @throws ProviderUnavailable, ProviderRefusedRequest, ChargeCancelled */
  abstract charge(request: ChargeRequest, signal: AbortSignal): Promise<Charge>;
  /** Undoes the charge made under this key, whether or not it is known to have happened; afterwards nothing can happen under the key. @throws ProviderUnavailable */
  abstract cancel(charge: { readonly key: string }, signal: AbortSignal): Promise<Refund>;
}
