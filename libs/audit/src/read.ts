import type { Service } from './business';
import { fieldEnd, letter, lineEnd } from './books.store';
import {
  type Dossier,
  emptyRuntime,
  type HeldRecord,
  type InstanceRecord,
  type LineRecord,
  type MailRecord,
  type OrderRecord,
  type PaymentRecord,
  type ReservationRecord,
  type RuntimeRecord,
  type ShipmentRecord,
  type StepRecord,
} from './dossier';

/** Adds what a service's books say about an order to its dossier. */
export function enter(dossier: Dossier, service: Service, text: string): void {
  const runtime = emptyRuntime();
  for (const line of text.split(lineEnd)) {
    const rest = line.slice(1);
    if (line.startsWith(letter.row)) own[service](dossier, JSON.parse(rest) as never);
    else enterRuntime(runtime, line.charAt(0), rest);
  }
  if (runtime.outbox.length > 1) runtime.outbox.sort((a, b) => a.seq - b.seq);
  if (runtime.held.length > 1) runtime.held.sort((a, b) => a.n - b.n);
  if (runtime.timers.length > 1) runtime.timers.sort();
  if (dossier.mails.length > 1) dossier.mails.sort((a, b) => (a.messageId < b.messageId ? -1 : 1));
  dossier.runtime[service] = runtime;
}

type Enter<Row extends unknown[]> = (dossier: Dossier, row: Row) => void;

const enterOrder: Enter<[OrderRecord['style'], OrderRecord['status'], string | null, LineRecord[], number, string, string]> = (
  dossier,
  [style, status, reason, lines, total, currency, placedAt],
) => {
  dossier.order = { style, status, reason, lines, total, currency, placedAt };
};
const enterReservation: Enter<[ReservationRecord['state'], LineRecord[]]> = (dossier, [state, lines]) => {
  dossier.reservation = { state, lines };
};
const enterPayment: Enter<[PaymentRecord['status'], number, number, string | null]> = (dossier, [status, amount, refunded, paymentId]) => {
  dossier.payment = { status, amount, refunded, paymentId };
};
const enterShipment: Enter<[ShipmentRecord['status'], string | null]> = (dossier, [status, shipmentId]) => {
  dossier.shipment = { status, shipmentId };
};
const enterMail: Enter<[MailRecord['kind'], string]> = (dossier, [kind, messageId]) => {
  dossier.mails.push({ kind, messageId });
};
const enterInstance: Enter<[string, string, string | null, boolean, string[]]> = (dossier, [status, style, awaits, due, residue]) => {
  dossier.instance = { status, style, awaits, due, residue } satisfies InstanceRecord;
};

const own: Readonly<Record<Service, Enter<never>>> = {
  order: enterOrder,
  inventory: enterReservation,
  payment: enterPayment,
  shipping: enterShipment,
  notification: enterMail,
  orchestrator: enterInstance,
};

function enterRuntime(runtime: RuntimeRecord, table: string, rest: string): void {
  switch (table) {
    case letter.saga: {
      const [nextSeq, heldCount, steps = '{}'] = rest.split(fieldEnd);
      runtime.nextSeq = Number(nextSeq);
      runtime.heldCount = Number(heldCount);
      for (const [step, [state, outcomeId]] of Object.entries(JSON.parse(steps) as Record<string, [StepRecord['state'], string | null]>))
        runtime.steps.push({ step, state, outcomeId: outcomeId ?? undefined });
      break;
    }
    case letter.outbox: {
      const [seq, id = '', type = '', isVoid, createdAt, sent] = rest.split(fieldEnd);
      runtime.outbox.push({ seq: Number(seq), id, type, void: isVoid === '1', createdAt: Number(createdAt), sent: sent === '1' });
      break;
    }
    case letter.held: {
      const [n, task, messageId, state, due, code] = JSON.parse(rest) as [
        number,
        string,
        string | null,
        HeldRecord['state'],
        boolean,
        string | null,
      ];
      runtime.held.push({ n, task, messageId, state, due, code });
      break;
    }
    case letter.timer:
      runtime.timers.push(rest);
      break;
    case letter.operation: {
      const [did, step, actor] = JSON.parse(rest) as [string, string, string];
      runtime.operations.push({ did, step, actor });
      break;
    }
  }
}
