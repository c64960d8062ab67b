import { isUtf8 } from 'node:buffer';
import { faultsOf, validatorOf } from './check';
import { type Envelope, maxHops, type Settlement, type Style, styles } from './envelope';
import { type Facts, maxFactsBytes } from './facts';
import { fieldsOnly } from './fields';
import { isInstant } from './instant';
import type { MessageClass } from './message';
import { dataschemaOf, wireName } from './names';
import { isClean, unsafeParts } from './unsafe';

/** A message as the broker brought it: bytes. A header that came several times is a list, one without a value is null. */
export interface ReceivedMessage {
  readonly topic: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer | null | readonly (Buffer | null)[] | undefined>>;
}

/**
 * Why a message cannot be read: `no-type`: no ce_type, or another than expected · `unknown-command`: its owner does not know it · `not-utf8` · `not-json` · `header`: missing, doubled, or not what it should be ·
 * `style`: unknown · `hops`: a loop · `facts` · `subject`: subject, key and correlation id differ · `version`: a schema that this reader does not know · `schema`: the body is not as its class says · `settlement`: what came of it by hand is no outcome · `batch`: what it was sent in cannot be unpacked
 */
export type MalformedCode =
  | 'no-type'
  | 'unknown-command'
  | 'not-utf8'
  | 'not-json'
  | 'header'
  | 'style'
  | 'hops'
  | 'facts'
  | 'subject'
  | 'version'
  | 'schema'
  | 'settlement'
  | 'batch';

/** A message that cannot be read. Repeating does not help: set it aside, with its bytes and this reason. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
  /** A sentence for people. */
  readonly text: string;
  constructor(
    readonly code: MalformedCode,
    text: string,
  ) {
    super(text);
    this.text = text;
  }
}

/** A header's text; undefined when it is missing, has no value, came several times, or is not UTF-8. For dropping a message before it is decoded. */
export function headerOf(message: ReceivedMessage, name: string): string | undefined {
  const bytes = message.headers[name];
  return Buffer.isBuffer(bytes) ? utf8Of(bytes) : undefined;
}

/** The text that bytes are; undefined when they are not UTF-8. What is wrong becomes U+FFFD, so bytes are looked at twice only when there is one. */
export function utf8Of(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8');
  return text.includes('\ufffd') && !isUtf8(bytes) ? undefined : text;
}

/** An index of PostgreSQL takes entries of up to 2,704 bytes, and ids, names and keys get into indexes. */
const maxHeaderLength = 256;
/** What nearly every header is; the others are looked at more closely. */
const plain = /^[ -~]{1,256}$/;
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const control = /[\u0000-\u001f\u007f\p{Surrogate}]/u;

function optional(message: ReceivedMessage, name: string): string | undefined {
  const bytes = message.headers[name];
  if (bytes === undefined) return undefined;
  if (bytes === null) throw new Malformed('header', `the header ${name} has no value`);
  if (!Buffer.isBuffer(bytes)) throw new Malformed('header', `the header ${name} came more than once`);
  const text = utf8Of(bytes);
  if (text === undefined) throw new Malformed('not-utf8', `the header ${name} is not UTF-8`);
  return text;
}

function required(message: ReceivedMessage, name: string): string {
  const text = optional(message, name);
  if (text === undefined) throw new Malformed('header', `the header ${name} is missing`);
  return text;
}

function short(message: ReceivedMessage, name: string): string {
  const text = required(message, name);
  if (plain.test(text)) return text;
  if (text === '') throw new Malformed('header', `the header ${name} is empty`);
  if (text.length > maxHeaderLength) throw new Malformed('header', `the header ${name} is longer than ${maxHeaderLength} characters`);
  if (control.test(text)) throw new Malformed('header', `the header ${name} holds a control character`);
  return text;
}

function integer(message: ReceivedMessage, name: string): number {
  const text = short(message, name);
  const value = Number(text);
  if (!/^(0|[1-9]\d*)$/.test(text) || !Number.isSafeInteger(value)) {
    throw new Malformed('header', `the header ${name} must be an integer from 0 to 2^53 − 1 and is ${JSON.stringify(text)}`);
  }
  return value;
}

