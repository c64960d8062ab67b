import { randomUUID } from 'node:crypto';
import { problem, type Answer } from './answer';
import { Desk, type Decision, type DeskLine } from './desk';
import { isText, matches, type Rule } from './fields';
import type { Journal } from './journal';

export interface ShipmentRequest {
  readonly country: string;
  readonly postalCode: string;
  /** What the client calls it: an order's id. */
  readonly reference: string;
}

export const shipmentRules = {
  country: matches(/^[A-Z]{2}$/, 'must be two capital letters'),
  postalCode: isText(20),
  reference: isText(),
} satisfies Record<keyof ShipmentRequest, Rule>;

/** Who delivers where. Nobody goes to Antarctica. */
const carriers = new Map([
  ['CH', 'Alpenpost'],
  ['DE', 'Kurier Nord'],
  ['FR', 'Messagerie Lyon'],
  ['IT', 'Corriere Po'],
  ['AT', 'Donaubote'],
  ['GB', 'Thames Parcels'],
  ['US', 'Prairie Freight'],
]);

/** The carriers behind one counter. */
export class Carriers {
  private readonly desk: Desk<ShipmentRequest>;

  constructor(journal: Journal<DeskLine<ShipmentRequest>>) {
    this.desk = new Desk(journal);
  }

  ship(key: string, request: ShipmentRequest): Promise<Answer> {
    return this.desk.carryOut(key, request, async () => decide(request));
  }

  /** Whatever became of the shipment: afterwards nothing is on its way under this key. */
  cancel(key: string): Promise<Answer> {
    return this.desk.undo(key, (done) => {
      const shipmentId = done?.what === 'shipped' ? done.answer.body['shipmentId'] : undefined;
      return { status: 200, body: { key, cancelled: shipmentId === undefined ? 0 : 1, ...(shipmentId !== undefined && { shipmentId }) } };
    });
  }

  list(reference: string | undefined) {
    return this.desk
      .all()
      .filter(({ line }) => reference === undefined || line.request.reference === reference)
      .map(({ line: { at, what, key, request, answer }, undone }) => ({
        ...(what === 'shipped' && { shipmentId: answer.body['shipmentId'], carrier: answer.body['carrier'] }),
        key,
        ...request,
        status: undone ? 'cancelled' : what,
        at,
      }));
  }
}

function decide({ country }: ShipmentRequest): Decision {
  const carrier = carriers.get(country);
  return carrier
    ? { outcome: 'shipped', answer: { status: 201, body: { shipmentId: randomUUID(), carrier } } }
    : { outcome: 'refused', answer: problem(422, 'no-carrier', `No carrier serves ${country}.`) };
}
