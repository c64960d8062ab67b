import { UnitOfWork } from '@duet/participant';
import { Injectable } from '@nestjs/common';
import { type Generated, sql } from 'kysely';
import type { MailKind } from './notification.texts';

/** A mail that was sent. The address is not kept. */
export interface MailRecord {
  readonly messageId: string;
  readonly orderId: string;
  readonly kind: MailKind;
}

interface Tables {
  mail: { n: Generated<string>; message_id: string; order_id: string; kind: MailKind; sent_at: Generated<Date> };
}

@Injectable()
export class NotificationStore {
  constructor(private readonly unit: UnitOfWork<Tables>) {}

  readonly record = this.unit.joined(async (db, mails: readonly MailRecord[]) => {
    const ids = mails.map(({ messageId }) => messageId);
    const orders = mails.map(({ orderId }) => orderId);
    const kinds = mails.map(({ kind }) => kind);
    await sql`insert into mail (message_id, order_id, kind) select * from unnest(${ids}::text[], ${orders}::uuid[], ${kinds}::text[])
      on conflict (message_id) do nothing`.execute(db);
    return mails.map(() => undefined);
  });

  async ofOrder(orderId: string): Promise<(MailRecord & { readonly sentAt: string })[]> {
    const rows = await this.unit.db.selectFrom('mail').selectAll().where('order_id', '=', orderId).orderBy('n').execute();
    return rows.map((row) => ({ messageId: row.message_id, orderId, kind: row.kind, sentAt: row.sent_at.toISOString() }));
  }
}
