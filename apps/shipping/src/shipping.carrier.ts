/** What a carrier is asked for. */
export interface ShipmentRequest {
  /** The carrier's Idempotency-Key: the same shipment, however often it is asked for. */
  readonly key: string;
  readonly country: string;
  readonly postalCode: string;
  /** What it is for, to be found again: the order's id. */
  readonly reference: string;
}

/** What the carriers said: that none goes there is an answer, not an error. */
export type Shipment = { readonly shipmentId: string; readonly carrier: string } | { readonly refused: string };

/** The carrier did not answer, or not with an answer. Ask again with the same key. */
export class CarrierUnavailable extends Error {
  override readonly name = 'CarrierUnavailable';
}

/** A shipment under a key that was cancelled. Only a caller that was overtaken by a cancel can meet this, and its answer is not recorded. */
export class ShipmentWasCancelled extends Error {
  override readonly name = 'ShipmentWasCancelled';
}

/** The port to the carriers. Every implementation runs `shipping.carrier.conformance.ts`. */
export abstract class Carrier {
  /** @throws CarrierUnavailable, ShipmentWasCancelled */
  abstract ship(request: ShipmentRequest, signal: AbortSignal): Promise<Shipment>;
  /** Sees to it that nothing is shipped under this key, whether or not a shipment is known; afterwards nothing can happen under the key. @throws CarrierUnavailable */
  abstract cancel(shipment: { readonly key: string }, signal: AbortSignal): Promise<void>;
}
