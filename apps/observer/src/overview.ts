import { type Backlog, Witness } from '@duet/participant';
import { Injectable, Logger } from '@nestjs/common';
import { FiguresStore } from './figures.store';
import { latencyShown } from './flow-graph';
import { grouped } from './grouped';
import type { Landscape } from './landscape';
import type { TallyRow } from './observer.tables';
import { rules } from './patience';
import { type Overdue, SagasStore } from './sagas.store';
import type { SagaRow } from './saga.views';
import { Sight } from './sight';
import type { BottleneckView, MinuteView, NowView, OutcomeView, OverviewView, ServiceView, StepLatencyView } from './system.views';
import { type StepTime, stepTimes } from './usual';

const anHour = 3_600_000;
/** What is shown of what needs a look. */
const mostNeeds = 20;
/** How long an answer of the broker is taken for true, and for how long after that it is good enough while the next one is on its way: the broker takes its time. In milliseconds. */
const [backlogFreshMs, backlogStaleMs] = [2_000, 4_000];

/** What is told of all sagas together. */
@Injectable()
export class Overview {
  private readonly logger = new Logger(Overview.name);
  private backlogs: { readonly at: number; readonly all: ReadonlyMap<string, Backlog> } | undefined;
  private asking: Promise<ReadonlyMap<string, Backlog>> | undefined;

  constructor(
    private readonly witness: Witness,
    private readonly sight: Sight,
    private readonly sagas: SagasStore,
    private readonly figures: FiguresStore,
  ) {}

  async show(): Promise<OverviewView> {
    const glance = await this.sight.glance();
    const { asOf, landscape } = glance;
    const overdue = await this.sight.overdue(glance);
    const hours = new Date(Math.floor(asOf / anHour) * anHour - anHour);
    const [newest, log, now, tally, caused, looked, backlogs] = await Promise.all([
      this.sagas.newest(),
      this.sagas.log(),
      this.counted(overdue),
      this.figures.tally(new Date(asOf - anHour)),
      this.figures.caused({ since: hours }),
      Promise.all(
        (['loop', 'undo-incomplete', 'undo-failed', 'parked', 'stalled'] as const).map((state) =>
          this.sagas.list({ state }, overdue, { limit: mostNeeds }),
        ),
      ),
      this.backlog(landscape),
    ]);
    const needs = new Map(
      looked.flat().map((record): [string, SagaRow] => [`${record.process}\n${record.id}`, this.sight.row(record, glance)]),
    );
    const steps = stepsShown(stepTimes(landscape, caused));
    const bottleneck = bottleneckOf(steps);
    return {
      asOf: new Date(asOf).toISOString(),
      caughtUp: this.witness.caughtUp,
      position: `${log.name}-${newest.position}`,
      now,
      needs: [...needs.values()].slice(0, mostNeeds),
      minutes: minutesOf(tally),
      outcomes: outcomesOf(tally),
      steps,
      ...(bottleneck && { bottleneck }),
      backlog: landscape.manifests.map(({ service }) => {
        const backlog = backlogs.get(service);
        return { service, ...(backlog && { messages: backlog.messages }) };
      }),
      rules: [...rules],
    };
  }

  /** How many sagas have not ended, and what is to be looked at. */
  async now(): Promise<NowView> {
    return this.counted(await this.sight.overdue(await this.sight.glance()));
  }

  private async counted(overdue: Overdue): Promise<NowView> {
    const [{ states, concerns }, stalled] = await Promise.all([this.sagas.counts(), this.sagas.stalledBy(overdue)]);
    const of = (counts: ReadonlyMap<string, number>, name: string): number => counts.get(name) ?? 0;
    return {
      running: of(states, 'running'),
      compensating: of(states, 'compensating'),
      stalled: [...stalled.values()].reduce((sum, count) => sum + count, 0),
      parked: of(concerns, 'parked'),
      loop: of(concerns, 'loop'),
      undoIncomplete: of(concerns, 'undo-incomplete'),
      undoFailed: of(concerns, 'undo-failed'),
    };
  }

