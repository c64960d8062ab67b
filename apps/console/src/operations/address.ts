/** What the page of operations shows. */
export const shows = ['needs', 'residue', 'journal'] as const;
export type Show = (typeof shows)[number];

/** Why a saga needs somebody; `paused` is known to its orchestrator alone. */
export const kinds = ['stalled', 'parked', 'undo-failed', 'undo-incomplete', 'loop', 'paused'] as const;
export type Kind = (typeof kinds)[number];

/** The state of the page, as its address tells it. */
export interface OperationsView {
  readonly show: Show;
  /** Only what needs somebody for this reason. */
  readonly kind?: Kind | undefined;
  /** The saga that is operated. */
  readonly saga?: { readonly process: string; readonly id: string } | undefined;
  /** The held message that is operated, and its service. */
  readonly held?: { readonly service: string; readonly id: string } | undefined;
  /** Of the journal: only what this person did, only what was done about the saga with this id. */
  readonly actor?: string | undefined;
  readonly of?: string | undefined;
}

/** The page's state in its address; what is unknown is left out. */
export function operationsOf(address: URLSearchParams): OperationsView {
  const text = (name: string): string | undefined => address.get(name)?.trim() || undefined;
  const pair = (one: string, other: string) => [text(one), text(other)] as const;
  const [process, id] = pair('process', 'saga');
  const [service, held] = pair('at', 'held');
  return {
    show: shows.find((one) => one === address.get('show')) ?? 'needs',
    kind: kinds.find((one) => one === address.get('kind')),
    saga: process !== undefined && id !== undefined ? { process, id } : undefined,
    held: service !== undefined && held !== undefined ? { service, id: held } : undefined,
    actor: text('actor'),
    of: text('of'),
  };
}

/** The address of the page in this state. */
export function operationsPath({ show, kind, saga, held, actor, of }: Partial<OperationsView>): string {
  const said = Object.entries({
    show: show === 'needs' ? undefined : show,
    kind,
    ...{ process: saga?.process, saga: saga?.id },
    ...{ at: held?.service, held: held?.id },
    ...{ actor, of },
  }).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value]]));
  return said.length === 0 ? '/operations' : `/operations?${new URLSearchParams(said).toString()}`;
}
