import { type EventClass, messageOf, wireName } from '@duet/message';
import type { Declaration } from '@duet/saga';
import { type CustomTransportStrategy, type MessageHandler, Server, Transport } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Call, Heard, Noted, StepInfo } from './call';
import { WrongDeclaration } from './errors';
import { aboutOf, pattern, rolesOf, type Roles, type Task } from './task';
import type { CallToMake } from './item';
import { Visit } from './visit';

/** What the server starts and stops: the runtime, once Nest has registered the handlers. */
export interface Engine {
  start(roles: Roles): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Nest's Kafka transport as a custom strategy: Nest registers the handlers and runs them with its pipes, guards, interceptors and filters;
 * when they run, and in which transaction, is the runtime's.
 */
export class ParticipantServer extends Server implements CustomTransportStrategy {
  override readonly transportId = Transport.KAFKA;
  private engine: Engine | undefined;

  constructor(private readonly declaration: Declaration) {
    super();
  }

  /** The runtime that this server drives; set before it listens. */
  drive(engine: Engine): void {
    this.engine = engine;
  }

  /** A message has one handler: a second one stops the start, where Nest would silently take the last. */
  override addHandler(name: unknown, callback: MessageHandler, isEventHandler = false, extras: Record<string, unknown> = {}): void {
    const route = this.normalizePattern(name as string);
    if (this.messageHandlers.has(route)) throw new WrongDeclaration(`${this.declaration.name} has two handlers for ${route}; keep one`);
    super.addHandler(name, callback, isEventHandler, extras);
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      checkHandlers(this.declaration, new Set(this.messageHandlers.keys()));
      await this.engine?.start(rolesOf(this.declaration, this.messageHandlers));
      callback();
    } catch (error) {
      callback(error);
    }
  }

  async close(): Promise<void> {
    await this.engine?.stop();
  }

  override on(): void {
    throw new WrongDeclaration('this transport has no events to listen to; see /health/ready and /metrics');
  }

  override unwrap<T>(): T {
    throw new WrongDeclaration('this transport has no client to unwrap; messages go through the outbox only');
  }

  /** Runs a command's or an event's handler through Nest. */
  handle(task: Task, body: object, result: unknown, about: StepInfo | Heard): Promise<unknown> {
    const cls = task.work.is === 'command' ? task.work.role.command : task.work.role.event;
    const name = task.work.is === 'command' ? pattern.command(task.work.role.command) : pattern.event(task.work.role.event);
    return this.run(name, messageOf(cls, body), new Visit(task.message, result, about));
  }

  /** Runs the handlers of a projection through Nest, one for each kind of event, with all that has come of it. */
  async note(tasks: readonly Task[]): Promise<void> {
    const byEvent = new Map<EventClass, [Task, ...Task[]]>();
    for (const task of tasks) {
      if (task.work.is !== 'hears') continue;
      const { event } = task.work.role;
      const others = byEvent.get(event);
      if (others) others.push(task);
      else byEvent.set(event, [task]);
    }
    await Promise.all(
      [...byEvent].map(([event, [first, ...rest]]) => {
        const noted = [first, ...rest].map(({ message }): Noted<object> => ({
          event: messageOf(event, message.body),
          about: aboutOf(message),
        }));
        return this.run(pattern.notes(event), noted, new Visit(first.message, undefined, undefined));
      }),
    );
  }

  /** Makes an outside call through Nest. */
  call({ task, body }: CallToMake, about: Call): Promise<unknown> {
    const cls = task.work.is === 'command' ? task.work.role.command : task.work.role.event;
    return this.run(pattern.call(cls), messageOf(cls, body), new Visit(task.message, undefined, about));
  }

  private async run(name: string, data: object, visit: Visit): Promise<unknown> {
    const handler = this.messageHandlers.get(name);
    if (!handler) throw new WrongDeclaration(`${this.declaration.name} has no handler for ${name}`);
    const outcome: unknown = await handler(data, visit);
    return isObservable(outcome) ? lastValueFrom(outcome, { defaultValue: undefined }) : outcome;
  }
}

/** The declaration says what a service does; its handlers must do exactly that. */
function checkHandlers(declaration: Declaration, patterns: ReadonlySet<string>): void {
  const faults: string[] = [];
  const { handles, hears, reactions } = declaration;
  for (const command of handles) {
    if (!patterns.has(pattern.command(command))) faults.push(`it declares ${wireName(command)} but has no @Handles(${command.type})`);
  }
  for (const event of hears) {
    const handlers = [pattern.event(event), pattern.call(event), pattern.notes(event)].filter((name) => patterns.has(name));
    if (handlers.length === 0) faults.push(`it declares to hear ${wireName(event)} but has no @Hears(${event.type})`);
    if (handlers.length > 1 && patterns.has(pattern.notes(event)))
      faults.push(`it has @Notes(${event.type}) beside @Hears or @Calls of the same event; keep one`);
  }
  const owned = new Set(handles.map(wireName));
  for (const { command, heard } of reactions.flatMap((table) => table.entries)) {
    if (!owned.has(wireName(command))) faults.push(`it reacts to ${wireName(heard)} with ${wireName(command)}, which it does not handle`);
  }
  const known = new Set([
    ...handles.flatMap((command) => [pattern.command(command), pattern.call(command)]),
    ...hears.flatMap((event) => [pattern.event(event), pattern.call(event), pattern.notes(event)]),
  ]);
  for (const name of patterns) {
    if (!known.has(name)) faults.push(`it has a handler for ${name}, which it does not declare`);
  }
  if (faults.length > 0) throw new WrongDeclaration(`${declaration.name} does not do what it declares: ${faults.join('; ')}`);
}
