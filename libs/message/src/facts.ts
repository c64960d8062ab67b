import { fieldsOnly } from './fields';
import type { CommandClass, EventClass } from './message';

/** What a saga knows: the start event's fields and what successful outcomes added. Travels with every message. */
export type Facts = Readonly<Record<string, unknown>>;

/** The most that facts may take up on the wire, in bytes of JSON: they travel in a header with every message of a saga. */
export const maxFactsBytes = 128 * 1024;

/** The facts do not fit on the wire. Refuse what would make them so big: retrying does not help. */
export class FactsTooBig extends Error {
  override readonly name = 'FactsTooBig';
  constructor(readonly bytes: number) {
    super(`what this saga knows takes ${bytes} bytes; at most ${maxFactsBytes} travel with a message`);
  }
}

/** How many bytes facts take on the wire. */
export const factsBytes = (facts: Facts): number => Buffer.byteLength(JSON.stringify(facts));

/** What a saga knows after an outcome. Only the success of an action adds its fields: what was undone, asked or refused is not a fact about the order. */
export function factsAfter(facts: Facts, command: CommandClass, outcome: EventClass, body: object): Facts {
  if (outcome !== command.ok || 'undoes' in command || 'cancels' in command) return facts;
  return { ...facts, ...fieldsOnly(outcome, body) };
}
