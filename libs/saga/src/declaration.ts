import {
  type CommandClass,
  dataschemaOf,
  type EventClass,
  type JsonSchema,
  type MessageClass,
  schemaOf,
  topicOf,
  wireName,
} from '@duet/message';
import type { ReactionTable, When } from './reactions';
import { commandsOf, type Definition, type SagaStep } from './saga';

/** What a service takes part in. An app exports it from `<app>.declaration.ts`; importing it does no I/O. */
export interface Declaration {
  /** The service's name, and its context: `inventory`. */
  readonly name: string;
  /** The events that it publishes by itself, with no message before them: an order that was placed over REST. */
  readonly starts: readonly EventClass[];
  /** The commands that it owns and carries out. */
  readonly handles: readonly CommandClass[];
  readonly reactions: readonly ReactionTable[];
  /** The events that it takes note of without doing a command: a projection, a mail. */
  readonly hears: readonly EventClass[];
  /** The sagas that it leads as their orchestrator: of what it hears, only theirs concern it, and not those that are choreographed. */
  readonly leads: readonly Definition[];
  /** The requests among `starts` that it makes when a choreography that it has started takes too long. */
  readonly deadlines: readonly EventClass[];
}

/** Declares a service; what is left out is empty. */
export const service = ({
  name,
  starts = [],
  handles = [],
  reactions = [],
  hears = [],
  leads = [],
  deadlines = [],
}: Pick<Declaration, 'name'> & Partial<Declaration>): Declaration => ({
  name,
  starts,
  handles,
  reactions,
  hears,
  leads,
  deadlines,
});

/** A declaration as plain JSON, as a running service publishes it on `duet.manifests`. Messages are named as on the wire. */
export interface Manifest {
  readonly service: string;
  /** Which build of the service says so. */
  readonly build: string;
  readonly starts: readonly string[];
  readonly handles: readonly {
    readonly command: string;
    readonly ok: string;
    readonly fail?: string;
    readonly undoes?: string;
    readonly cancels?: string;
  }[];
  readonly reactions: readonly {
    readonly process: string;
    readonly start: string;
    readonly heard: string;
    readonly command: string;
    readonly when: When;
  }[];
  readonly hears: readonly string[];
  readonly deadlines: readonly string[];
  /** How long a saga that it has begun may take where nobody leads it, in milliseconds; absent where it keeps no such deadline. */
  readonly deadlineMs?: number;
  /** The sagas that it leads, with the commands that it may ask for. */
  readonly leads: readonly {
    readonly process: string;
    readonly version: number;
    readonly start: string;
    readonly commands: readonly string[];
    /** Its table, in order; times in milliseconds. */
    readonly steps: readonly {
      readonly command: string;
      readonly kind: SagaStep['kind'];
      readonly withinMs: number;
      readonly back?: string;
    }[];
    /** The command that ends what was turned back. */
    readonly reject: string;
    /** The event that asks for it to be cancelled. */
    readonly cancelledBy?: string;
  }[];
  /** Every message that is named above, by wire name. */
  readonly messages: Readonly<
    Record<string, { readonly kind: 'event' | 'command'; readonly topic: string; readonly dataschema: string; readonly schema: JsonSchema }>
  >;
}

const of = (command: CommandClass, relation: 'undoes' | 'cancels'): Partial<Record<typeof relation, string>> =>
  relation in command ? { [relation]: wireName((command as unknown as Record<string, MessageClass>)[relation]!) } : {};

/**
 * @param deadlineMs of sagas that it begins and nobody leads, where it keeps one: a running service's setting
 * @throws UnsupportedDecorator when a message says something that its schema cannot
 */
export function manifestOf(declaration: Declaration, build: string, deadlineMs?: number): Manifest {
  const { name, starts, handles, hears, leads, deadlines } = declaration;
  const entries = declaration.reactions.flatMap((table) => table.entries);
  const messages = new Map<string, MessageClass>(
    [
      ...starts,
      ...deadlines,
      ...handles.flatMap((command) => [command, command.ok, command.fail].filter((cls) => cls !== undefined)),
      ...entries.flatMap(({ start, heard, command }) => [start, heard, command]),
      ...hears,
      ...leads.flatMap(commandsOf),
    ].map((cls): [string, MessageClass] => [wireName(cls), cls]),
  );
  return {
    service: name,
    build,
    starts: starts.map(wireName),
    handles: handles.map((command) => ({
      command: wireName(command),
      ok: wireName(command.ok),
      ...(command.fail && { fail: wireName(command.fail) }),
      ...of(command, 'undoes'),
      ...of(command, 'cancels'),
    })),
    reactions: entries.map(({ process, start, heard, command, when }) => ({
      process,
      start: wireName(start),
      heard: wireName(heard),
      command: wireName(command),
      when,
    })),
    hears: hears.map(wireName),
    deadlines: deadlines.map(wireName),
    ...(deadlineMs !== undefined && { deadlineMs }),
    leads: leads.map((definition) => ({
      process: definition.process,
      version: definition.version,
      start: wireName(definition.start),
      commands: commandsOf(definition).map(wireName),
      steps: definition.steps.map(({ command, kind, withinMs, back }) => ({
        ...{ command: wireName(command), kind, withinMs },
        ...(back && { back: wireName(back.command) }),
      })),
      reject: wireName(definition.reject),
      ...(definition.cancelledBy && { cancelledBy: wireName(definition.cancelledBy) }),
    })),
    messages: Object.fromEntries(
      [...messages].map(([type, cls]) => [
        type,
        { kind: cls.kind, topic: topicOf(cls), dataschema: dataschemaOf(cls), schema: schemaOf(cls) },
      ]),
    ),
  };
}
