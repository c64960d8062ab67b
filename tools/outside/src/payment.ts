import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { problem, type Answer } from './answer';
import { Desk, type Decision, type DeskLine } from './desk';
import { isAmount, isText, matches, type Rule } from './fields';
import type { Journal } from './journal';

export interface ChargeRequest {
  /** In minor units. */
  readonly amount: number;
  readonly currency: string;
  readonly method: string;
  /** What the client calls it: an order's id. */
  readonly reference: string;
}

export const chargeRules = {
  amount: isAmount,
  currency: matches(/^[A-Z]{3}$/, 'must be three capital letters'),
  method: isText(),
  reference: isText(),
} satisfies Record<keyof ChargeRequest, Rule>;

/** How often card_flaky fails for each key. */
const flakyFailures = 2;

/** The payment provider. Its cards are test data as real providers have them: what happens follows from the card. */
export class Payments {
  private readonly desk: Desk<ChargeRequest>;
  private readonly failures = new Map<string, number>();

  constructor(
    journal: Journal<DeskLine<ChargeRequest>>,
    /** What card_slow takes, in milliseconds. */
    private readonly slow: number,
  ) {
    this.desk = new Desk(journal);
  }

  charge(key: string, request: ChargeRequest): Promise<Answer> {
    return this.desk.carryOut(key, request, () => this.decide(key, request));
  }

  /** Whatever became of the charge: afterwards it is undone, and says how much went back. */
  refund(key: string): Promise<Answer> {
    return this.desk.undo(key, (done) => {
      const charged = done?.what === 'charged' ? done : undefined;
      const chargeId = charged?.answer.body['chargeId'];
      return { status: 200, body: { key, refunded: charged?.request.amount ?? 0, ...(chargeId !== undefined && { chargeId }) } };
    });
  }

  list(reference: string | undefined) {
    return this.desk
      .all()
      .filter(({ line }) => reference === undefined || line.request.reference === reference)
      .map(({ line: { at, what, key, request, answer }, undone }) => ({
        ...(what === 'charged' && { chargeId: answer.body['chargeId'] }),
        key,
        ...request,
        status: what,
        refunded: Number(undone?.answer.body['refunded'] ?? 0),
        at,
      }));
  }

  private async decide(key: string, { method, amount, currency }: ChargeRequest): Promise<Decision> {
    const charged: Decision = { outcome: 'charged', answer: { status: 201, body: { chargeId: randomUUID(), amount, currency } } };
    switch (method) {
      case 'card_ok':
        return charged;
      case 'card_slow':
        await sleep(this.slow);
        return charged;
      case 'card_flaky': {
        const failed = this.failures.get(key) ?? 0;
        if (failed === flakyFailures) return charged;
        this.failures.set(key, failed + 1);
        return { failure: problem(503, 'unavailable', 'The payment provider is busy. Try again with the same key.') };
      }
      case 'card_review':
        return { failure: problem(403, 'review', 'The payment provider must look at this account first. Call it.') };
      default:
        return {
          outcome: 'declined',
          answer: problem(402, 'declined', method === 'card_declined' ? 'The card was declined.' : `There is no card ${method}.`),
        };
    }
  }
}
