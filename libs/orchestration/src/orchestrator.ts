import { MessageFreed, messageOf, MessageParked, type Reason, wireName } from '@duet/message';
import { type Heard, type Publish, type SagaRef, Sagas, Timers, WrongSetting } from '@duet/participant';
import { answersOf, commandsOf, decide, type Decision, type Definition, type Input, type Instance } from '@duet/saga';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Definitions } from './definitions';
import { InstanceStore, type Stored } from './instance.store';
import { residueOf } from './residue';

/** What something that happened means to an instance; undefined where it means nothing. It may depend on when the instance's time is up. */
type Meaning = (definition: Definition, instance: Instance | undefined) => Input | undefined;

/** The name of the one timer that an instance has. */
const deadline = 'deadline';

/**
 * The engine around `decide`: load, decide, send, save, all in the unit of work that brought the input, under the saga's lock. Any number of replicas do it.
 */
@Injectable()
export class Orchestrator implements OnApplicationBootstrap {
  constructor(
    private readonly definitions: Definitions,
    private readonly store: InstanceStore,
    private readonly timers: Timers,
    private readonly sagas: Sagas,
  ) {
    timers.on(deadline, async (timer, publish) => {
      // The database has said that the time is up; this process's own clock may be behind.
      await this.apply(timer, (_, instance) => ({ is: 'due', at: Math.max(Date.now(), instance?.waiting?.due ?? 0) }), publish);
    });
  }

  /** A build without a version that sagas still need must not take part. @throws WrongSetting */
  async onApplicationBootstrap(): Promise<void> {
    const unknown = (await this.store.versionsInUse()).filter(({ process, version }) => !this.definitions.has(process, version));
    if (unknown.length === 0) return;
    const which = unknown.map(({ process, version, count }) => `${count} of ${process} version ${version}`).join(', ');
    throw new WrongSetting(
      `unfinished sagas keep to definitions that this build does not have: ${which}. Deploy a build that has them beside the new ones`,
    );
  }

  /** Something was heard of a saga. */
  async hear(event: object, heard: Heard): Promise<void> {
    await this.apply(heard, (definition) => meaningOf(definition, event, heard), heard.publish, heard.hop);
  }

  /** A person does something. Undefined where there is no such saga. */
  operate(ref: SagaRef, instance: Instance, input: Input): Promise<Decision | undefined> {
    return this.sagas.start({ ...ref, style: instance.style }, (publish) => this.apply(ref, () => input, publish));
  }

  private async apply(ref: SagaRef, meaning: Meaning, publish: Publish, hop = 0): Promise<Decision | undefined> {
    const before = await this.store.load({ process: ref.process, saga: ref.saga });
    const definition = before ? this.definitions.of(ref.process, before.instance.version) : this.definitions.newest(ref.process);
    const input = meaning(definition, before?.instance);
    const decision = input && decide(definition, before?.instance, input);
    if (!decision) return undefined;
    const { instance, commands, refused } = decision;
    if (before?.instance === instance && commands.length === 0 && !refused) return decision;

    const last = Math.max(before?.hop ?? 0, hop);
    for (const { command, body, time, ask, settlement } of commands) {
      publish(messageOf(command, body), {
        ...{ facts: instance.facts, style: instance.style, processVersion: instance.version, hop: last + 1, time },
        ...(ask && { ask }),
        ...(settlement && { settlement }),
      });
    }
    const sent = commands.map(({ command, ask }) => ({ command: wireName(command), ...(ask && { ask }) }));
    await Promise.all([
      this.store.save({
        ...{ ref: { process: ref.process, saga: ref.saga }, instance, hop: last, entries: (before?.entries ?? 0) + 1 },
        residue: residueOf(definition, instance).map(({ command }) => command),
        entry: { input, sent, ...(refused && { refused }) },
      }),
      this.wakeUp(ref, before, instance, input.at),
    ]);
    return decision;
  }

  private async wakeUp({ process, saga }: SagaRef, before: Stored | undefined, { waiting }: Instance, at: number): Promise<void> {
    const { due } = before?.instance.waiting ?? {};
    if (waiting && waiting.due !== due) {
      // In so many milliseconds by the database's clock, which all replicas share.
      await this.timers.set({ process, saga }, deadline, { inMs: waiting.due - at, withinMs: waiting.due - waiting.since });
    } else if (!waiting && due !== undefined) await this.timers.clear({ process, saga }, deadline);
  }
}

/** What an event means to the saga. */
function meaningOf(definition: Definition, event: object, heard: Heard): Input | undefined {
  const at = Date.now();
  if (event instanceof MessageParked || event instanceof MessageFreed) {
    const { command } = event;
    if (!commandsOf(definition).some((each) => wireName(each) === command)) return undefined;
    return event instanceof MessageFreed
      ? { is: 'freed', at, command }
      : { is: 'parked', at, command, reason: { code: event.code, text: `${event.service}: ${event.text}` } };
  }
  if (heard.type === wireName(definition.start)) return { is: 'started', at, saga: heard.saga, style: heard.style, facts: heard.facts };
  if (definition.cancelledBy && heard.type === wireName(definition.cancelledBy)) {
    return { is: 'cancel', at, reason: (event as { reason: Reason }).reason };
  }
  if (!answersOf(definition).has(heard.type)) return undefined;
  return { is: 'heard', at, type: heard.type, body: { ...event }, ...(heard.void && { void: true }) };
}