  async services(): Promise<ServiceView[]> {
    const glance = await this.sight.glance();
    const { landscape } = glance;
    const overdue = await this.sight.overdue(glance);
    const [figures, awaited, stalled, backlogs] = await Promise.all([
      this.figures.services(),
      this.sagas.awaited(),
      this.sagas.stalledBy(overdue),
      this.backlog(landscape),
    ]);
    const heard = new Map(figures.map((one) => [one.service, one]));
    const names = new Set([...landscape.manifests.map(({ service }) => service), ...heard.keys()]);
    return [...names].sort().map((service): ServiceView => {
      const manifest = landscape.manifests.find((one) => one.service === service);
      const own = heard.get(service);
      const backlog = backlogs.get(service);
      return {
        service,
        declared: manifest !== undefined,
        ...(manifest && { build: manifest.build }),
        handles: manifest?.handles.map(({ command }) => command) ?? [],
        reacts: manifest?.reactions.map(({ command, heard: on }) => `${command} on ${on}`) ?? [],
        notes: [...(manifest?.hears ?? [])],
        leads: [...new Set(manifest?.leads.map(({ process }) => process) ?? [])],
        messages: own?.messages ?? 0,
        ...(own && { firstAt: own.firstAt.toISOString(), lastAt: own.lastAt.toISOString() }),
        ...(backlog && { backlog: backlog.messages, readers: backlog.readers }),
        awaited: awaited.filter((one) => one.awaited.service === service).reduce((sum, { count }) => sum + count, 0),
        stalled: stalled.get(service) ?? 0,
      };
    });
  }

  /** What each service has still to read, as far as the broker tells. */
  async backlog(landscape: Landscape): Promise<ReadonlyMap<string, Backlog>> {
    const age = Date.now() - (this.backlogs?.at ?? 0);
    if (this.backlogs && age < backlogFreshMs) return this.backlogs.all;
    this.asking ??= this.askBacklog(landscape)
      .then((all) => (this.backlogs = { at: Date.now(), all }).all)
      .finally(() => (this.asking = undefined));
    return this.backlogs && age < backlogStaleMs ? this.backlogs.all : this.asking;
  }

  private async askBacklog(landscape: Landscape): Promise<ReadonlyMap<string, Backlog>> {
    const asked = landscape.manifests.map(async ({ service, handles, reactions, hears, messages }) => {
      const read = [...handles.map(({ command }) => command), ...reactions.map(({ heard }) => heard), ...hears];
      const topics = [...new Set(read.flatMap((type) => messages[type]?.topic ?? []))];
      return [service, await this.witness.backlogOf(service, topics)] as const;
    });
    const answers = await Promise.allSettled(asked);
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (failed) this.logger.debug({ msg: 'the broker could not tell every backlog', error: String(failed.reason) });
    return new Map(answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : [])));
  }
}

function minutesOf(tally: readonly TallyRow[]): MinuteView[] {
  return [...grouped(tally, ({ minute, process, style }) => JSON.stringify([minute, process, style])).values()].map((same) => {
    const of = (what: TallyRow['what']): number =>
      same.filter((one) => one.what === what).reduce((sum, { count }) => sum + Number(count), 0);
    const [{ minute, process, style }] = same;
    return {
      minute: minute.toISOString(),
      process,
      style,
      started: of('started'),
      completed: of('completed'),
      compensated: of('compensated'),
    };
  });
}

function outcomesOf(tally: readonly TallyRow[]): OutcomeView[] {
  const ends = tally.filter(({ what }) => what !== 'started');
  return [...grouped(ends, ({ process, style, what, reason }) => JSON.stringify([process, style, what, reason])).values()]
    .map((same): OutcomeView => {
      const [{ process, style, what, reason }] = same;
      const state = what === 'completed' ? 'completed' : 'compensated';
      return { process, style, state, ...(reason !== '' && { reason }), count: same.reduce((sum, { count }) => sum + Number(count), 0) };
    })
    .sort((a, b) => b.count - a.count);
}

const percent = (part: number, whole: number): number => (whole === 0 ? 0 : Math.round((100 * part) / whole));
const total = (times: readonly StepTime[]): number => times.reduce((sum, { sumMs }) => sum + sumMs, 0);

function stepsShown(times: readonly StepTime[]): StepLatencyView[] {
  const whole = total(times);
  return times
    .flatMap((one): StepLatencyView[] => {
      const { process, style, step, service, deciding } = one;
      const latency = latencyShown(one.latency);
      return latency ? [{ process, style, step, service, deciding, latency, sharePercent: percent(one.sumMs, whole) }] : [];
    })
    .sort((a, b) => b.sharePercent - a.sharePercent);
}

function bottleneckOf(steps: readonly StepLatencyView[]): BottleneckView | undefined {
  const shares = [...grouped(steps, ({ service }) => service)].map(([service, own]) => ({
    service,
    sharePercent: own.reduce((sum, one) => sum + one.sharePercent, 0),
  }));
  const [most] = shares.sort((a, b) => b.sharePercent - a.sharePercent);
  return most && { ...most, text: `${most.service} takes ${most.sharePercent} % of the time` };
}
