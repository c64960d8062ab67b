import { type Style, styles } from '@duet/message';
import { applies } from '@duet/saga';
import { grouped } from './grouped';
import { countOf, type Histogram, merged, quantile } from './histogram';
import type { Landscape } from './landscape';
import { meaningOf } from './saga.detail';
import { compare } from './seen';
import type { FlowEdge, FlowNode, FlowView, LatencyView } from './system.views';

/** Which message was said because of which, over many sagas of one process. */
export interface Caused {
  readonly process: string;
  readonly style: Style;
  /** The cause; undefined for what nothing caused. */
  readonly cause: { readonly type: string; readonly service: string; readonly kind: 'command' | 'event' } | undefined;
  readonly type: string;
  readonly service: string;
  readonly kind: 'command' | 'event';
  readonly count: number;
  /** From the cause to it. */
  readonly latency: Histogram;
}

export function latencyShown(histogram: Histogram): LatencyView | undefined {
  const [p50Ms, p95Ms, p99Ms] = [0.5, 0.95, 0.99].map((part) => quantile(histogram, part));
  if (p50Ms === undefined || p95Ms === undefined || p99Ms === undefined) return undefined;
  return { count: countOf(histogram), p50Ms, p95Ms, p99Ms };
}

interface Declared {
  readonly from: string;
  readonly to: string;
  readonly type: string;
  readonly kind: 'command' | 'event';
  readonly in: readonly Style[];
  readonly noted: boolean;
}

/** The graph of services and messages of a process: what the manifests say, and what really happened, in one. */
export function flowGraph(process: string, landscape: Landscape, caused: readonly Caused[]): FlowView {
  const declared = declaredIn(process, landscape);
  const seen = caused.flatMap(({ cause, service, style, count, latency }) =>
    cause ? [{ from: cause.service, to: service, type: cause.type, kind: cause.kind, style, count, latency }] : [],
  );
  const key = ({ from, to, type }: { from: string; to: string; type: string }): string => `${from} ${to} ${type}`;
  const byKey = grouped<{ from: string; to: string; type: string; kind: 'command' | 'event' }, string>([...declared, ...seen], key);
  const edges = [...byKey.values()].map(([{ from, to, type, kind }]): FlowEdge => {
    const own = { from, to, type };
    const says = declared.filter((one) => key(one) === key(own));
    const happened = seen.filter((one) => key(one) === key(own));
    const countIn = (style: Style): number => happened.filter((one) => one.style === style).reduce((sum, { count }) => sum + count, 0);
    const latency = latencyShown(merged(happened.map((one) => one.latency)));
    return {
      ...{ from, to, type, kind },
      means: meaningOf(landscape, { type, kind }),
      declaredIn: styles.filter((style) => says.some((one) => one.in.includes(style))),
      ...{ choreography: countIn('choreography'), orchestration: countIn('orchestration'), hybrid: countIn('hybrid') },
      noted: says.length > 0 && says.every(({ noted }) => noted) && happened.length === 0,
      ...(latency && { latency }),
    };
  });
  return {
    process,
    nodes: nodesOf(process, landscape, edges, caused),
    edges: edges.sort((a, b) => compare(a.from, b.from) || compare(a.to, b.to) || compare(a.type, b.type)),
  };
}

function nodesOf(process: string, landscape: Landscape, edges: readonly FlowEdge[], caused: readonly Caused[]): FlowNode[] {
  const names = new Set([...edges.flatMap(({ from, to }) => [from, to]), ...caused.map(({ service }) => service)]);
  return [...names].sort().map((service) => ({
    service,
    leads: landscape.leads.some((led) => led.service === service && led.process === process),
    declared: landscape.manifests.some((manifest) => manifest.service === service),
    messages: caused.filter((one) => one.service === service).reduce((sum, { count }) => sum + count, 0),
  }));
}

function declaredIn(process: string, landscape: Landscape): Declared[] {
  const { manifests, commands } = landscape;
  const reactions = landscape.reactions.filter((reaction) => reaction.process === process);
  const leads = landscape.leads.filter((led) => led.process === process);
  const answersOf = (command: string): string[] => {
    const { ok, fail } = commands.get(command) ?? {};
    return [ok, fail].filter((event) => event !== undefined);
  };
  const from = (event: string): string => landscape.publisherOf(event) ?? event.slice(0, event.indexOf('.'));
  const event = (type: string, to: string, where: readonly Style[], noted = false): Declared => ({
    ...{ from: from(type), to, type, kind: 'event', in: where, noted },
  });
  const isDone = (command: string, style: Style): boolean => reactions.some((one) => one.command === command && applies(one.when, style));
  const reacted = reactions.map(({ heard, service, when }) =>
    event(
      heard,
      service,
      styles.filter((style) => applies(when, style)),
    ),
  );
  const led = leads.flatMap(({ service, start, commands: asked }) => [
    event(start, service, ['orchestration', 'hybrid']),
    ...asked.map((command): Declared => {
      const where = (['orchestration', 'hybrid'] as const).filter((style) => !isDone(command, style));
      return { from: service, to: landscape.serviceOf(command), type: command, kind: 'command', in: where, noted: false };
    }),
    ...asked.flatMap(answersOf).map((type) => event(type, service, ['orchestration', 'hybrid'])),
  ]);
  const types = new Set([
    ...[...reactions, ...leads].map(({ start }) => start),
    ...[...reactions.map(({ command }) => command), ...leads.flatMap(({ commands: asked }) => asked)].flatMap(answersOf),
  ]);
  const leaders = new Set(leads.map(({ service }) => service));
  const noted = manifests
    .filter(({ service }) => !leaders.has(service))
    .flatMap(({ service, hears }) => hears.filter((type) => types.has(type)).map((type) => event(type, service, styles, true)));
  return [...reacted, ...led, ...noted];
}
