import { derivedId, type Envelope, headerOf, type MessageClass, type ReceivedMessage, topicOf, wireName } from '@duet/message';
import { type Attributes, idsIn, type Span, tracing, type Tracing, within } from '@duet/platform';
import type { PoolClient } from 'pg';
import type { SagaRef } from './call';
import { flightsOf } from './flights';
import type { Item } from './item';
import type { OutboxRow } from './outbox.store';
import type { Task } from './task';

/**
 * What the runtime tells of its work as spans. Everything about one saga is one trace, and the trace's id is the saga's: so nothing has to be remembered for timers, operators and messages that are sent
 * again. Where traces are off, each of these functions answers undefined and makes nothing.
 */

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The id of a saga's trace: its own without hyphens, where it is a UUID; else one that follows from it. */
export const traceIdOf = ({ process, saga }: SagaRef): string =>
  (uuid.test(saga) ? saga.toLowerCase() : derivedId(saga, process, 0)).replaceAll('-', '');

/** The names of OpenTelemetry's conventions for messages, and ours for what they know nothing of. */
const messageAttributes = (ref: SagaRef, type: string, topic: string, id: string, more: Attributes): Attributes => ({
  'messaging.system': 'kafka',
  'messaging.destination.name': topic,
  'messaging.message.id': id,
  'messaging.message.conversation_id': ref.saga,
  'messaging.kafka.message.key': ref.saga,
  'cloudevents.event_type': type,
  'duet.process': ref.process,
  'duet.saga': ref.saga,
  ...more,
});

/** What a wave runs: one task, several that are noted at once, or what begins here. */
export type Work = Task | readonly Task[] | Extract<Item, { is: 'start' }>;

/** The spans of one unit of work, and of what is handled in it. */
export class UnitTrace {
  private constructor(
    private readonly traces: Tracing,
    private readonly span: Span,
    private readonly client: PoolClient,
  ) {}

  /** Linked to each message that the unit takes; part of their trace where all of it is about one saga. */
  static begin(traces: Tracing, items: readonly Item[], client: PoolClient): UnitTrace {
    const parents = items.map(parentOf);
    const ids = new Set(items.map(({ ref }, n) => (parents[n] === undefined ? traceIdOf(ref) : idsIn(parents[n]).trace)));
    const links = [...new Set(parents)].filter((parent) => parent !== undefined);
    const [trace] = ids;
    const span = traces.begin('unit of work', {
      ...(ids.size === 1 && { parent: links[0], trace }),
      links,
      attributes: { 'duet.unit.items': items.length, 'messaging.batch.message_count': items.filter(({ is }) => is === 'message').length },
    });
    flightsOf(client, span);
    return new UnitTrace(traces, span, client);
  }

  around<R>(work: () => R): R {
    return within(this.span, work);
  }

  end(error?: unknown): void {
    flightsOf(this.client, undefined);
    this.span.end(error);
  }

  /** Part of what it was caused by, and linked to its unit. */
  handling(work: Work): Handling {
    if ('is' in work) return new Handling([this.starting(work)]);
    return new Handling((Array.isArray(work) ? (work as readonly Task[]) : [work as Task]).map((task) => this.taking(task)));
  }

  private taking({ message, raw, name }: Task): Span {
    const ref = { process: message.process, saga: message.saga };
    return this.traces.begin(`process ${name === 'hears' ? message.type : name}`, {
      kind: 'consumer',
      parent: message.traceparent,
      trace: traceIdOf(ref),
      links: [this.span.traceparent],
      attributes: messageAttributes(ref, message.type, raw.topic, message.id, {
        ...{ 'messaging.operation.name': 'process', 'messaging.operation.type': 'process' },
        ...{ 'duet.step': name === 'hears' ? undefined : name, 'duet.style': message.style, 'duet.hop': message.hop },
      }),
    });
  }

