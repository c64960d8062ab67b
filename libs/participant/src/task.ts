import {
  type CommandClass,
  type Envelope,
  type EventClass,
  type MessageClass,
  MessageFreed,
  MessageParked,
  type ReceivedMessage,
  wireName,
} from '@duet/message';
import { applies, type Declaration, type Reaction } from '@duet/saga';
import type { Heard } from './call';
import type { Ask } from './turn';

/** What a service does, by wire name: made once at start from its declaration and its handlers. */
export interface Roles {
  readonly commands: ReadonlyMap<string, CommandRole>;
  readonly hears: ReadonlyMap<string, HearsRole>;
  readonly reactions: ReadonlyMap<string, readonly Reaction[]>;
  /** Every class that this service decodes. */
  readonly classes: ReadonlyMap<string, MessageClass>;
  /** The processes that it leads as their orchestrator; undefined for everybody else. */
  readonly leads: ReadonlySet<string> | undefined;
}
export interface CommandRole {
  readonly command: CommandClass;
  readonly role: 'action' | 'undo' | 'cancel';
  readonly of?: string;
  readonly calls: boolean;
}
export interface HearsRole {
  readonly event: EventClass;
  readonly calls: boolean;
  readonly handled: boolean;
  /** Its handler takes many at once, each as often as it comes. */
  readonly noted: boolean;
}

/** Which patterns have a handler. */
export interface Handlers {
  has(pattern: string): boolean;
}

/** The Nest patterns of the three kinds of handlers. */
export const pattern = {
  call: (message: MessageClass) => `call:${wireName(message)}`,
  command: (command: CommandClass) => `command:${wireName(command)}`,
  event: (event: EventClass) => `event:${wireName(event)}`,
  notes: (event: EventClass) => `notes:${wireName(event)}`,
};

export function rolesOf(declaration: Declaration, handlers: Handlers): Roles {
  const commands = declaration.handles.map((command): [string, CommandRole] => {
    const calls = handlers.has(pattern.call(command));
    if ('undoes' in command) return [wireName(command), { command, role: 'undo', of: wireName(command.undoes as CommandClass), calls }];
    if ('cancels' in command) return [wireName(command), { command, role: 'cancel', of: wireName(command.cancels as CommandClass), calls }];
    return [wireName(command), { command, role: 'action', calls }];
  });
  const hears = declaration.hears.map((event): [string, HearsRole] => [
    wireName(event),
    {
      event,
      calls: handlers.has(pattern.call(event)),
      handled: handlers.has(pattern.event(event)),
      noted: handlers.has(pattern.notes(event)),
    },
  ]);
  const reactions = new Map<string, Reaction[]>();
  for (const reaction of declaration.reactions.flatMap((table) => table.entries)) {
    const heard = wireName(reaction.heard);
    reactions.set(heard, [...(reactions.get(heard) ?? []), reaction]);
  }
  const classes = new Map<string, MessageClass>([
    ...declaration.handles.map((command): [string, MessageClass] => [wireName(command), command]),
    ...declaration.hears.map((event): [string, MessageClass] => [wireName(event), event]),
    ...declaration.reactions.flatMap((table) => table.entries.map((entry): [string, MessageClass] => [wireName(entry.heard), entry.heard])),
  ]);
  const leads = declaration.leads.length > 0 ? new Set(declaration.leads.map(({ process }) => process)) : undefined;
  return { commands: new Map(commands), hears: new Map(hears), reactions, classes, leads };
}

/** What decides whether a message asks anything of a service. */
type About = Pick<Envelope, 'type' | 'process' | 'style' | 'void'>;

const isHeard = ({ hears, leads }: Roles, { type, process, style, void: isVoid }: About): boolean =>
  hears.has(type) && (leads ? leads.has(process) && style !== 'choreography' : !isVoid);

/** The commands that an event has this service do, with how they are built. */
export const reactionsTo = ({ reactions }: Roles, { type, process, style, void: isVoid }: About): readonly Reaction[] =>
  isVoid ? [] : (reactions.get(type) ?? []).filter((reaction) => reaction.process === process && applies(reaction.when, style));

/** Whether a message asks anything of this service: told by its headers alone, before it is decoded. */
export const concerns = (about: About, roles: Roles): boolean =>
  roles.commands.has(about.type) || isHeard(roles, about) || reactionsTo(roles, about).length > 0;

/** One thing that a message asks of this service: a command to carry out, or an event to take note of. */
export interface Task {
  /** The same whenever the message comes again: it is also the id of the held row. */
  readonly id: string;
  /** `hears`, or the wire name of the command. */
  readonly name: string;
  readonly message: Envelope;
  readonly raw: ReceivedMessage;
  readonly ask: Ask;
  readonly work:
    | { readonly is: 'command'; readonly role: CommandRole; readonly reaction?: Reaction }
    | { readonly is: 'hears'; readonly role: HearsRole };
}

/** Whether it goes to a projection, and so needs neither its saga's lock nor the inbox. */
export const isNoted = ({ work }: Task): boolean => work.is === 'hears' && work.role.noted;

/** What a handler is told of an event beside its data. */
export const aboutOf = ({ id, type, process, saga, style, time, hop, facts, void: isVoid }: Envelope): Omit<Heard, 'publish'> => ({
  ...{ id, type, process, saga, style, time, hop, facts },
  void: isVoid,
});

/** What the runtime of a service tells about itself. */
const runtimesOwn: ReadonlySet<EventClass> = new Set([MessageParked, MessageFreed]);

/** What a message asks of this service, in order. A void message asks nothing: it only answers who asked, and that is an orchestrator. */
export function tasksOf(message: Envelope, raw: ReceivedMessage, roles: Roles): Task[] {
  const task = (name: string, ask: Ask, work: Task['work']): Task => ({ id: `${message.id}#${name}`, name, message, raw, ask, work });
  const carryOut = (name: string, role: CommandRole, reaction?: Reaction): Task =>
    task(
      name,
      { step: name, role: role.role, ...(role.of !== undefined && { of: role.of }), calls: role.calls },
      { is: 'command', role, ...(reaction && { reaction }) },
    );

  const command = roles.commands.get(message.type);
  if (command) return [carryOut(message.type, command)];

  const heard = isHeard(roles, message) ? roles.hears.get(message.type) : undefined;
  const reactions = reactionsTo(roles, message);
  return [
    ...(heard
      ? [
          task(
            'hears',
            {
              ...{ step: heard.calls ? `hears:${message.type}:${message.id}` : undefined, role: 'hears', calls: heard.calls },
              ...((heard.noted || runtimesOwn.has(heard.event)) && { apart: true }),
            },
            { is: 'hears', role: heard },
          ),
        ]
      : []),
    ...reactions.flatMap((reaction) => {
      const name = wireName(reaction.command);
      const role = roles.commands.get(name);
      return role ? [carryOut(name, role, reaction)] : [];
    }),
  ];
}

/** The one task of a message that a held row stands for; undefined when a later build of the service has no such task any more. */
export const taskNamed = (name: string, message: Envelope, raw: ReceivedMessage, roles: Roles): Task | undefined =>
  tasksOf(message, raw, roles).find((task) => task.name === name);

/** What the handler is given: the command's own body, or the one that the reaction builds from the facts and the event. */
export function bodyOf({ message, work }: Task): object {
  return work.is === 'command' && work.reaction ? work.reaction.build({ ...message.facts, ...message.body }) : message.body;
}
