import { type Service, services } from '../business';
import type { Dossier, RuntimeRecord } from '../dossier';
import type { Rule } from '../rule';

/** P1 and P7: no order is lost, each ends, and while it has not, there is something that brings it on. */
export const ends: readonly Rule[] = [
  {
    code: 'P1-ended',
    says: 'an order ends: confirmed, rejected or cancelled',
    reads: 'order: orders; what waits, from every `duet.held`, `duet.outbox`, `duet.timer`; orchestrator: instance',
    shows: 'since when it is open, and what waits where',
    holds: 'at rest',
    judges: ['order'],
    check({ order, ...rest }, say) {
      if (order?.status === 'placed') say(`the order is open since ${order.placedAt}; ${standing(rest)}`);
    },
  },
  {
    code: 'P1-instance',
    says: 'the orchestrator knows the orders that are led, no others, and as what they are: a completed instance is a confirmed order, a compensated one is not',
    reads: 'orchestrator: instance · order: orders',
    shows: 'how each has it',
    holds: 'always',
    judges: ['order', 'orchestrator'],
    needs: 'orchestrator',
    check({ order, instance }, say) {
      if (!order || !instance) return;
      if (order.style !== instance.style) say(`the order is in the style ${order.style}, the orchestrator leads it in ${instance.style}`);
      const end = endOf[instance.status];
      if (end && !end.includes(order.status)) say(`the orchestrator's instance is ${instance.status}, the order is ${order.status}`);
    },
  },
  {
    code: 'P1-instance-ended',
    says: 'an order that is led has an instance, which ends as the order does',
    reads: 'orchestrator: instance · order: orders',
    shows: 'how each has it',
    holds: 'at rest',
    judges: ['order', 'orchestrator'],
    needs: 'orchestrator',
    check({ order, instance }, say) {
      if (!order || order.style === 'choreography') return;
      if (!instance) say(`the order is ${order.status} in the style ${order.style}, and the orchestrator has no instance of it`);
      else if (order.status !== 'placed' && !endOf[instance.status])
        say(
          `the order is ${order.status}, the orchestrator's instance is ${instance.status}${instance.awaits ? ` and awaits ${instance.awaits}` : ''}`,
        );
    },
  },
  {
    code: 'P1-call',
    says: 'a step whose outside call is recorded as under way has its message held, so that somebody finishes it',
    reads: 'each service: `duet.saga`, `duet.held`',
    shows: 'the step, and what is held',
    holds: 'always',
    judges: [],
    check({ runtime }, say) {
      eachRuntime(runtime, (service, { steps, held }) => {
        for (const { step, state } of steps) {
          if (state !== 'calling') continue;
          const its = held.some(
            (row) => row.task === step || (row.messageId !== null && step === `hears:${typeIn(step)}:${row.messageId}`),
          );
          if (!its)
            say(
              `${service} is calling for ${step}, and holds ${held.length === 0 ? 'nothing' : held.map(({ task }) => task).join(', ')} for it`,
            );
        }
      });
    },
  },
  {
    code: 'P1-rest',
    says: 'when an order has ended and all messages have been read, no service holds anything for it',
    reads: 'each service: `duet.held`',
    shows: 'what is held, where, and why',
    holds: 'at rest',
    judges: [],
    check({ runtime }, say) {
      eachRuntime(runtime, (service, { held }) => {
        for (const row of held) say(`${service} holds ${waiting(row)}`);
      });
    },
  },
  {
    code: 'P7-deadline',
    says: 'an open order has its next deadline, at the order service when it is choreographed, at the orchestrator when it is led; one that has ended has none',
    reads: 'order: orders, `duet.timer` · orchestrator: instance, `duet.timer`',
    shows: 'the status and the deadline that is missing or left over',
    holds: 'always',
    judges: ['order', 'orchestrator'],
    check({ order, instance, runtime }, say) {
      if (order) {
        const timer = runtime.order?.timers.includes(deadline) ?? false;
        const needed = order.status === 'placed' && order.style === 'choreography';
        if (timer !== needed)
          say(`the order is ${order.status} in the style ${order.style}, and the order service has ${timer ? 'a' : 'no'} deadline for it`);
      }
      if (instance) {
        const timer = runtime.orchestrator?.timers.includes(deadline) ?? false;
        const open = !endOf[instance.status];
        if (timer !== open) say(`the orchestrator's instance is ${instance.status} and has ${timer ? 'a' : 'no'} deadline`);
        if (open && !(instance.awaits && instance.due))
          say(`the orchestrator's instance is ${instance.status} and awaits nothing, or without an end`);
      }
    },
  },
  {
    code: 'P7-held',
    says: 'a saga’s row counts what is held for it: by that the runtime knows whether to look',
    reads: 'each service: `duet.saga`, `duet.held`',
    shows: 'the count and what is held',
    holds: 'always',
    judges: [],
    check({ runtime }, say) {
      eachRuntime(runtime, (service, { held, heldCount }) => {
        if (held.length !== heldCount)
          say(`${service} counts ${heldCount} held messages, and holds ${held.map(({ task }) => task).join(', ') || 'none'}`);
      });
    },
  },
  {
    code: 'P7-queue',
    says: 'what a service holds for an order is under way, is tried again at a time, or waits for a person: the first of it never waits for nothing',
    reads: 'each service: `duet.held`',
    shows: 'the message at the head of the queue',
    holds: 'always',
    judges: [],
    check({ runtime }, say) {
      eachRuntime(runtime, (service, { held }) => {
        const [first] = held;
        if (first && (first.state === 'waiting' || (first.state !== 'parked' && !first.due)))
          say(`at ${service} everything waits behind ${first.task}, which is ${first.state} with no time to be looked at`);
      });
    },
  },
];

/** The name of the deadlines' timers, at the order service and at the orchestrator. */
const deadline = 'deadline';

/** How an order ends when its instance has. */
const endOf: Readonly<Record<string, readonly string[]>> = { completed: ['confirmed'], compensated: ['rejected', 'cancelled'] };

/** `order.OrderConfirmed` of `hears:order.OrderConfirmed:<message id>`. */
const typeIn = (step: string): string => step.split(':')[1] ?? '';

const waiting = ({ task, state, code }: RuntimeRecord['held'][number]): string => `${task} (${state}${code === null ? '' : `: ${code}`})`;

/** Where an order that is open stands, in words. */
function standing({ runtime, instance }: Omit<Dossier, 'order'>): string {
  const parts: string[] = [];
  eachRuntime(runtime, (service, { held, outbox, timers }) => {
    if (held.length > 0) parts.push(`${service} holds ${held.map(waiting).join(', ')}`);
    const unsent = outbox.filter(({ sent }) => !sent);
    if (unsent.length > 0) parts.push(`${service} has not sent ${unsent.map(({ type }) => type).join(', ')}`);
    if (timers.length > 0) parts.push(`${service} has a ${timers.join(', ')}`);
  });
  if (instance) parts.push(`the orchestrator's instance is ${instance.status}${instance.awaits ? ` and awaits ${instance.awaits}` : ''}`);
  return parts.length > 0 ? parts.join('; ') : 'nothing waits for it anywhere';
}

/** What each service's runtime keeps, in the order of the services. */
export function eachRuntime(runtime: Dossier['runtime'], work: (service: Service, record: RuntimeRecord) => void): void {
  for (const service of services) {
    const record = runtime[service];
    if (record) work(service, record);
  }
}