function oneOf<T extends string>(message: ReceivedMessage, name: string, allowed: readonly T[]): T {
  const text = short(message, name);
  if (!allowed.includes(text as T))
    throw new Malformed('header', `the header ${name} must be ${allowed.join(' or ')} and is ${JSON.stringify(text)}`);
  return text as T;
}

/** Of all the ways to write a time the one that travels. */
const rfc3339 = /^[\d-]+T[\d:.]+(Z|[+-]\d\d:\d\d)$/;

function timeOf(message: ReceivedMessage): string {
  const time = short(message, 'ce_time');
  if (!rfc3339.test(time) || !isInstant(time))
    throw new Malformed('header', `the header ce_time must be an instant of RFC 3339 and is ${JSON.stringify(time)}`);
  return time;
}

function sagaOf(message: ReceivedMessage): string {
  const subject = short(message, 'ce_subject');
  const { key } = message;
  if (key === null) throw new Malformed('subject', 'it has no key; the key is the saga, as ce_subject has it');
  if (!key.equals(message.headers['ce_subject'] as Buffer)) throw new Malformed('subject', 'its key is not the saga that ce_subject names');
  if (short(message, 'ce_correlationid') !== subject)
    throw new Malformed('subject', 'ce_correlationid is not the saga that ce_subject names');
  return subject;
}

function factsOf(message: ReceivedMessage): Facts {
  const text = required(message, 'ce_facts');
  const bytes = (message.headers['ce_facts'] as Buffer).length;
  if (bytes > maxFactsBytes) throw new Malformed('facts', `ce_facts has ${bytes} bytes; at most ${maxFactsBytes} travel`);
  const facts = parse(text, 'facts', 'ce_facts');
  if (typeof facts !== 'object' || facts === null || Array.isArray(facts)) throw new Malformed('facts', 'ce_facts is not a JSON object');
  if (!isClean(facts)) throw new Malformed('facts', `ce_facts: ${sentence(unsafeParts(facts))}`);
  return facts as Facts;
}

function settlementOf(message: ReceivedMessage): Settlement {
  const said = parse(required(message, 'ce_settlement'), 'header', 'ce_settlement') as Partial<Settlement> | null;
  if (!isClean(said)) throw new Malformed('header', `ce_settlement: ${sentence(unsafeParts(said))}`);
  const { outcome, body, actor, note } = said ?? {};
  if (typeof outcome !== 'string' || typeof body !== 'object' || body === null || typeof actor !== 'string' || typeof note !== 'string')
    throw new Malformed('header', 'ce_settlement must say outcome, body, actor and note');
  return { outcome, body, actor, note };
}

function jsonOf({ value }: ReceivedMessage): unknown {
  if (value === null) throw new Malformed('not-json', 'it has no body');
  const text = utf8Of(value);
  if (text === undefined) throw new Malformed('not-utf8', 'the body is not UTF-8');
  return parse(text, 'not-json', 'the body');
}

function bodyOf(message: ReceivedMessage, cls: MessageClass): object {
  const data = jsonOf(message);
  if (!isClean(data)) throw new Malformed('schema', `the body is no ${wireName(cls)}: ${sentence(unsafeParts(data))}`);
  const validate = validatorOf(cls, 'ignored', message.value?.length ?? 0);
  if (!validate(data)) throw new Malformed('schema', `the body is no ${wireName(cls)}: ${sentence(faultsOf(validate.errors ?? []))}`);
  return fieldsOnly(cls, data as object);
}

const sentence = (faults: readonly { text: string }[]): string =>
  faults
    .slice(0, 5)
    .map(({ text }) => text)
    .join('; ');

function parse(text: string, code: 'facts' | 'header' | 'not-json', what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Malformed(code, `${what} is not JSON: ${(error as Error).message}`);
  }
}

