import type { Broker, Consumption, IncomingMessage } from '@duet/kafka';
import { topicOf } from '@duet/message';
import { type Declaration, manifestOf } from '@duet/saga';
import { Logger } from '@nestjs/common';
import { Calls } from './calls';
import type { Database } from './database.store';
import { isTransient } from './database.store';
import { Stopping, textOf, WrongSetting } from './errors';
import { keepingFaults } from './keeping';
import { intake } from './intake';
import { Measures } from './measures';
import { Outbox } from './outbox';
import type { ParticipantSettings } from './participant.config';
import { dueSagas, setAside } from './held.rows.store';
import { counts } from './runtime.store';
import { Pruning } from './pruning';
import { patienceOf, Timers } from './timers';
import type { Engine, ParticipantServer } from './server';
import type { Roles } from './task';
import type { Committed, Item } from './item';
import { loggedTrace } from './traces';
import { Units } from './units';
import { Watermark } from './watermark';

/** More unsent messages than this, and the next unit waits for them. */
const unsentLimit = 5_000;

/** The runtime of a participant: consumes, runs units of work, makes outside calls, sends, and looks after what is held. */
export class Participant implements Engine {
  private readonly logger = new Logger('Participant');
  private readonly measures = new Measures();
  private readonly outbox: Outbox;
  private readonly pruning: Pruning;
  private looking = false;
  private roles: Roles | undefined;
  private units: Units | undefined;
  private calls: Calls | undefined;
  private consumption: Consumption | undefined;
  private ticking: NodeJS.Timeout[] = [];
  /** What services say about their timers, and what fires them. */
  readonly timers: Timers;

  constructor(
    private readonly declaration: Declaration,
    private readonly settings: ParticipantSettings,
    private readonly database: Database,
    private readonly broker: Broker,
    private readonly server: ParticipantServer,
  ) {
    this.outbox = new Outbox(broker, database, {
      topicPrefix: settings.topicPrefix,
      graceMs: settings.relayGraceMs,
      relayEveryMs: settings.relayEveryMs,
    });
    this.pruning = new Pruning(database, settings, this.measures);
    const timing = { everyMs: settings.timerEveryMs, maxItems: settings.unitSize, retryMs: settings.retryMs };
    const watermark = new Watermark(database, broker, { ...this.reads(), awayMs: patienceOf(timing) });
    this.timers = new Timers(database, watermark, timing, (items) => this.submit(items), this.measures);
  }

  async start(roles: Roles): Promise<void> {
    const { settings } = this;
    this.roles = roles;
    this.units = new Units(
      this.database,
      {
        service: this.declaration.name,
        roles,
        invoke: this.server,
        leaseMs: settings.callLeaseMs,
        retryMs: settings.retryMs,
        retryAtMostMs: settings.retryAtMostMs,
        parkAfter: settings.parkAfter,
        maxItems: settings.unitSize,
        tries: settings.tries,
        sender: () => this.outbox.aboutToCommit(),
        roomForCalls: () => this.calls?.room ?? 0,
        laterMs: settings.dueEveryMs,
      },
      (unit) => this.committed(unit),
      this.measures,
    );
    this.calls = new Calls(
      this.database,
      { leaseMs: settings.callLeaseMs, concurrency: settings.callConcurrency, slowMs: settings.callSlowMs, atMost: settings.callsAtMost },
      (call, about) => this.server.call(call, about),
      ({ ref }, answer) => this.submit([{ is: 'visit', ref, answers: [answer] }]),
    );
    await this.broker.ensureTopics(this.topics());
    await this.checkKeeping();
    await this.publishManifest();
    this.outbox.start();
    this.calls.start();
    this.timers.start();
    this.pruning.start();
    this.ticking = [setInterval(() => this.visitDue(), settings.dueEveryMs), setInterval(() => this.measure(), 5_000)];
    this.consumption = await this.broker.consume({
      ...this.reads(),
      maxMessages: settings.unitSize,
      onMessages: (messages) => this.receive(messages),
    });
  }

  /**
   * No new work; what runs is finished, committed and sent; then the group is left. Calls that last longer are left to their leases, and units that the
   * database cannot run to the next start. A step that fails is logged, and the next is taken all the same.
   */
  async stop(): Promise<void> {
    const { stopMs } = this.settings;
    for (const timer of this.ticking) clearInterval(timer);
    this.timers.stop();
    this.calls?.beginNoMore();
    this.units?.finishWithin(stopMs);
    const steps: (() => Promise<unknown> | undefined)[] = [
      () => this.consumption?.stop(),
      () => this.calls?.stop(stopMs),
      () => this.units?.stop(),
      () => this.pruning.stop(),
      () => this.outbox.stop(),
      () => this.broker.close(),
    ];
    for (const step of steps) {
      try {
        await step();
      } catch (error) {
        this.logger.warn({ msg: 'not everything could be brought to an end', error: textOf(error) });
      }
    }
  }

  /** Runs items in a unit of work; resolves when it is committed. */
  submit(items: readonly Item[]): Promise<void> {
    return this.units ? this.units.submit(items) : Promise.reject(new Stopping());
  }

