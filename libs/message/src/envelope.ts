import { faultsOf, validatorOf } from './check';
import { type Facts, FactsTooBig, maxFactsBytes } from './facts';
import { fieldsOnly } from './fields';
import type { MessageClass } from './message';
import { dataschemaOf, topicOf, wireName } from './names';
import { isClean, unsafeParts } from './unsafe';

/** How a saga is coordinated: by events alone, by an orchestrator, or by an orchestrator through the pivot and by events after it. */
export const styles = ['choreography', 'orchestration', 'hybrid'] as const;
export type Style = (typeof styles)[number];

/** How often a saga's messages may cause one another before it is taken for a loop. */
export const maxHops = 64;

/** Done by hand: what a person says came of a command, to be recorded by its owner as if its handler had returned it. */
export interface Settlement {
  /** The outcome's wire name: one of the command's two. */
  readonly outcome: string;
  /** The outcome's data. */
  readonly body: object;
  /** Who says so. */
  readonly actor: string;
  readonly note: string;
}

/** One message as the runtime sees it: what the headers say, and the body. */
export interface Envelope {
  readonly id: string;
  /** The wire name: `inventory.ReserveStock`. */
  readonly type: string;
  /** The service that made it: `/inventory`. */
  readonly source: string;
  /** When it was made: ISO 8601. */
  readonly time: string;
  readonly process: string;
  /** The saga's id: also the key of the message. */
  readonly saga: string;
  readonly style: Style;
  /** How many messages lie between the start of the saga and this one. */
  readonly hop: number;
  /** Its place among the messages of this saga from this service. */
  readonly seq: number;
  readonly facts: Facts;
  /** The id of the message that caused it. */
  readonly causation?: string;
  /** The version of the orchestrator's definition; absent when choreographed. */
  readonly processVersion?: number;
  /** Asked again: by a deadline, by an operator, or answered by hand. */
  readonly ask?: 'again' | 'now' | 'settled';
  /** With `settled`: what came of it. */
  readonly settlement?: Settlement;
  /** It answers who asked, and nothing follows from it. */
  readonly void: boolean;
  /** W3C trace context. */
  readonly traceparent?: string;
  /** Which schema the body follows: `/inventory/ReserveStock/1`. */
  readonly dataschema: string;
  readonly body: object;
}

/** A message as it is handed to the broker: all values are UTF-8 text. */
export interface WireMessage {
  readonly topic: string;
  readonly key: string;
  readonly value: string;
  readonly headers: Record<string, string>;
}

/** Somebody made a message that no reader would take. It is a mistake in the handler or reaction that made it. */
export class Unsendable extends Error {
  override readonly name = 'Unsendable';
  constructor(
    readonly type: string,
    readonly faults: readonly { readonly path: string; readonly text: string }[],
  ) {
    super(`this ${type} would be refused by everybody: ${faults.map(({ text }) => text).join('; ')}`);
  }
}

/**
 * A message's bytes: CloudEvents 1.0, Kafka binary mode. The body holds only the fields that its class knows.
 * @throws Unsendable when the body is not as its class says
 * @throws FactsTooBig
 */
export function encode(envelope: Omit<Envelope, 'dataschema'>, cls: MessageClass): WireMessage {
  const body = fieldsOnly(cls, envelope.body);
  const validate = validatorOf(cls, 'ignored');
  if (!isClean(body)) throw new Unsendable(wireName(cls), unsafeParts(body));
  if (!validate(body)) throw new Unsendable(wireName(cls), faultsOf(validate.errors ?? []));
  const facts = JSON.stringify(envelope.facts);
  if (Buffer.byteLength(facts) > maxFactsBytes) throw new FactsTooBig(Buffer.byteLength(facts));
  return {
    topic: topicOf(cls),
    key: envelope.saga,
    value: JSON.stringify(body),
    headers: {
      ce_specversion: '1.0',
      ce_id: envelope.id,
      ce_source: envelope.source,
      ce_type: wireName(cls),
      ce_time: envelope.time,
      ce_subject: envelope.saga,
      ce_dataschema: dataschemaOf(cls),
      'content-type': 'application/json',
      ce_correlationid: envelope.saga,
      ...(envelope.causation !== undefined && { ce_causationid: envelope.causation }),
      ce_process: envelope.process,
      ...(envelope.processVersion !== undefined && { ce_processversion: String(envelope.processVersion) }),
      ce_style: envelope.style,
      ce_hop: String(envelope.hop),
      ce_seq: String(envelope.seq),
      ce_facts: facts,
      ...(envelope.ask !== undefined && { ce_ask: envelope.ask }),
      ...(envelope.settlement !== undefined && { ce_settlement: JSON.stringify(envelope.settlement) }),
      ...(envelope.void && { ce_void: '1' }),
      ...(envelope.traceparent !== undefined && { traceparent: envelope.traceparent }),
    },
  };
}
