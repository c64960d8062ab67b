import { UnitOfWork } from '@duet/participant';
import { Injectable } from '@nestjs/common';
import type { Generated } from 'kysely';
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
    await db
      .insertInto('mail')
      .values(mails.map(({ messageId, orderId, kind }) => ({ message_id: messageId, order_id: orderId, kind })))
      .onConflict((conflict) => conflict.column('message_id').doNothing())
      .execute();
    return mails.map(() => undefined);
  });

  async ofOrder(orderId: string): Promise<(MailRecord & { readonly sentAt: string })[]> {
    const rows = await this.unit.db.selectFrom('mail').selectAll().where('order_id', '=', orderId).orderBy('n').execute();
    return rows.map((row) => ({ messageId: row.message_id, orderId, kind: row.kind, sentAt: row.sent_at.toISOString() }));
  }
}
