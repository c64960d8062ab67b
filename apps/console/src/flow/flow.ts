import type { FlowView, Style } from '../api/types';
import { counted, shortName } from '../words/names';

type Edge = FlowView['edges'][number];

/** What part of the flow is looked at: what the page's address says. */
export interface FlowFilter {
  readonly process: string | undefined;
  /** Undefined: all of them together. */
  readonly style: Style | undefined;
  /** Only what goes to or comes from this service. */
  readonly service: string | undefined;
  /** Also what is only taken note of. */
  readonly noted: boolean;
  /** Only where what is declared and what happens differ. */
  readonly differing: boolean;
}

const styles = ['choreography', 'orchestration', 'hybrid'] as const satisfies readonly Style[];

/** The filter in the page's address. */
export function flowFilterOf(address: URLSearchParams): FlowFilter {
  const style = address.get('style');
  return {
    process: address.get('process') ?? undefined,
    style: style === null ? 'choreography' : styles.find((one) => one === style),
    service: address.get('service') ?? undefined,
    noted: address.has('noted'),
    differing: address.has('differing'),
  };
}

/** The page's address with this filter. */
export function flowPath({ process, style, service, noted, differing }: FlowFilter): string {
  const said = [
    ...(process === undefined ? [] : [['process', process]]),
    ...(style === 'choreography' ? [] : [['style', style ?? 'all']]),
    ...(service === undefined ? [] : [['service', service]]),
    ...(noted ? [['noted', 'yes']] : []),
    ...(differing ? [['differing', 'yes']] : []),
  ];
  return said.length === 0 ? '/flow' : `/flow?${new URLSearchParams(said).toString()}`;
}

/** How what is declared of a message and what happened compare. That it was heard shows only in what its reader says because of it; where nothing is to be said (a leader that hears of the end), it is `only noted`. */
export type Verdict = 'as declared' | 'never acted on' | 'not declared' | 'only noted';

/** A message on its way from one service to another, as it is looked at. */
export interface Passing extends Pick<Edge, 'from' | 'to' | 'type' | 'kind' | 'means' | 'latency'> {
  readonly count: number;
  readonly verdict: Verdict;
}

/** The messages that fit the filter, each with what is to be said of it. */
export function passingsOf(edges: readonly Edge[], { style, service, noted, differing }: Omit<FlowFilter, 'process'>): Passing[] {
  return edges.flatMap((edge): Passing[] => {
    const { from, to, type, kind, means, declaredIn, notedIn } = edge;
    const latency = style === undefined ? edge.latency : edge.latencyIn[style];
    const count = style === undefined ? edge.choreography + edge.orchestration + edge.hybrid : edge[style];
    const isDeclared = style === undefined ? declaredIn.length > 0 : declaredIn.includes(style);
    if (!isDeclared && count === 0) return [];
    const isNoted = style === undefined ? declaredIn.every((one) => notedIn.includes(one)) : notedIn.includes(style);
    const verdict = verdictOf(isDeclared, count, isNoted);
    if ((verdict === 'only noted' && !noted) || (service !== undefined && from !== service && to !== service)) return [];
    if (differing && verdict !== 'never acted on' && verdict !== 'not declared') return [];
    return [{ from, to, type, kind, means, count, verdict, ...(latency && { latency }) }];
  });
}

function verdictOf(isDeclared: boolean, count: number, noted: boolean): Verdict {
  if (!isDeclared) return 'not declared';
  if (count > 0) return 'as declared';
  return noted ? 'only noted' : 'never acted on';
}

/** The messages from one service to another: one line in the picture. */
export interface Line {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly passings: readonly Passing[];
  /** What differs most among them. */
  readonly verdict: Verdict;
}

const worstFirst: readonly Verdict[] = ['not declared', 'never acted on', 'only noted', 'as declared'];

/** The messages by who sends them to whom. A line that is as declared in part is shown so; what of it differs, its label says. */
export function linesOf(passings: readonly Passing[]): Line[] {
  const pairs = new Map(passings.map(({ from, to }) => [`${from} ${to}`, { from, to }]));
  return [...pairs].map(([id, { from, to }]) => {
    const own = passings.filter((passing) => passing.from === from && passing.to === to);
    const verdicts = new Set(own.map(({ verdict }) => verdict));
    const verdict = verdicts.has('not declared')
      ? 'not declared'
      : verdicts.has('as declared')
        ? 'as declared'
        : worstFirst.find((one) => verdicts.has(one))!;
    return { id, from, to, passings: own, verdict };
  });
}

/** `StockReserved 12`, `RefundPayment never acted on`: a message on a line. */
export function passingText({ type, count, verdict }: Passing): string {
  const name = shortName(type);
  if (verdict === 'as declared') return `${name} ${count.toLocaleString('en')}`;
  return verdict === 'not declared' ? `${name} ${count.toLocaleString('en')}, not declared` : `${name}, ${verdict}`;
}

/** A line in a sentence, for who does not see it. */
export const lineText = ({ from, to, passings }: Line): string =>
  `${from} to ${to}, ${counted(passings.length, 'kind of message', 'kinds of messages')}: ${passings.map(passingText).join('; ')}`;
