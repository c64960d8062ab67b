export { checkOf, type Fault } from './check';
export { decode, decodeAny, headerOf, Malformed, type MalformedCode, type ReceivedMessage, utf8Of } from './decode';
export { encode, type Envelope, maxHops, type Settlement, type Style, styles, Unsendable, type WireMessage } from './envelope';
export { type Facts, factsAfter, factsBytes, FactsTooBig, maxFactsBytes } from './facts';
export { fieldsOnly } from './fields';
export { derivedId } from './ids';
export { isInstant } from './instant';
export {
  type CancelOf,
  type Class,
  type CommandClass,
  context,
  type DataOf,
  type EventClass,
  type MessageClass,
  messageOf,
  type OutcomeOf,
  Reason,
  type Refusable,
  type UndoOf,
  waysBackFrom,
} from './message';
export { dataschemaOf, topicOf, wireName } from './names';
export { MessageFreed, MessageParked } from './parked';
export { fieldsOf, type JsonSchema, schemaOf, UnsupportedDecorator } from './schema';
export { settlementFaults } from './settlement';
