import { UnitOfWork } from '@duet/participant';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Shipment } from './shipping.carrier';

export type ShipmentStatus = 'shipped' | 'refused' | 'cancelled';

export interface ShipmentRecord {
  readonly orderId: string;
  readonly status: ShipmentStatus;
  readonly shipmentId?: string;
  readonly carrier?: string;
}

interface Tables {
  shipment: { order_id: string; status: ShipmentStatus; shipment_id: string | null; carrier: string | null };
}

@Injectable()
export class ShippingStore {
  constructor(private readonly unit: UnitOfWork<Tables>) {}

  /** Records what the carriers answered. */
  readonly record = this.unit.joined(async (db, shipments: readonly { orderId: string; shipment: Shipment }[]) => {
    const ids = shipments.map(({ orderId }) => orderId);
    const statuses = shipments.map(({ shipment }): ShipmentStatus => ('refused' in shipment ? 'refused' : 'shipped'));
    const shipmentIds = shipments.map(({ shipment }) => ('refused' in shipment ? null : shipment.shipmentId));
    const carriers = shipments.map(({ shipment }) => ('refused' in shipment ? null : shipment.carrier));
    await sql`insert into shipment (order_id, status, shipment_id, carrier)
      select * from unnest(${ids}::uuid[], ${statuses}::text[], ${shipmentIds}::text[], ${carriers}::text[])`.execute(db);
    return shipments.map(() => undefined);
  });

  /** Records that the order is never shipped. One that the carriers had refused stays refused. */
  readonly recordCancelled = this.unit.joined(async (db, orderIds: readonly string[]) => {
    await db
      .insertInto('shipment')
      .values(orderIds.map((orderId) => ({ order_id: orderId, status: 'cancelled', shipment_id: null, carrier: null })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return orderIds.map(() => undefined);
  });

  async find(orderId: string): Promise<ShipmentRecord | undefined> {
    const row = await this.unit.db.selectFrom('shipment').selectAll().where('order_id', '=', orderId).executeTakeFirst();
    return (
      row && {
        orderId,
        status: row.status,
        ...(row.shipment_id !== null && { shipmentId: row.shipment_id }),
        ...(row.carrier !== null && { carrier: row.carrier }),
      }
    );
  }
}