/** A trace that cannot be read is no trace (W3C says so), and no reason to set a message aside. */
function traceOf(message: ReceivedMessage): string | undefined {
  const text = headerOf(message, 'traceparent');
  return text !== undefined && /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}/.test(text) && text.length <= maxHeaderLength
    ? text
    : undefined;
}

/**
 * Reads a message of a class that the caller has found by `ce_type`. Fields that the class does not know are dropped, so that a newer writer does not stop an older reader.
 * The message itself is left as it is: who sets it aside keeps its bytes.
 * @throws Malformed
 */
export function decode(message: ReceivedMessage, cls: MessageClass): Envelope {
  const type = headerOf(message, 'ce_type');
  if (type === undefined) throw new Malformed('no-type', 'it has no header ce_type, or more than one, or it is not UTF-8');
  if (type !== wireName(cls)) throw new Malformed('no-type', `ce_type is ${type.slice(0, maxHeaderLength)} and not ${wireName(cls)}`);
  checkForm(message);
  const dataschema = short(message, 'ce_dataschema');
  if (dataschema !== dataschemaOf(cls))
    throw new Malformed('version', `its schema is ${dataschema}; this reader knows ${dataschemaOf(cls)} only`);
  const style = styleOf(message);
  const hop = integer(message, 'ce_hop');
  if (hop > maxHops)
    throw new Malformed(
      'hops',
      `${hop} messages lie between the start of the saga and this one; more than ${maxHops} are taken for a loop`,
    );
  return { ...headersOf(message, { type, style, hop, dataschema }), body: bodyOf(message, cls) };
}

/**
 * Reads a message of any class, known here or not: for who looks on and takes no part. What its body holds is not checked beyond that it can be stored, and a message
 * over the limit of hops is read as well: it is what a loop is known by.
 * @throws Malformed
 */
export function decodeAny(message: ReceivedMessage): Envelope {
  const type = short(message, 'ce_type');
  checkForm(message);
  const about = { type, style: styleOf(message), hop: integer(message, 'ce_hop'), dataschema: short(message, 'ce_dataschema') };
  const body = jsonOf(message);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new Malformed('schema', 'the body is not a JSON object');
  if (!isClean(body)) throw new Malformed('schema', `the body: ${sentence(unsafeParts(body))}`);
  return { ...headersOf(message, about), body };
}

function checkForm(message: ReceivedMessage): void {
  oneOf(message, 'ce_specversion', ['1.0']);
  oneOf(message, 'content-type', ['application/json', 'application/json; charset=utf-8']);
}

function styleOf(message: ReceivedMessage): Style {
  const style = short(message, 'ce_style');
  if (!styles.includes(style as Style))
    throw new Malformed('style', `the style ${JSON.stringify(style)} is not known here; known is ${styles.join(', ')}`);
  return style as Style;
}

/** What headers say, in the order in which faults are told. */
function headersOf(message: ReceivedMessage, about: Pick<Envelope, 'type' | 'style' | 'hop' | 'dataschema'>): Omit<Envelope, 'body'> {
  const traceparent = traceOf(message);
  const ask = message.headers['ce_ask'] === undefined ? undefined : oneOf(message, 'ce_ask', ['again', 'now', 'settled']);
  return {
    ...about,
    id: short(message, 'ce_id'),
    source: short(message, 'ce_source'),
    time: timeOf(message),
    process: short(message, 'ce_process'),
    saga: sagaOf(message),
    seq: integer(message, 'ce_seq'),
    facts: factsOf(message),
    ...(message.headers['ce_causationid'] !== undefined && { causation: short(message, 'ce_causationid') }),
    ...(message.headers['ce_processversion'] !== undefined && { processVersion: integer(message, 'ce_processversion') }),
    ...(ask !== undefined && { ask }),
    ...(ask === 'settled' && { settlement: settlementOf(message) }),
    void: message.headers['ce_void'] !== undefined && oneOf(message, 'ce_void', ['1']) === '1',
    ...(traceparent !== undefined && { traceparent }),
  };
}
