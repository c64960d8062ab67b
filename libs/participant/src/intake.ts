import type { IncomingMessage } from '@duet/kafka';
import {
  checkOf,
  decode,
  type Envelope,
  type Facts,
  headerOf,
  Malformed,
  type MessageClass,
  type ReceivedMessage,
  type Settlement,
  settlementFaults,
  styles,
  topicOf,
  wireName,
} from '@duet/message';
import type { Reaction } from '@duet/saga';
import type { SagaRef } from './call';
import { textOf } from './errors';
import type { HeldRow } from './held.rows.store';
import { concerns, reactionsTo, type Roles } from './task';
import type { Item } from './item';

/** What a poll brought: messages for units of work, and what nobody can understand. What is of no interest is in neither. */
export interface Intake {
  readonly items: Item[];
  readonly aside: HeldRow[];
}

/**
 * Sorts a poll: drops by header what is of no interest, decodes and checks the rest. What cannot be understood is set aside with its original bytes
 * and the reason, and holds up nobody, not even its saga.
 */
export function intake(messages: readonly IncomingMessage[], roles: Roles, topicPrefix: string): Intake {
  const items: Item[] = [];
  const aside: HeldRow[] = [];
  for (const received of messages) {
    const raw = { topic: received.topic.slice(topicPrefix.length), key: received.key, value: received.value, headers: received.headers };
    const commands = raw.topic.endsWith('.commands');
    try {
      if (received.unreadable !== undefined) throw new Malformed('batch', received.unreadable);
      const type = headerOf(raw, 'ce_type');
      const cls = type === undefined ? undefined : roles.classes.get(type);
      if (type !== undefined && !commands && !(cls && mayConcern(raw, type, roles))) continue;
      if (type === undefined) throw new Malformed('no-type', 'it has no header ce_type, or more than one, or it is not UTF-8');
      if (!cls || topicOf(cls) !== raw.topic) throw new Malformed('unknown-command', `this service has no command ${type.slice(0, 256)}`);
      const message = decode(raw, cls);
      if (message.settlement) checkSettlement(message.settlement, cls);
      checkReactions(message, roles);
      const ref: SagaRef = { process: message.process, saga: message.saga };
      items.push({ is: 'message', ref, message, raw });
    } catch (error) {
      aside.push(asideRow(received, raw, error));
    }
  }
  return { items, aside };
}

/** By its headers: what asks nothing of this service costs neither decoding nor a lock. What they do not say clearly is looked at more closely. */
function mayConcern(raw: ReceivedMessage, type: string, roles: Roles): boolean {
  const process = headerOf(raw, 'ce_process');
  const style = styles.find((one) => one === headerOf(raw, 'ce_style'));
  const isVoid = headerOf(raw, 'ce_void');
  if (process === undefined || style === undefined || (isVoid !== '1' && raw.headers['ce_void'] !== undefined)) return true;
  return concerns({ type, process, style, void: isVoid === '1' }, roles);
}

function checkSettlement(settlement: Settlement, cls: MessageClass): void {
  const [fault] = cls.kind === 'command' ? settlementFaults(cls, settlement, 'ignored') : [{ text: 'nothing comes of an event' }];
  if (fault) throw new Malformed('settlement', `${wireName(cls)} cannot have come to this by hand: ${fault.text}`);
}

/** A reaction's command is built from what the saga knows: where that is too little, no repetition could mend it, and a handler is not made for half a command. */
function checkReactions(message: Envelope, roles: Roles): void {
  for (const reaction of reactionsTo(roles, message)) {
    const [fault] = faultsOf(reaction, { ...message.facts, ...message.body });
    if (fault !== undefined) throw new Malformed('facts', `what the saga knows makes no ${wireName(reaction.command)}: ${fault}`);
  }
}

function faultsOf(reaction: Reaction, facts: Facts): string[] {
  try {
    return checkOf(reaction.command, { unknownFields: 'ignored' })(reaction.build(facts)).map(({ text }) => text);
  } catch (error) {
    return [textOf(error)];
  }
}

/** Its id is its place in the log, so that the same bytes received twice are kept once. */
function asideRow({ partition, offset, timestamp }: IncomingMessage, raw: HeldRow['raw'], error: unknown): HeldRow {
  return {
    id: `aside:${raw.topic}/${partition}/${offset}/${timestamp}`,
    ref: undefined,
    task: '',
    messageId: undefined,
    raw,
    state: 'aside',
    attempts: 0,
    // Whatever else goes wrong with one message must not stop all others, and would go wrong again.
    code: error instanceof Malformed ? error.code : 'unreadable',
    reason: (error instanceof Malformed ? error.text : textOf(error)).replaceAll('\u0000', '\ufffd'),
    dueIn: undefined,
    lease: undefined,
  };
}
