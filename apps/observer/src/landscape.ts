import { createHash } from 'node:crypto';
import type { Style } from '@duet/message';
import { applies, type Manifest } from '@duet/saga';
import { grouped } from './grouped';

/** A command, as its owner's manifest says. */
export interface KnownCommand {
  readonly command: string;
  readonly service: string;
  readonly ok: string;
  readonly fail?: string;
  /** The command that it takes back. */
  readonly undoes?: string;
  /** The command that it asks about: whether it can still be prevented. */
  readonly cancels?: string;
}

/** An event that answers a command. */
export interface Answer {
  readonly command: string;
  readonly success: boolean;
}

/** Something that a service does by itself. */
export interface KnownReaction {
  readonly service: string;
  readonly process: string;
  /** The event that begins the process. */
  readonly start: string;
  readonly heard: string;
  readonly command: string;
  readonly when: Manifest['reactions'][number]['when'];
}

/** One version of a process's definition, as its leader's manifest says. */
export type Led = Manifest['leads'][number] & { readonly service: string };

/** The context that owns a message: what its wire name begins with. */
export const ownerOf = (type: string): string => type.slice(0, Math.max(type.indexOf('.'), 0)) || type;

/**
 * Everything that all services declare, put together from their manifests: which command answers to which events, who reacts to what, who leads. It knows no business: a service that
 * appears brings its part with it.
 */
export class Landscape {
  readonly commands: ReadonlyMap<string, KnownCommand>;
  readonly answers: ReadonlyMap<string, Answer>;
  readonly reactions: readonly KnownReaction[];
  readonly leads: readonly Led[];
  private readonly undos: ReadonlyMap<string, string>;
  private readonly questions: ReadonlyMap<string, string>;
  private readonly byHeard: ReadonlyMap<string, readonly KnownReaction[]>;

  private readonly declared: ReadonlySet<string>;
  private readonly names = new Map<string, string>();

  constructor(readonly manifests: readonly Manifest[]) {
    const handles = manifests.flatMap(({ service, handles }) => handles.map((handled): KnownCommand => ({ ...handled, service })));
    this.commands = new Map(handles.map((handled) => [handled.command, handled]));
    this.answers = new Map(
      handles.flatMap(({ command, ok, fail }): [string, Answer][] => [
        [ok, { command, success: true }],
        ...(fail === undefined ? [] : [[fail, { command, success: false }] as [string, Answer]]),
      ]),
    );
    this.undos = new Map(handles.flatMap(({ command, undoes }) => (undoes === undefined ? [] : [[undoes, command]])));
    this.questions = new Map(handles.flatMap(({ command, cancels }) => (cancels === undefined ? [] : [[cancels, command]])));
    this.reactions = manifests.flatMap(({ service, reactions }) => reactions.map((reaction) => ({ ...reaction, service })));
    this.byHeard = grouped(this.reactions, ({ heard }) => heard);
    this.leads = manifests.flatMap(({ service, leads }) => leads.map((led) => ({ ...led, service })));
    this.declared = new Set([...this.reactions, ...this.leads].map(({ process }) => process));
  }

  /** What services do by themselves when this event of this process happens in this style. */
  reactionsTo(process: string, style: Style, event: string): readonly KnownReaction[] {
    return (this.byHeard.get(event) ?? []).filter((reaction) => reaction.process === process && applies(reaction.when, style));
  }

  /** The events that may answer a command, as far as its owner says. */
  outcomesOf(command: string): readonly string[] {
    const { ok, fail } = this.commands.get(command) ?? {};
    return [ok, fail].filter((event) => event !== undefined);
  }

  /** The undo of a command; undefined where there is none. */
  undoOf(command: string): string | undefined {
    return this.undos.get(command);
  }

  /** The question whether a command can still be prevented, where it is a pivot. */
  questionOf(command: string): string | undefined {
    return this.questions.get(command);
  }

  /** Who carries a command out: as declared, or else the context that it is named after. */
  serviceOf(command: string): string {
    return this.commands.get(command)?.service ?? ownerOf(command);
  }

  /** The definition by which a saga is led: the version that it began with, or the newest where that is not known any more; undefined where nobody leads. */
  ledBy(process: string, style: Style, version: number | undefined): Led | undefined {
    if (style === 'choreography') return undefined;
    const own = this.leads.filter((led) => led.process === process);
    return own.find((led) => led.version === version) ?? own.toSorted((a, b) => b.version - a.version)[0];
  }

  /**
   * Names what a saga of this process and style is judged by: with the same name, it is told the same. A service that comes and only takes note, another process, another version of who leads it,
   * or another build has no part in it.
   */
  nameFor(process: string, style: Style, version: number | undefined): string {
    const led = this.ledBy(process, style, version);
    const deadlineMs = this.deadlineMs(process, style);
    // Processes that nobody has declared are a stranger's to invent, and all the same.
    const key = this.declared.has(process) ? JSON.stringify([process, led?.service, led?.version, deadlineMs]) : '';
    const known = this.names.get(key);
    if (known !== undefined) return known;
    const reactions = this.reactions.filter((reaction) => reaction.process === process);
    const said = JSON.stringify([[...this.commands.values()], reactions, led, deadlineMs]);
    const name = createHash('sha256').update(said).digest('hex').slice(0, 12);
    this.names.set(key, name);
    return name;
  }

  /** How long a saga of this process may take as a whole, in milliseconds: where nobody leads, as who begins it says; else each step has its own time. */
  deadlineMs(process: string, style: Style): number | undefined {
    if (style !== 'choreography') return undefined;
    const start = this.reactions.find((reaction) => reaction.process === process)?.start;
    return this.manifests.find(({ starts }) => start !== undefined && starts.includes(start))?.deadlineMs;
  }

  /** Who publishes an event: as declared; undefined where nobody has declared it. */
  publisherOf(event: string): string | undefined {
    const answer = this.answers.get(event);
    if (answer) return this.serviceOf(answer.command);
    return this.manifests.find(({ starts, deadlines }) => starts.includes(event) || deadlines.includes(event))?.service;
  }

  /** The processes that some manifest speaks of. */
  get processes(): readonly string[] {
    return [...this.declared].sort();
  }

  /** It goes forward: no undo, no question. */
  isAction(command: string): boolean {
    const known = this.commands.get(command);
    return known?.undoes === undefined && known?.cancels === undefined;
  }
}

/** The landscape without anybody's manifest. */
export const nowhere = new Landscape([]);