  /** A saga's trace is its own, also where its caller has one: it lives longer than any request. */
  private starting({ ref, style, name = `start ${ref.process}`, within: caller }: Extract<Item, { is: 'start' }>): Span {
    const trace = traceIdOf(ref);
    const isOurs = caller !== undefined && idsIn(caller).trace === trace;
    return this.traces.begin(name, {
      parent: isOurs ? caller : undefined,
      trace,
      links: [this.span.traceparent, ...(caller === undefined || isOurs ? [] : [caller])],
      attributes: { 'duet.process': ref.process, 'duet.saga': ref.saga, 'duet.style': style },
    });
  }
}

/** What a handler does: one span, or one for each of the messages that it is given at once. */
export class Handling {
  private error: unknown;
  constructor(private readonly spans: readonly Span[]) {}

  /** What the handler says is caused by this. */
  get traceparent(): string | undefined {
    return this.spans[0]?.traceparent;
  }

  around<R>(work: () => R): R {
    return within(this.spans[0], work);
  }

  failed(error: unknown): void {
    this.error = error;
  }

  end(): void {
    for (const span of this.spans) span.end(this.error);
  }
}

/** The spans of a unit; undefined where traces are off. */
export function traceUnit(items: readonly Item[], client: PoolClient): UnitTrace | undefined {
  const traces = tracing();
  return traces && UnitTrace.begin(traces, items, client);
}

/** What brought an item here. */
function parentOf(item: Item): string | undefined {
  switch (item.is) {
    case 'message':
      return item.message.traceparent;
    case 'visit':
      return item.answers[0]?.task.message.traceparent;
    case 'start':
      return item.within;
    case 'decision':
      return undefined;
  }
}

/** A message on its way: from its making until the broker has it. What is never committed is never told. `parent`: what it follows from. */
export function sendSpan(
  ref: SagaRef,
  cls: MessageClass,
  parent: string | undefined,
  { id, style, hop }: Pick<Envelope, 'id' | 'style' | 'hop'>,
): Span | undefined {
  return tracing()?.begin(`send ${wireName(cls)}`, {
    kind: 'producer',
    parent,
    trace: traceIdOf(ref),
    attributes: messageAttributes(ref, wireName(cls), topicOf(cls), id, {
      ...{ 'messaging.operation.name': 'send', 'messaging.operation.type': 'send', 'duet.style': style, 'duet.hop': hop },
    }),
  });
}

/** What is sent that was made elsewhere or before: part of what was made then. Undefined where traces are off. */
export function resendSpans(rows: readonly OutboxRow[]): Span[] | undefined {
  const traces = tracing();
  return traces && rows.flatMap((row) => (row.span ? [] : [resendSpan(traces, row)]));
}

function resendSpan(traces: Tracing, { process, saga, topic, headers }: OutboxRow): Span {
  const { ce_type: type = '', ce_id: id = '', traceparent } = headers;
  const ref = { process, saga };
  return traces.begin(`send again ${type}`, {
    kind: 'producer',
    parent: traceparent,
    trace: traceIdOf(ref),
    attributes: messageAttributes(ref, type, topic, id, { 'messaging.operation.name': 'send again', 'messaging.operation.type': 'send' }),
  });
}

/** An outside call, part of the message that asks for it. */
export function callSpan({ name, message }: Task, ref: SagaRef): Span | undefined {
  return tracing()?.begin(`call for ${name === 'hears' ? message.type : name}`, {
    parent: message.traceparent,
    trace: traceIdOf(ref),
    attributes: { 'duet.process': ref.process, 'duet.saga': ref.saga, 'duet.step': name, 'duet.style': message.style },
  });
}

/** For logs about a message: its trace. Nothing where traces are off. */
export function loggedTrace(raw: ReceivedMessage): { readonly trace_id: string } | undefined {
  if (!tracing()) return undefined;
  const traceparent = headerOf(raw, 'traceparent');
  return traceparent === undefined ? undefined : { trace_id: idsIn(traceparent).trace };
}
