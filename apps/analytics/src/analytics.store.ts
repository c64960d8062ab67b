import type { Style } from '@duet/message';
import { UnitOfWork } from '@duet/participant';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { type Count, summed, type What } from './analytics.counts';

interface Tables {
  minute: { minute: Date; style: Style; what: What; reason: string; currency: string; orders: string; revenue: string };
}

@Injectable()
export class AnalyticsStore {
  constructor(private readonly unit: UnitOfWork<Tables>) {}

  readonly add = this.unit.joined(async (db, counts: readonly Count[]) => {
    const rows = summed(counts).map((count) => ({ ...count, revenue: String(count.revenue) }));
    await sql`insert into minute as m (minute, style, what, reason, currency, orders, revenue)
      select minute, style, what, reason, currency, orders, revenue
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n (minute timestamptz, style text, what text, reason text, currency text, orders bigint, revenue numeric)
      on conflict (minute, style, what, reason, currency) do update set orders = m.orders + excluded.orders, revenue = m.revenue + excluded.revenue`.execute(
      db,
    );
    return counts.map(() => undefined);
  });

  /** What happened since then, oldest first. */
  async since(from: Date): Promise<Count[]> {
    const rows = await this.unit.db
      .selectFrom('minute')
      .selectAll()
      .where('minute', '>=', from)
      .orderBy('minute')
      .orderBy('style')
      .orderBy('what')
      .orderBy('reason')
      .orderBy('currency')
      .execute();
    return rows.map(({ minute, style, what, reason, currency, orders, revenue }) => ({
      ...{ minute: minute.toISOString(), style, what, reason, currency },
      orders: Number(orders),
      revenue: BigInt(revenue),
    }));
  }
}