  /** Whether messages come in. */
  kafkaHealth(): { ok: boolean; text: string } {
    const state = this.consumption?.state();
    if (!state) return { ok: false, text: 'not joined yet' };
    return {
      ok: state.name === 'consuming',
      text: `${state.name} since ${state.since.toISOString()}${state.text ? `, ${state.text}` : ''}`,
    };
  }

  /** Whether units of work can be committed. */
  async databaseHealth(): Promise<{ ok: boolean; text: string }> {
    const trouble = this.units?.trouble;
    if (trouble !== undefined) return { ok: false, text: `a unit of work waits for it: ${trouble}` };
    await this.database.connection((client) => client.query('select 1'));
    return { ok: true, text: 'answers' };
  }

  private async receive(messages: readonly IncomingMessage[]): Promise<void> {
    if (!this.roles) throw new Stopping();
    const { items, aside } = intake(messages, this.roles, this.settings.topicPrefix);
    if (aside.length > 0) {
      await this.database.connection((client) => setAside(client, aside));
      for (const { id, code, reason } of aside) {
        this.measures.aside.inc({ code: code ?? 'unknown' });
        this.logger.warn({ msg: 'a message was set aside', held: id, code, reason });
      }
    }
    await this.submit(items);
  }

  private async committed(unit: Committed): Promise<void> {
    this.outbox.enqueue(unit.outbox, unit.sagas, unit.sender);
    this.calls?.add(unit.calls);
    if (unit.duplicates > 0) this.measures.duplicates.inc(unit.duplicates);
    for (const { task, ref } of unit.handled) {
      this.measures.handled.inc({ task: task.name === 'hears' ? task.message.type : task.name });
      this.logger.debug({
        msg: `handled ${task.name}`,
        process: ref.process,
        saga: ref.saga,
        message: task.message.id,
        type: task.message.type,
        ...loggedTrace(task.raw),
      });
    }
    for (const row of unit.heldNow) {
      if (row.state !== 'retrying' && row.state !== 'parked') continue;
      this.logger.warn({
        msg: `${row.task} is ${row.state}`,
        process: row.ref?.process,
        saga: row.ref?.saga,
        message: row.messageId,
        attempts: row.attempts,
        reason: row.reason,
        ...loggedTrace(row.raw),
      });
    }
    await this.outbox.below(unsentLimit);
  }

  /** Finds sagas with something due and looks at them under their lock. */
  private visitDue(): void {
    if (this.looking) return;
    this.looking = true;
    const visit = async (): Promise<void> => {
      const { unitSize } = this.settings;
      for (let more = true; more;) {
        const refs = await this.database.connection((client) => dueSagas(client, unitSize));
        await this.submit(refs.map((ref): Item => ({ is: 'visit', ref, answers: [] })));
        // Where there is no room, most of them are due again soon.
        more = refs.length === unitSize && (this.calls?.room ?? 0) > 0;
      }
    };
    visit()
      .catch((error: unknown) => {
        if (!isTransient(error) && !(error instanceof Stopping))
          this.logger.error({ msg: 'held messages could not be looked at', error: textOf(error) });
      })
      .finally(() => (this.looking = false));
  }

  private measure(): void {
    const look = async (): Promise<void> => {
      const { held, unsent } = await this.database.connection((client) => counts(client));
      this.measures.held.reset();
      for (const [state, count] of Object.entries(held)) this.measures.held.set({ state }, count);
      this.measures.unsent.set(unsent);
      await this.timers.measure();
    };
    look().catch((error: unknown) => this.logger.debug({ msg: 'the gauges could not be read', error: textOf(error) }));
  }

  /** @throws WrongSetting where the broker may have a message that this service has forgotten */
  private async checkKeeping(): Promise<void> {
    const faults = keepingFaults(this.settings, await this.broker.keptAtMostMs(this.reads().topics));
    if (faults.length > 0) throw new WrongSetting(faults.join('\n'));
  }

  /** The group that this service reads in, and the topics that it reads. */
  private reads(): { group: string; topics: string[] } {
    const { topicPrefix } = this.settings;
    return { group: topicPrefix + this.declaration.name, topics: this.heardTopics().map((topic) => topicPrefix + topic) };
  }

  private heardTopics(): string[] {
    const { handles, hears, reactions } = this.declaration;
    const classes = [...handles, ...hears, ...reactions.flatMap((table) => table.entries.map((entry) => entry.heard))];
    return [...new Set(classes.map(topicOf))];
  }

  private topics() {
    const own = [`${this.declaration.name}.commands`, `${this.declaration.name}.events`];
    const partitions = this.settings.partitions;
    return [
      ...[...new Set([...own, ...this.heardTopics(), 'duet.parked'])].map((name) => ({
        name: this.settings.topicPrefix + name,
        partitions,
      })),
      { name: `${this.settings.topicPrefix}duet.manifests`, partitions, compacted: true },
    ];
  }

  /** Says what this service does, for whoever wants to see the whole; again after a broker has lost it. */
  async publishManifest(): Promise<void> {
    const value = JSON.stringify(manifestOf(this.declaration, this.settings.build, this.settings.deadlineMs));
    await this.broker.send([
      {
        topic: `${this.settings.topicPrefix}duet.manifests`,
        key: this.declaration.name,
        value,
        headers: { 'content-type': 'application/json' },
      },
    ]);
  }
}
