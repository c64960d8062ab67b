import { UnitOfWork } from '@duet/participant';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';

export type PaymentStatus = 'charged' | 'declined' | 'refunded';

/** What became of an order's payment; amounts in minor units. */
export interface Payment {
  readonly orderId: string;
  readonly status: PaymentStatus;
  readonly amount: number;
  readonly refunded: number;
}

interface Tables {
  payment: { order_id: string; status: PaymentStatus; amount: string; refunded: string; payment_id: string | null };
}

@Injectable()
export class PaymentStore {
  constructor(private readonly unit: UnitOfWork<Tables>) {}

  /** Records what the provider answered to a charge. */
  readonly recordCharge = this.unit.joined(
    async (db, charges: readonly { orderId: string; amount: number; paymentId: string | undefined }[]) => {
      const ids = charges.map(({ orderId }) => orderId);
      const statuses = charges.map(({ paymentId }): PaymentStatus => (paymentId === undefined ? 'declined' : 'charged'));
      const amounts = charges.map(({ amount }) => amount);
      const paymentIds = charges.map(({ paymentId }) => paymentId ?? null);
      await sql`insert into payment (order_id, status, amount, payment_id)
        select * from unnest(${ids}::uuid[], ${statuses}::text[], ${amounts}::bigint[], ${paymentIds}::text[])`.execute(db);
      return charges.map(() => undefined);
    },
  );

  /** Records what was given back. A charge whose answer never came has no row yet: what was refunded is what had been charged. */
  readonly recordRefund = this.unit.joined(async (db, refunds: readonly { orderId: string; refunded: number }[]) => {
    const given = refunds.filter(({ refunded }) => refunded > 0);
    if (given.length > 0) {
      await db
        .insertInto('payment')
        .values(
          given.map(({ orderId, refunded }) => ({
            order_id: orderId,
            status: 'refunded',
            amount: String(refunded),
            refunded: String(refunded),
            payment_id: null,
          })),
        )
        .onConflict((conflict) => conflict.column('order_id').doUpdateSet({ status: 'refunded', refunded: sql`excluded.refunded` }))
        .execute();
    }
    return refunds.map(() => undefined);
  });

  async find(orderId: string): Promise<Payment | undefined> {
    const row = await this.unit.db.selectFrom('payment').selectAll().where('order_id', '=', orderId).executeTakeFirst();
    return row && { orderId, status: row.status, amount: Number(row.amount), refunded: Number(row.refunded) };
  }
}
