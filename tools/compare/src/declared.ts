import type { Style } from '@duet/message';
import { applies, type Definition, type Knowledge, knowledgeOf, newSteps } from '@duet/saga';
import { declarations } from '@duet/system';

/** The process that is compared: the one that is led. */
export const definition = declarations.flatMap(({ leads }) => leads)[0]!;

/** What the declarations say of a process in a style, without running it. */
export interface Declared {
  /** The files that one must read to know what happens when, each with its lines. */
  readonly tables: readonly { readonly service: string; readonly lines: number }[];
  readonly knowledge: readonly Knowledge[];
  /** For each place before the pivot, how many of those files change when a step is put there. */
  readonly newStep: readonly number[];
  /** Services that must run for an order to end. */
  readonly needed: readonly string[];
}

/** Reads a process off the declarations, as it is in a style. */
export function declaredOf(style: Style): Declared {
  const { process } = definition;
  const led = style !== 'choreography';
  const tables = declarations.map(({ name, reactions, leads }) => ({
    service: name,
    lines:
      reactions.flatMap(({ entries }) => entries).filter((entry) => entry.process === process && applies(entry.when, style)).length +
      (led && leads.some((other) => other.process === process) ? asked(definition, style) : 0),
  }));
  return {
    tables: tables.filter(({ lines }) => lines > 0),
    knowledge: knowledgeOf(declarations, definition, style),
    newStep: newSteps(declarations, definition).map(({ choreographed, orchestrated }) => (led ? orchestrated : choreographed).length),
    needed: declarations.filter(({ handles, leads }) => handles.length > 0 || (led && leads.length > 0)).map(({ name }) => name),
  };
}

/** The lines of a saga's table that its orchestrator acts by: the start, and each step that it asks for. */
const asked = ({ steps }: Definition, style: Style): number =>
  1 + steps.filter(({ kind }) => style === 'orchestration' || kind !== 'retriable').length;
