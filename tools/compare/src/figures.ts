import type { Style } from '@duet/message';

/** So many orders at a time, where there are several. */
export const clients = 16;
/** How long orders get to end while a service is down, in milliseconds: many times what they need when nothing is. */
export const window = 5_000;

export type ByStyle<T> = Readonly<Record<Style, T>>;

/** What an order does on the wire. */
export interface OnTheWire {
  readonly messages: number;
  /** From the first message to the one that ends the order. */
  readonly hops: number;
}

/** What became of an order while a service was down, and afterwards. */
export type Fate =
  | { readonly is: 'ended'; readonly as: string }
  /** `after`: the last message of it while the service was down; `as`: how it ended when the service was back. */
  | { readonly is: 'waited'; readonly after: string; readonly as: string }
  | { readonly is: 'not accepted' };

/** What happened while one service was down. */
export interface Outage {
  readonly service: string;
  /** Orders that were placed while it was down. */
  readonly placed: ByStyle<Fate>;
  /** Orders whose pivot had been asked for, and not been carried out, when it went down. */
  readonly underWay: ByStyle<Fate>;
}

/** What happened when one of two replicas of a service died and stayed dead. */
export interface Survival {
  readonly service: string;
  /** Seconds from its death until the last order had ended, of those that were placed just before it and just after it. */
  readonly seconds: ByStyle<number>;
}

/** What could be learnt about an order that waited. */
export interface Told {
  /** The events in the history that the order service tells. */
  readonly history: readonly string[];
  /** What the orchestrator says that it waits for; undefined where it knows nothing of the order. */
  readonly orchestrator: string | undefined;
}

/** What a run of the comparison has measured. Times in milliseconds. */
export interface Measured {
  readonly confirmed: ByStyle<OnTheWire>;
  /** Of orders that are refused at the pivot: the longest way back. */
  readonly rejected: ByStyle<OnTheWire>;
  /** The median time from POST to the end, one order at a time. */
  readonly alone: ByStyle<number>;
  /** The same with several orders at a time. */
  readonly busy: ByStyle<number>;
  readonly outages: readonly Outage[];
  readonly survivals: readonly Survival[];
  /** Of the orders that were placed while payment was down. */
  readonly told: ByStyle<Told>;
}

/** In the order in which they are told: from nobody in the middle to one who leads it all. */
export const columns = ['choreography', 'hybrid', 'orchestration'] as const satisfies readonly Style[];

/** The same for each style. */
export const byStyle = <T>(make: (style: Style) => T): ByStyle<T> => ({
  choreography: make('choreography'),
  hybrid: make('hybrid'),
  orchestration: make('orchestration'),
});

/** The same for each style, one after the other. */
export async function inTurn<T>(make: (style: Style) => Promise<T>): Promise<ByStyle<T>> {
  const choreography = await make('choreography');
  const hybrid = await make('hybrid');
  return { choreography, hybrid, orchestration: await make('orchestration') };
}

/** The middle value. NaN of none. */
export const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
