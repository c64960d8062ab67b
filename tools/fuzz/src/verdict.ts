import { type CommandClass, decode, headerOf, Malformed, type ReceivedMessage, settlementFaults, wireName } from '@duet/message';
import { asReceived, type RawAnswer } from '@duet/probe';
import type { Codec, RawMessage } from '@duet/testbed';

/** What must come of a message at the owner of a topic of commands: the reason it is set aside for, or `taken`. @param handles the commands that it owns */
export function verdictOn(topic: string, codec: Codec, message: RawMessage, handles: readonly CommandClass[]): string {
  if (codec !== 'none' && codec !== 'gzip') return 'batch';
  const received = asReceived(topic, message);
  const type = headerOf(received, 'ce_type');
  if (type === undefined) return 'no-type';
  const cls = handles.find((one) => wireName(one) === type);
  return cls ? reading(received, cls) : 'unknown-command';
}

function reading(received: ReceivedMessage, cls: CommandClass): string {
  try {
    const { settlement } = decode(received, cls);
    return settlement && settlementFaults(cls, settlement, 'ignored').length > 0 ? 'settlement' : 'taken';
  } catch (error) {
    if (error instanceof Malformed) return error.code;
    throw error;
  }
}

/** What is wrong with an answer; undefined where nothing is. */
export function faultOf({ status, type, text }: RawAnswer): string | undefined {
  if (status >= 500) return `was answered with ${status}: ${text.slice(0, 500)}`;
  // Node answers a request without a host itself; and a head has no body to say more in.
  if (status === 400 && text.replaceAll(/[0\r\n]/g, '') === '') return undefined;
  if (status >= 400 && type !== 'application/problem+json')
    return `was answered with ${status}, which is no problem but ${type || 'nothing'}`;
  return undefined;
}
