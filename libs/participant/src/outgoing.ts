import {
  type CommandClass,
  derivedId,
  encode,
  type Envelope,
  type EventClass,
  factsAfter,
  type MessageClass,
  wireName,
} from '@duet/message';
import { type Publish, type PublishOptions, type SagaRef, sagaKey } from './call';
import type { OutboxRow } from './outbox.store';
import type { LockedSaga } from './runtime.store';
import type { Task } from './task';
import { sendSpan } from './traces';

type Said = Pick<Envelope, 'process' | 'style' | 'hop' | 'facts'> & Partial<Envelope>;

/** What a handler publishes while it runs. */
export class Published {
  private readonly messages: { readonly message: object; readonly options: PublishOptions }[] = [];
  readonly publish: Publish = (message, options = {}) => void this.messages.push({ message, options });

  /** Puts them on their way; `from` is what they follow from, and their facts are their own fields where neither says any. */
  send(out: Outgoing, saga: LockedSaga, from: Omit<Said, 'facts'> & Partial<Said>): void {
    const places = new Map<string, number>();
    for (const { message, options } of this.messages) {
      const { time = 1, ...said } = options;
      const cls = message.constructor as unknown as MessageClass;
      const place = places.get(wireName(cls)) ?? 0;
      places.set(wireName(cls), place + 1);
      const first = derivedId(sagaKey(saga.ref), wireName(cls), place);
      const body = { ...message };
      out.send(saga, cls, body, { facts: body, ...from, ...said, id: time > 1 ? derivedId(first, 'ask', time) : first });
    }
  }
}

/** The messages that a unit makes: numbered in the order of each saga, and encoded. */
export class Outgoing {
  readonly rows: OutboxRow[] = [];
  /** The sagas that they belong to. */
  readonly senders = new Set<LockedSaga>();
  /** The traceparent of the handler that speaks now; undefined where nobody does, or traces are off. */
  speaker: string | undefined;

  constructor(private readonly service: string) {}

  /** The outcome of a task, with its id. The facts grow by a success. */
  answer(saga: LockedSaga, { message }: Task, command: CommandClass, event: EventClass, body: object, isVoid = false): string {
    return this.send(saga, event, body, {
      ...this.following(message),
      id: derivedId(message.id, wireName(event), 0),
      facts: isVoid ? message.facts : factsAfter(message.facts, command, event, body),
      void: isVoid,
    });
  }

  /** What every message takes over from the one that it follows from. */
  following({ id, process, style, hop, processVersion, traceparent, facts }: Envelope): Said {
    return {
      ...{ process, style, facts },
      hop: hop + 1,
      causation: id,
      ...(processVersion !== undefined && { processVersion }),
      ...(traceparent !== undefined && { traceparent }),
    };
  }

  send(saga: LockedSaga, cls: MessageClass, body: object, more: Said & Pick<Envelope, 'id'>): string {
    const seq = saga.nextSeq;
    const time = new Date().toISOString();
    const span = sendSpan(saga.ref, cls, this.speaker ?? more.traceparent, more);
    const { topic, value, headers } = encode(
      {
        void: false,
        ...more,
        ...(span && { traceparent: span.traceparent }),
        source: `/${this.service}`,
        time,
        saga: saga.ref.saga,
        seq,
        type: wireName(cls),
        body,
      },
      cls,
    );
    // Only now: what cannot be said takes no number.
    saga.nextSeq++;
    this.senders.add(saga);
    this.rows.push({ ...saga.ref, seq, topic, value, headers, ...(span && { span }) });
    return more.id;
  }
}

/** A message that went out before, to be sent again as it was. */
export interface Resend extends SagaRef {
  readonly id: string;
}
