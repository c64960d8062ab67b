import { type Style, styles } from '@duet/message';
import { applies } from '@duet/saga';
import { grouped } from './grouped';
import { countOf, type Histogram, merged, quantile } from './histogram';
import { type Landscape, type Led, ownerOf } from './landscape';
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
  readonly in: Style;
  /** Nothing is to follow from it. */
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
    const inStyle = (style: Style): typeof seen => happened.filter((one) => one.style === style);
    const countIn = (style: Style): number => inStyle(style).reduce((sum, { count }) => sum + count, 0);
    const latencyOf = (some: typeof seen): LatencyView | undefined => latencyShown(merged(some.map((one) => one.latency)));
    const latency = latencyOf(happened);
    const declaredFor = (style: Style): readonly Declared[] => says.filter((one) => one.in === style);
    return {
      ...{ from, to, type, kind },
      means: meaningOf(landscape, { type, kind }),
      declaredIn: styles.filter((style) => declaredFor(style).length > 0),
      ...{ choreography: countIn('choreography'), orchestration: countIn('orchestration'), hybrid: countIn('hybrid') },
      notedIn: styles.filter((style) => declaredFor(style).length > 0 && declaredFor(style).every(({ noted }) => noted)),
      ...(latency && { latency }),
      latencyIn: Object.fromEntries(
        styles.flatMap((style) => {
          const own = latencyOf(inStyle(style));
          return own ? [[style, own]] : [];
        }),
      ),
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
  const { manifests } = landscape;
  const reactions = landscape.reactions.filter((reaction) => reaction.process === process);
  const leads = landscape.leads.filter((led) => led.process === process);
  const event = (type: string, to: string, where: readonly Style[], noted = false): Declared[] => {
    const from = landscape.publisherOf(type) ?? ownerOf(type);
    return where.map((style) => ({ from, to, type, kind: 'event', in: style, noted }));
  };
  const reacted = reactions.flatMap(({ heard, service, when }) =>
    event(
      heard,
      service,
      styles.filter((style) => applies(when, style)),
    ),
  );
  const led = leads.flatMap((lead) => (['orchestration', 'hybrid'] as const).flatMap((style) => declaredBy(lead, style, landscape)));
  const types = new Set([
    ...[...reactions, ...leads].map(({ start }) => start),
    ...[...reactions.map(({ command }) => command), ...leads.flatMap(({ commands }) => commands)].flatMap((command) =>
      landscape.outcomesOf(command),
    ),
  ]);
  const leaders = new Set(leads.map(({ service }) => service));
  const noted = manifests
    .filter(({ service }) => !leaders.has(service))
    .flatMap(({ service, hears }) => hears.filter((type) => types.has(type)).flatMap((type) => event(type, service, styles, true)));
  return [...reacted, ...led, ...noted];
}

/** What a leader asks for, and what it hears: of the end, and of what others do by themselves after it has asked for its last step, it only takes note. */
function declaredBy(lead: Led, style: Style, landscape: Landscape): Declared[] {
  const { service, process, start, commands, steps, reject } = lead;
  const isDone = (command: string): boolean =>
    landscape.reactions.some((one) => one.process === process && one.command === command && applies(one.when, style));
  const last = steps.findLastIndex(({ command }) => !isDone(command));
  const noted = new Set(
    [...steps.slice(Math.max(last, 0)).map(({ command }) => command), reject].flatMap(
      (command) => landscape.commands.get(command)?.ok ?? [],
    ),
  );
  const heard = [start, ...commands.flatMap((command) => landscape.outcomesOf(command))];
  return [
    ...commands
      .filter((command) => !isDone(command))
      .map((command): Declared => ({
        from: service,
        to: landscape.serviceOf(command),
        type: command,
        kind: 'command',
        in: style,
        noted: false,
      })),
    ...heard.map((type): Declared => {
      const from = landscape.publisherOf(type) ?? ownerOf(type);
      return { from, to: service, type, kind: 'event', in: style, noted: noted.has(type) };
    }),
  ];
}
