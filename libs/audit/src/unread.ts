import { type Service, services } from './business';
import type { Dossier, SentRecord } from './dossier';

/** Who reads a message, by a service's own declaration. */
export type Readers = (message: { readonly type: string; readonly style: string; readonly void: boolean }) => readonly Service[];

/** A message that was written and that a reader of it has not received: on its way in the broker, or lost there. */
export interface Unread {
  readonly from: Service;
  readonly by: Service;
  readonly message: SentRecord;
}

/** Everything about an order that was to be read by somebody. */
export const readingsOf = ({ order, runtime }: Dossier, readers: Readers): Unread[] =>
  services.flatMap((from) =>
    (runtime[from]?.outbox ?? []).flatMap((message) =>
      readers({ type: message.type, style: order?.style ?? '', void: message.void }).map((by) => ({ from, by, message })),
    ),
  );
