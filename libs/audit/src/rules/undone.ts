import { answeredBy, outcomesOf, step as stepOf, waysBack } from '../business';
import type { StepRecord } from '../dossier';
import type { Rule } from '../rule';
import { eachRuntime } from './ends';

/** P6: a step has one outcome, and a late or early message never brings back what was undone. */
export const undone: readonly Rule[] = [
  {
    code: 'P6-outcome',
    says: 'a command is answered once, with one of its two outcomes, and its step says which: done with its success, refused or undone beforehand with its refusal',
    reads: 'each service: `duet.saga`, `duet.outbox`',
    shows: 'the step and the messages',
    holds: 'always',
    judges: [],
    check({ runtime }, say, { keptSince }) {
      eachRuntime(runtime, (service, { steps, outbox }) => {
        const answers = new Map<string, string>();
        for (const { type, seq } of outbox) {
          const command = answeredBy.get(type);
          if (command === undefined) continue;
          const before = answers.get(command);
          if (before !== undefined) say(`${service} has answered ${command} twice: ${before}, then ${type} (number ${seq})`);
          answers.set(command, `${type} (number ${seq})`);
        }
        for (const one of steps) {
          const outcomes = outcomesOf.get(one.step);
          if (!outcomes || one.state === 'calling' || (one.state === 'tombstone' && one.outcomeId === undefined)) continue;
          const right = one.state === 'done' || one.state === 'undone' ? outcomes.ok : outcomes.fail;
          const said = outbox.find(({ id }) => id === one.outcomeId);
          // What is not there may have been pruned, unless the oldest is.
          const complete = outbox[0]?.seq === 1 && outbox[0].createdAt > keptSince;
          if (said ? said.type !== right : complete || one.outcomeId === undefined)
            say(
              `${service}: ${one.step} is ${one.state}, its answer is ${said?.type ?? 'missing'}${one.outcomeId === undefined ? '' : ` (id ${one.outcomeId})`}`,
            );
        }
      });
    },
  },
  {
    code: 'P6-effect',
    says: 'what a step’s state says was done is what its service’s table shows; an undone or prevented step shows nothing done',
    reads: 'order: orders · inventory: reservation · payment: payment · shipping: shipment · each: `duet.saga`',
    shows: 'the step’s state and the row',
    holds: 'always',
    judges: ['order', 'inventory', 'payment', 'shipping'],
    check(dossier, say) {
      const { order, reservation, payment, shipment, runtime } = dossier;
      compare(
        runtime.order?.steps,
        { [stepOf.confirm]: { done: ['confirmed'] }, [stepOf.reject]: { done: ['rejected', 'cancelled'] } },
        order?.status,
        say,
      );
      compare(runtime.inventory?.steps, inventory, reservation?.state, say);
      // Nothing is given back of nothing: then the row stays as it is.
      if (payment?.amount !== 0) compare(runtime.payment?.steps, { [stepOf.pay]: paid }, payment?.status, say);
      compare(runtime.shipping?.steps, shipping, shipment?.status, say);
    },
  },
  {
    code: 'P6-late',
    says: 'after an undo, or the promise that an order is never shipped, no success of its step follows; nothing happens under a cancelled key',
    reads: 'each service: `duet.outbox` · outside: payments.jsonl, shipments.jsonl',
    shows: 'the two messages or lines, in their order',
    holds: 'always',
    judges: [],
    check({ runtime, money, goods }, say) {
      eachRuntime(runtime, (service, { outbox }) => {
        for (const { back, success } of waysBack) {
          const undo = outbox.find(({ type }) => type === back);
          const late = undo && outbox.find(({ type, seq, ...message }) => type === success && !message.void && seq > undo.seq);
          if (late) say(`${service} said ${success} (number ${late.seq}) after ${back} (number ${undo.seq})`);
        }
      });
      for (const all of [money, goods]) {
        for (const [n, { what, key }] of all.entries())
          if (what !== 'cancelled' && all.slice(0, n).some((before) => before.key === key && before.what === 'cancelled'))
            say(`${what} under ${key}, which had been cancelled`);
      }
    },
  },
];

/** What the table may show, by the state of the step; `none`: no row. */
type Shown = Partial<Record<StepRecord['state'], readonly string[]>>;

const inventory: Readonly<Record<string, Shown>> = {
  [stepOf.reserve]: { done: ['reserved', 'issued'], refused: ['refused'], undone: ['released'], tombstone: ['none'] },
  [stepOf.issue]: { done: ['issued'] },
  [stepOf.release]: { done: ['released', 'refused', 'none'] },
};
/** A refund without a known charge leaves a row if there was one. */
const paid: Shown = { done: ['charged'], refused: ['declined'], undone: ['refunded'], tombstone: ['none', 'refunded'] };
const shipping: Readonly<Record<string, Shown>> = {
  [stepOf.ship]: { done: ['shipped'], refused: ['refused'], tombstone: ['cancelled'] },
  [stepOf.cancelShipment]: { done: ['cancelled', 'refused'], refused: ['shipped'] },
};

function compare(
  steps: readonly StepRecord[] | undefined,
  table: Readonly<Record<string, Shown>>,
  row: string | undefined,
  say: (evidence: string) => void,
): void {
  for (const { step, state } of steps ?? []) {
    const right = table[step]?.[state];
    if (right && !right.includes(row ?? 'none')) say(`${step} is ${state}, and the table says ${row ?? 'nothing'}`);
  }
}
