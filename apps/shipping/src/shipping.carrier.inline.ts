import { derivedId } from '@duet/message';
import { Carrier, type Shipment, type ShipmentRequest, ShipmentWasCancelled } from './shipping.carrier';

const served: Readonly<Record<string, string>> = {
  CH: 'swiss-post',
  DE: 'dhl',
  FR: 'la-poste',
  IT: 'poste-italiane',
  AT: 'austrian-post',
  GB: 'royal-mail',
  US: 'usps',
};

/** Carriers inside the process, with the rules of those outside and no network: for benchmarks and pure tests. They forget everything when the process ends. */
export class InlineCarrier extends Carrier {
  private readonly shipments = new Map<string, Shipment | 'cancelled'>();

  async ship({ key, country }: ShipmentRequest): Promise<Shipment> {
    const carrier = served[country];
    const shipment =
      this.shipments.get(key) ??
      (carrier ? { shipmentId: derivedId(key, 'shipment', 0), carrier } : { refused: `no carrier serves ${country}` });
    if (shipment === 'cancelled') throw new ShipmentWasCancelled(`the shipment ${key} was cancelled`);
    this.shipments.set(key, shipment);
    return shipment;
  }

  async cancel({ key }: { readonly key: string }): Promise<void> {
    this.shipments.set(key, 'cancelled');
  }
}
