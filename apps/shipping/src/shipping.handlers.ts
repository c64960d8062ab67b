import { CancellationRefused, CancelShipment, OrderShipped, ShipmentCancelled, ShipmentFailed, ShipOrder } from '@duet/contracts';
import { type Call, Calls, Handles, type StepInfo } from '@duet/participant';
import { Controller } from '@nestjs/common';
import { Carrier, type Shipment } from './shipping.carrier';
import { ShippingStore } from './shipping.store';

@Controller()
export class ShippingHandlers {
  constructor(
    private readonly carrier: Carrier,
    private readonly store: ShippingStore,
  ) {}

  @Calls(ShipOrder)
  ship({ orderId, shipTo }: ShipOrder, { key, signal }: Call): Promise<Shipment> {
    return this.carrier.ship({ key, country: shipTo.country, postalCode: shipTo.postalCode, reference: orderId }, signal);
  }

  @Handles(ShipOrder)
  async shipped({ orderId }: ShipOrder, shipment: Shipment): Promise<OrderShipped | ShipmentFailed> {
    await this.store.record({ orderId, shipment });
    return 'refused' in shipment
      ? ShipmentFailed.of({ orderId, reason: { code: 'no-carrier', text: shipment.refused } })
      : OrderShipped.of({ orderId, shipmentId: shipment.shipmentId, carrier: shipment.carrier });
  }

  /** Asked only when nobody knows whether the carrier has it: then it is made sure that nothing leaves. */
  @Calls(CancelShipment)
  async stop(_: CancelShipment, { of, key, signal }: Call): Promise<void> {
    await this.carrier.cancel({ key: of ?? key }, signal);
  }

  @Handles(CancelShipment)
  async stopped({ orderId, reason }: CancelShipment, _: undefined, { action }: StepInfo): Promise<ShipmentCancelled | CancellationRefused> {
    if (action === 'done') return CancellationRefused.of({ orderId });
    await this.store.recordCancelled(orderId);
    return ShipmentCancelled.of({ orderId, reason });
  }
}
